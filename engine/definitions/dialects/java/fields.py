"""Values injected into a task as `field` elements: what a decision, an e-mail or our own service takes is kept."""

from lxml import etree

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.translating import juel_text
from engine.definitions.dialects.extensions import add_mapping, extend
from engine.definitions.dialects.java.services import SERVICES
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor, remove
from engine.definitions.xml import local_name

DECISION = ("decisionTableReferenceKey", "decisionServiceReferenceKey", "decisionReferenceKey")
OF_MAIL = ("from", "charset")  # what the platform says of every e-mail
REMEDY = "Write its value in FEEL, in the properties of the task."


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the fields of a task into a decision, or into inputs."""
    if local_name(node) not in SERVICES:
        return
    given = {field.get("name", ""): field for field in vendor.elements(node, "field")}
    if vendor.see(node, "type") == "dmn":
        _decision(node, given, vendor, told)
    else:
        for name, field in given.items():
            _input(node, name, field, vendor, told)


def _decision(node: etree._Element, given: dict[str, etree._Element], vendor: Vendor, told: Translation) -> None:
    key = next((_text(given[name], vendor) for name in DECISION if name in given), "")
    if not key:
        return
    vendor.take(node, "type")
    for name in DECISION:
        if name in given:
            remove(given[name])
    result = field_name(vendor.take(node, "resultVariable") or key)
    extend(node, "calledDecision", decisionId=key, resultVariable=result)
    told.translated(node, "decision", f"The decision “{key}” gives {result}.", key, key)


def _input(node: etree._Element, name: str, field: etree._Element, vendor: Vendor, told: Translation) -> None:
    after = told.expression(node, f"input {name}", _text(field, vendor), juel_text, REMEDY)
    remove(field)
    if name in OF_MAIL and vendor.see(node, "type") == "mail":
        told.dropped(node, f"not-executed-{name}", f"“{name}” of an e-mail is the platform's.", after or "")
    elif after is not None and name:
        add_mapping(node, "input", source=after, target=field_name(name))


def _text(field: etree._Element, vendor: Vendor) -> str:
    """Return what a field says, as attribute or as element."""
    written = field.get("stringValue") or field.get("expression") or field.get("value")
    if written:
        return written.strip()
    return next(((child.text or "").strip() for child in vendor.children(field)), "")
