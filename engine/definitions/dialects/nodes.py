"""Finds in a tree what can be translated."""

from collections.abc import Iterator

from lxml import etree

from engine.definitions.elements import FLOW_NODES
from engine.definitions.xml import is_bpmn, local_name


def flow_nodes(root: etree._Element) -> list[etree._Element]:
    """Return every activity, event and gateway, in the order of the file."""
    return [node for node in root.iter() if is_bpmn(node) and local_name(node) in FLOW_NODES]


def called(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield every element of BPMN that has one of `names`."""
    return (node for node in list(root.iter()) if is_bpmn(node) and local_name(node) in names)
