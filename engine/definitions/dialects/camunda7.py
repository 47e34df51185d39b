"""Camunda 7 and Operaton: attributes and extensions in their namespace, expressions in JUEL.

Source: docs.camunda.org/manual/7.24, "BPMN 2.0 implementation reference, custom extensions".
"""

from lxml import etree

from engine.definitions.dialects import java, leftovers
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.translating import juel_text
from engine.definitions.dialects.extensions import extend, set_property
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor, remove
from engine.definitions.xml import NAMESPACES, is_bpmn, local_name

VENDOR = Vendor("camunda7", frozenset(("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn")))


def translate(root: etree._Element, told: Translation) -> None:
    """Translate what is Camunda 7's in a diagram."""
    _translate_properties(root)
    java.translate(root, VENDOR, told, own=_translate_decision)
    leftovers.drop(root, VENDOR, told)


def _translate_properties(root: etree._Element) -> None:
    """Keep the free properties of whatever has them: nodes, flows, processes."""
    for holder in [node for node in root.iter() if VENDOR.owns(node.tag) and local_name(node) == "properties"]:
        extensions = holder.getparent()
        if extensions is None or not is_bpmn(extensions):
            continue  # of a field of a form
        node = extensions.getparent()
        if node is None:
            continue
        remove(holder)
        for entry in VENDOR.children(holder, "property"):
            set_property(node, entry.get("name") or entry.get("id") or "property", entry.get("value") or "")


def _translate_decision(node: etree._Element, told: Translation) -> None:
    if local_name(node) != "businessRuleTask" or not (decision := VENDOR.take(node, "decisionRef")):
        return
    # Output parameters know the result by a name of its own.
    is_mapped = node.find("bpmn:extensionElements/zeebe:ioMapping/zeebe:output", NAMESPACES) is not None
    result = field_name(VENDOR.take(node, "resultVariable") or ("decisionResult" if is_mapped else decision))
    decision_id = told.expression(node, "decision", decision, juel_text, "Name the decision.") or decision
    extend(node, "calledDecision", decisionId=decision_id, resultVariable=result)
    told.translated(node, "decision", f"The decision “{decision}” gives {result}.", decision, decision_id)
