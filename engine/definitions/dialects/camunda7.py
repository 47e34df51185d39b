"""Camunda 7 and Operaton: attributes and extensions in their namespace, expressions in JUEL.

Source: docs.camunda.org/manual/7.24, "BPMN 2.0 implementation reference, custom extensions".
"""

from lxml import etree

from engine.definitions.dialects import java
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.extensions import extend, set_property
from engine.definitions.dialects.java import leftovers
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import local_name

VENDOR = Vendor("camunda7", frozenset(("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn")))


def translate(root: etree._Element, told: Translation) -> None:
    """Translate what is Camunda 7's in a diagram."""
    java.translate(root, VENDOR, told, own=_translate_own)
    leftovers.drop(root, VENDOR, told)


def _translate_own(node: etree._Element, told: Translation) -> None:
    _translate_properties(node)
    _translate_decision(node, told)


def _translate_properties(node: etree._Element) -> None:
    for holder in VENDOR.take_elements(node, "properties"):
        for entry in VENDOR.children(holder, "property"):
            set_property(node, entry.get("name") or entry.get("id") or "property", entry.get("value") or "")


def _translate_decision(node: etree._Element, told: Translation) -> None:
    if local_name(node) != "businessRuleTask" or not (decision := VENDOR.take(node, "decisionRef")):
        return
    result = field_name(VENDOR.take(node, "resultVariable") or decision)
    VENDOR.take(node, "mapDecisionResult")
    extend(node, "calledDecision", decisionId=decision, resultVariable=result)
    told.translated(node, "decision", f"The decision “{decision}” gives {result}.", decision, decision)
