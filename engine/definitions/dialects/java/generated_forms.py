"""Forms of form-js made from the form fields that are written in a diagram itself."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.extensions import extend
from engine.definitions.dialects.record import Translation, id_of, label_of
from engine.definitions.dialects.vendor import Vendor

KINDS = {
    "string": "textfield",
    "long": "number",
    "integer": "number",
    "int": "number",
    "short": "number",
    "double": "number",
    "float": "number",
    "number": "number",
    "boolean": "checkbox",
    "date": "datetime",
    "enum": "select",
}
WHOLE = ("long", "integer", "int", "short")
LIMITS = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}

Component = dict[str, Any]


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Make a form of the fields of a task or start event, and give it to the element."""
    fields = [field for data in vendor.take_elements(node, "formData") for field in vendor.children(data, "formField")]
    fields += vendor.take_elements(node, "formProperty")
    components = _components(fields, vendor)
    if not components:
        return
    form_id = _free_id(id_of(node), told)
    told.forms[form_id] = _form(form_id, label_of(node), components)
    extend(node, "formDefinition", formId=form_id)
    names = ", ".join(str(component["label"]) for component in components)
    told.translated(
        node, "generated-form", f"Its {len(components)} fields are now the form “{form_id}”.", names, form_id
    )


def _free_id(element_id: str, told: Translation) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", element_id).strip("_-")[:70] or "form"
    number = 1
    while (found := stem if number == 1 else f"{stem}_{number}") in told.forms:
        number += 1
    return found


def _form(form_id: str, title: str, components: list[Component]) -> bytes:
    form = {
        "type": "default",
        "id": form_id,
        "schemaVersion": 19,
        "executionPlatform": "Camunda Cloud",
        "properties": {"title": title},
        "components": components,
    }
    return json.dumps(form, indent=2, ensure_ascii=False).encode()


def _components(fields: list[etree._Element], vendor: Vendor) -> list[Component]:
    found: dict[str, Component] = {}
    for number, field in enumerate(fields, start=1):
        component = _component(field, vendor, number)
        found.setdefault(component["key"], component)
    return list(found.values())


def _component(field: etree._Element, vendor: Vendor, number: int) -> Component:
    kind = field.get("type", "string").lower()
    name = field.get("variable") or field.get("id") or field.get("label") or field.get("name") or f"field_{number}"
    key = field_name(name)
    found: Component = {
        "type": KINDS.get(kind, "textfield"),
        "id": f"field_{number}_{key}",
        "key": key,
        "label": field.get("label") or field.get("name") or name,
    }
    return found | _of_kind(field, kind, vendor) | _rules(field, kind, vendor)


def _of_kind(field: etree._Element, kind: str, vendor: Vendor) -> Component:
    found: Component = {}
    if kind in WHOLE:
        found["decimalDigits"] = 0
    if kind == "date":
        found["subtype"] = "date"
    if kind == "enum":
        found |= _options(field, vendor)
    default = field.get("defaultValue") or field.get("default") or ""
    if default and "{" not in default and kind != "date":
        found["defaultValue"] = _default(default, kind)
    return {name: value for name, value in found.items() if value is not None}


def _options(field: etree._Element, vendor: Vendor) -> Component:
    values = {v.get("id") or v.get("name"): v.get("name") or v.get("id") for v in vendor.children(field, "value")}
    options = [{"value": value, "label": label} for value, label in values.items() if value]
    return {"values": options} if options else {"type": "textfield"}


def _default(text: str, kind: str) -> Any:
    if KINDS.get(kind) == "checkbox":
        return text == "true"
    if KINDS.get(kind) == "number":
        return _number(text)
    return text


def _number(text: str) -> int | float | None:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", text.strip()):
        return None
    return float(text) if "." in text else int(text)


def _rules(field: etree._Element, kind: str, vendor: Vendor) -> Component:
    validate: Component = {}
    readonly = field.get("writable") == "false" or field.get("writeable") == "false"
    if field.get("required") == "true":
        validate["required"] = True
    for name, config in _constraints(field, vendor):
        if name == "required" and config != "false":
            validate["required"] = True
        elif name == "readonly" and config != "false":
            readonly = True
        elif name in LIMITS and (limit := _number(config)) is not None:
            validate[LIMITS[name]] = limit
    if KINDS.get(kind) == "checkbox":
        validate.pop("required", None)  # there it asks for an answer, here for a tick
    return ({"validate": validate} if validate else {}) | ({"readonly": True} if readonly else {})


def _constraints(field: etree._Element, vendor: Vendor) -> Iterator[tuple[str, str]]:
    for validation in vendor.children(field, "validation"):
        for constraint in vendor.children(validation, "constraint"):
            yield constraint.get("name", ""), constraint.get("config") or ""
