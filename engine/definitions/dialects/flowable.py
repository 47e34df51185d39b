"""Flowable: attributes and extensions in its namespace, expressions in JUEL.

Source: flowable.com/open-source/docs, "BPMN constructs".
"""

from lxml import etree

from engine.definitions.dialects import java, leftovers
from engine.definitions.dialects.java import fields
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor

VENDOR = Vendor("flowable", frozenset(("http://flowable.org/bpmn",)))


def translate(root: etree._Element, told: Translation) -> None:
    """Translate what is Flowable's in a diagram."""
    java.translate(root, VENDOR, told, own=lambda node, told: fields.translate(node, VENDOR, told))
    leftovers.drop(root, VENDOR, told)
