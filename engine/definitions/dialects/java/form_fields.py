"""One field of a form: its kind, its options, what it must hold, and when it is shown."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.definitions.dialects.expressions import languages
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor

KINDS = {
    **dict.fromkeys(("long", "integer", "int", "short", "double", "float", "number"), "number"),
    "boolean": "checkbox",
    "date": "datetime",
    "enum": "select",
    "textarea": "textarea",
    **dict.fromkeys(("file", "files"), "filepicker"),
}
WHOLE = ("long", "integer", "int", "short")
CHOICES = {"radio": "radio", "checkbox": "checklist"}  # how SpiffWorkflow's forms say that options are shown
LIMITS = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}
OF_TYPE = {"textfield": ("minLength", "maxLength"), "textarea": ("minLength", "maxLength"), "number": ("min", "max")}
SHOWN = ("help", "description", "placeholder", "hint")

Component = dict[str, Any]


def component(node: etree._Element, field: etree._Element, number: int, vendor: Vendor, told: Translation) -> Component:
    """Return the component of form-js for a field; what of it is not translated is told at `node`."""
    kind = (field.get("type") or "string").lower()
    name = field.get("variable") or field.get("id") or field.get("label") or field.get("name") or f"field_{number}"
    key = ".".join(field_name(part) for part in name.split(".") if part) or field_name(name)
    found: Component = {
        "type": KINDS.get(kind, "textfield"),
        "id": f"field_{number}_{key.replace('.', '_')}",
        "key": key,
        "label": field.get("label") or field.get("name") or name,
    }
    found |= _of_kind(field, kind, vendor)
    found |= _properties(node, field, found, vendor, told)
    return found | _rules(field, str(found["type"]), vendor)


def _of_kind(field: etree._Element, kind: str, vendor: Vendor) -> Component:
    found: Component = {}
    if kind in WHOLE:
        found["decimalDigits"] = 0
    if kind == "date":
        found["subtype"] = "date"
    if kind == "enum":
        found |= _options(field, vendor)
    default = field.get("defaultValue") or field.get("default") or ""
    value = _default(default, kind) if default and "{" not in default else None
    return found | ({"defaultValue": value} if value is not None else {})


def _options(field: etree._Element, vendor: Vendor) -> Component:
    values = {v.get("id") or v.get("name"): v.get("name") or v.get("id") for v in vendor.children(field, "value")}
    options = [{"value": value, "label": label} for value, label in values.items() if value]
    return {"values": options} if options else {"type": "textfield"}


def _default(text: str, kind: str) -> Any:
    match KINDS.get(kind, "textfield"):
        case "checkbox":
            return text.strip().lower() in ("true", "yes", "1")
        case "number":
            return _number(text)
        case "datetime" | "filepicker":
            return None
    return text


def _number(text: str) -> int | float | None:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", text.strip()):
        return None
    return float(text) if "." in text else int(text)


def _properties(
    node: etree._Element, field: etree._Element, so_far: Component, vendor: Vendor, told: Translation
) -> Component:
    """Return what the free properties of a field say, as far as it is known."""
    found: Component = {}
    for name, value in _named(field, vendor):
        if name in SHOWN:
            found.setdefault("description", value)
        elif name == "enum_type" and so_far.get("values"):
            found["type"] = CHOICES.get(value, "select")
        elif name == "hide_expression" and (hidden := _condition(value)):
            found["conditional"] = {"hide": hidden}
        elif name not in ("rows", "enum_type"):
            message = f"“{name}” of the field “{so_far['label']}” is not translated."
            told.dropped(node, f"not-executed-{name}", message, value)
    return found


def _named(field: etree._Element, vendor: Vendor) -> Iterator[tuple[str, str]]:
    for holder in vendor.children(field, "properties"):
        for entry in vendor.children(holder, "property"):
            if name := entry.get("id") or entry.get("name"):
                yield name, entry.get("value") or ""


def _condition(text: str) -> str:
    """Return the FEEL of a condition in JavaScript; empty when it is not certain."""
    try:
        return languages.condition(text, "javascript")
    except Unsure:
        return ""


def _rules(field: etree._Element, type_: str, vendor: Vendor) -> Component:
    validate: Component = {"validationType": "email"} if (field.get("type") or "").lower() == "email" else {}
    readonly = "false" in (field.get("writable"), field.get("writeable"))
    if field.get("required") == "true":
        validate["required"] = True
    for name, config in _constraints(field, vendor):
        if name == "required" and config != "false":
            validate["required"] = True
        elif name == "readonly" and config != "false":
            readonly = True
        elif LIMITS.get(name) in OF_TYPE.get(type_, ()) and (limit := _limit(config, type_)) is not None:
            validate[LIMITS[name]] = limit
    if type_ == "checkbox":
        validate.pop("required", None)  # there it asks for an answer, here for a tick
    return ({"validate": validate} if validate else {}) | ({"readonly": True} if readonly else {})


def _limit(text: str, type_: str) -> int | float | None:
    """Return a limit: a number, for the length of a text a whole one that is not below 0."""
    limit = _number(text)
    return limit if type_ == "number" or (isinstance(limit, int) and limit >= 0) else None


def _constraints(field: etree._Element, vendor: Vendor) -> Iterator[tuple[str, str]]:
    for validation in vendor.children(field, "validation"):
        for constraint in vendor.children(validation, "constraint"):
            yield constraint.get("name") or "", constraint.get("config") or ""
