"""Activiti: attributes and extensions in its namespace, expressions in JUEL.

Source: activiti.org/userguide, "BPMN 2.0 constructs".
"""

from lxml import etree

from engine.definitions.dialects import java, leftovers
from engine.definitions.dialects.java import fields
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor

VENDOR = Vendor("activiti", frozenset(("http://activiti.org/bpmn",)))


def translate(root: etree._Element, told: Translation) -> None:
    """Translate what is Activiti's in a diagram."""
    java.translate(root, VENDOR, told, own=lambda node, told: fields.translate(node, VENDOR, told))
    leftovers.drop(root, VENDOR, told)
