"""The form-js forms that stand in for what a diagram does not bring: a note, and what later steps need to know."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from engine.definitions.checks import names
from engine.definitions.importing.tree import id_words
from engine.forms.names import OF_FORMS, OF_LANGUAGE, POISON

Kind = Literal["text", "number", "yes_no", "date"]
NOT_KEYS = names.RESERVED | OF_FORMS | OF_LANGUAGE | POISON


def form(form_id: str, title: str, fields: Mapping[str, Kind] | None = None) -> bytes:
    """Return a form that asks for `fields` (key to kind), and for a note that nobody has to write."""
    asked = [_field(key, kind) for key, kind in (fields or {}).items() if is_key(key)]
    note = {"type": "textarea", "key": f"{form_id}_note", "label": "Note"}
    components = [{**field, "id": f"{form_id}_{field['key']}"} for field in (*asked, note)]
    made = {
        "type": "default",
        "id": form_id,
        "schemaVersion": 19,
        "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.8.0",
        "properties": {"title": title or form_id},
        "components": components,
    }
    return (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()


def is_key(text: str) -> bool:
    """Say whether a field may have this key."""
    return names.is_name(text) and text not in NOT_KEYS and not text.startswith("__")


def form_id(wanted: str) -> str:
    """Return an id for a form that can be the name of a file and begin the key of a field."""
    made = id_words(wanted.rpartition("/")[2].rpartition(":")[2].removesuffix(".form").removesuffix(".html"))[:60]
    return made if made[:1].isalpha() else f"form_{made}".rstrip("_")


def _field(key: str, kind: Kind) -> dict[str, Any]:
    label = key.replace("_", " ").strip().capitalize()
    if kind == "number":
        return {"type": "number", "key": key, "label": label}
    if kind == "yes_no":
        return {"type": "checkbox", "key": key, "label": label}
    if kind == "date":
        return {"type": "datetime", "subtype": "date", "key": key, "dateLabel": label}
    return {"type": "textfield", "key": key, "label": label}
