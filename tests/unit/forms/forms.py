"""Forms for tests, written as the form editor writes them."""

import json
from collections.abc import Callable
from typing import Any

from engine.errors import Invalid
from engine.forms import Fault, Form, check, load

Json = dict[str, Any]


def form_of(*components: Json) -> Form:
    """Return a form of these components."""
    return load(
        json.dumps({"type": "default", "id": "f", "schemaVersion": 19, "components": components}), source="f.form"
    )


def faults_of(*components: Json) -> list[Fault]:
    """Return the faults of a form of these components."""
    return check(json.dumps({"type": "default", "components": components}), source="f.form")


def refusal_of(act: Callable[[], Any]) -> Invalid | None:
    """Return the refusal that `act` ends in, nothing when it is accepted; any other exception is a fault of ours."""
    try:
        act()
    except Invalid as error:
        return error
    return None


def errors_of(form: Form, answers: Any, scope: Json | None = None) -> dict[str, str]:
    """Return the sentences about the answers; nothing when they are accepted."""
    refusal = refusal_of(lambda: form.validate(answers, scope or {}))
    return refusal.errors if refusal else {}


def text(key: str, label: str = "Name", **rest: Any) -> Json:
    return {"type": "textfield", "key": key, "label": label, **rest}


def number(key: str, label: str = "Cost", **rest: Any) -> Json:
    return {"type": "number", "key": key, "label": label, **rest}


def moment(key: str, subtype: str = "date", label: str = "Date received", **rest: Any) -> Json:
    return {"type": "datetime", "subtype": subtype, "key": key, "dateLabel": label, **rest}


def choice(kind: str, key: str, label: str = "Outcome", values: Any = ("upheld", "not_upheld"), **rest: Any) -> Json:
    return {"type": kind, "key": key, "label": label, "values": list(values), **rest}


def yes_no(key: str, label: str = "Is a tenant", **rest: Any) -> Json:
    return {"type": "checkbox", "key": key, "label": label, **rest}


def group(*components: Json, **rest: Any) -> Json:
    return {"type": "group", "label": "Address", "components": list(components), **rest}


def rows(path: str, *components: Json, **rest: Any) -> Json:
    return {"type": "dynamiclist", "path": path, "label": "Works", "components": list(components), **rest}


REQUIRED: Json = {"validate": {"required": True}}


def hidden_when(condition: str) -> Json:
    return {"conditional": {"hide": f"={condition}"}}
