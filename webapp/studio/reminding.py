"""The reminders of a category as fields of its settings: a span a line, and who hears after which time."""

from collections.abc import Mapping
from typing import Any

from flask import request

from engine.reminders.plan import MORNING
from engine.reminders.recipients import OFFERED as OFFERED

_DEFAULT = {
    "at_amber": True,
    "overdue": ["at once"],
    "escalation": [{"after": "1 working day", "to": "manager of the team"}],
}


def shown(said: object) -> dict[str, Any]:
    """Return what the page shows; what cannot be read stands there as it is, for whoever puts it right."""
    table: Mapping[str, Any] = {**_DEFAULT, **said} if isinstance(said, Mapping) else _DEFAULT
    return {
        "is_on": said is not False,
        "before": [str(entry) for entry in _entries(table.get("before"))],
        "at_amber": table.get("at_amber") is not False,
        "overdue": [str(entry) for entry in _entries(table.get("overdue"))],
        "escalation": [_step(entry) for entry in _entries(table.get("escalation"))],
        "hour": table.get("hour", MORNING),
    }


def sent(said: object) -> Any:
    """Return what the form says, as it stands in category.toml; what it said before, where the form has no such part.

    None when nothing is said, then or now.
    """
    form = request.form
    if "reminders" not in form:
        return said
    if form["reminders"] != "on":
        return False
    steps = [line.partition(":") for line in _lines("escalation")]
    told = {
        "before": _lines("remind_before"),
        "at_amber": form.get("remind_at_amber") == "on",
        "overdue": _lines("remind_overdue"),
        "hour": _number(form.get("remind_hour", "")),
        "escalation": [{"after": after.strip(), "to": to.strip()} for after, _, to in steps],
    }
    return told if said is not None or told != _as_sent(_DEFAULT) else None


def _as_sent(table: Mapping[str, Any]) -> dict[str, Any]:
    return {"before": [], "hour": MORNING, **table}


def _number(text: str) -> int | str:
    """Return the hour; what is no number is kept, so that the check can tell of it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else text


def _lines(name: str) -> list[str]:
    return [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()]


def _entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, False) else [value]


def _step(entry: object) -> str:
    return f"{entry.get('after', '')}: {entry.get('to', '')}" if isinstance(entry, Mapping) else str(entry)
