"""Forms of form-js made from the form fields that are written in a diagram itself."""

import json
import re

from lxml import etree

from engine.definitions.dialects.extensions import extend
from engine.definitions.dialects.java import form_fields
from engine.definitions.dialects.java.form_fields import Component
from engine.definitions.dialects.record import Translation, id_of, label_of
from engine.definitions.dialects.vendor import Vendor


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Make a form of the fields of a task or start event, and give it to the element."""
    fields = [field for data in vendor.take_elements(node, "formData") for field in vendor.children(data, "formField")]
    fields += vendor.take_elements(node, "formProperty")
    components = _components(node, fields, vendor, told)
    if not components:
        return
    form_id = _free_id(id_of(node), told)
    told.booleans |= {str(component["key"]) for component in components if component["type"] == "checkbox"}
    told.forms[form_id] = _form(form_id, label_of(node), components)
    extend(node, "formDefinition", formId=form_id)
    names = ", ".join(str(component["label"]) for component in components)
    told.translated(node, "generated-form", f"Its fields are now the form “{form_id}”.", names, form_id)


def _components(
    node: etree._Element, fields: list[etree._Element], vendor: Vendor, told: Translation
) -> list[Component]:
    """Return a component for each field; one whose key begins another's, or is another's, is told and left out."""
    found: dict[str, Component] = {}
    for number, field in enumerate(fields, start=1):
        component = form_fields.component(node, field, number, vendor, told)
        key = str(component["key"])
        if any(f"{key}.".startswith(f"{taken}.") or f"{taken}.".startswith(f"{key}.") for taken in found):
            told.dropped(node, "not-executed-field", f"The field “{key}” is on the form already.", key)
        else:
            found[key] = component
    return list(found.values())


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
