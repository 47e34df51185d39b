"""Signavio: only notes of its own editor, in its namespace; what it draws is plain BPMN."""

from lxml import etree

from engine.definitions.dialects import leftovers
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor

VENDOR = Vendor("signavio", frozenset(("http://www.signavio.com",)))


def translate(root: etree._Element, told: Translation) -> None:
    """Take Signavio's notes out of a diagram."""
    leftovers.drop(root, VENDOR, told)
