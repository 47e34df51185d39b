"""Finds in a tree what can be translated."""

from lxml import etree

from engine.definitions.elements import FLOW_NODES
from engine.definitions.xml import BPMN


def flow_nodes(root: etree._Element) -> list[etree._Element]:
    """Return every activity, event and gateway, in the order of the file."""
    return called(root, *FLOW_NODES)


def called(root: etree._Element, *names: str) -> list[etree._Element]:
    """Return every element of BPMN that has one of `names`, in the order of the file."""
    return list(root.iter(*(f"{{{BPMN}}}{name}" for name in names)))
