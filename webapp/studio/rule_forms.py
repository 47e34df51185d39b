"""The fields by which a rule is changed, to and from the keys of a rules file."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.rules.rule import KINDS, UNITS

Sent = Mapping[str, str]
GROUNDS = ("extension", "stop", "reset")
UNIT_OPTIONS = [(unit, unit) for unit in UNITS]
KIND_OPTIONS = [(kind, kind.capitalize()) for kind in KINDS]
AMBER_OPTIONS = [("", "It has none"), ("amber_after", "After"), ("amber_before_due", "Before the time is up, by")]
ROLL_OPTIONS = [
    ("", "It stays"),
    ("next working day", "The next working day"),
    ("previous working day", "The one before"),
]
# The last part of a fault's place to the field that it stands at.
_FIELDS = {"class": "kind", "text": "citation_text", "url": "citation_url"}


def fields_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what the form shows of a rule in a file."""
    found = {key: _text(values.get(key)) for key in ("id", "name", "counts_from", "counts_from_words", "direction")}
    found |= {"kind": _text(values.get("class")), "rolls_to": _text(values.get("rolls_to"))}
    found |= {key: "yes" if values.get(key) else "" for key in ("day_of_event", "closures_count")}
    found["holidays_of"] = _text(values.get("holidays_of"))
    for key, prefix in (("within", "within"), ("not_before", "not_before")):
        found |= _span(values.get(key), prefix)
    amber = next((key for key in ("amber_after", "amber_before_due") if key in values), "")
    found |= {"amber": amber, **_span(values.get(amber), "amber")}
    for key in ("in_force_from", "in_force_to"):
        day = values.get(key)
        parts = (day.day, day.month, day.year) if isinstance(day, date) else ("", "", "")
        found |= {f"{key}-{part}": str(value) for part, value in zip(("day", "month", "year"), parts, strict=True)}
    citation = values.get("citation") or {}
    found |= {"citation_text": _text(citation.get("text")), "citation_url": _text(citation.get("url"))}
    for kind in GROUNDS:
        for number, entry in enumerate([*values.get(kind, []), {}]):
            found |= {f"{kind}-{number}-{key}": value for key, value in _ground(kind, entry).items()}
    return found


def values_of(sent: Sent, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that a form sends, for `engine.rules.writing`; None for a key that is to go.

    What the form does not show of a rule (a choice of two limits, a suppression) stays as it was `before`.
    """
    values: dict[str, Any] = {
        key: _line(sent, key) or None for key in ("id", "name", "counts_from", "counts_from_words", "holidays_of")
    }
    values |= {"class": _line(sent, "kind"), "rolls_to": _line(sent, "rolls_to") or None}
    values["direction"] = "before" if sent.get("direction") == "before" else None
    values["day_of_event"] = 1 if sent.get("day_of_event") else None
    values["closures_count"] = True if sent.get("closures_count") else None
    for key in ("within", "not_before"):
        if not is_choice(before.get(key)):
            values[key] = _read_span(sent, key)
    amber = sent.get("amber", "")
    for key in ("amber_after", "amber_before_due"):
        values[key] = _read_span(sent, "amber") if key == amber else None
    values |= {key: _read_day(sent, key) for key in ("in_force_from", "in_force_to")}
    text, url = _line(sent, "citation_text"), _line(sent, "citation_url")
    values["citation"] = {"text": text, "url": url or None} if text or url else None
    for kind in GROUNDS:
        grounds = [_read_ground(sent, kind, number, before) for number in _numbers(sent, kind)]
        kept = [ground for ground in grounds if ground is not None]
        values[kind] = kept if kept or before.get(kind) else None
    return values


def is_choice(limit: Any) -> bool:
    """Say whether a limit is the longer or shorter of several, which the form only shows."""
    return isinstance(limit, Mapping) and ("longer_of" in limit or "shorter_of" in limit)


def grounds_of(fields: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the numbers of the rows of each kind of ground that a form shows."""
    return {kind: _numbers(fields, kind) for kind in GROUNDS}


def day_of(sent: Sent, key: str) -> date | None:
    """Return a day that was filled in; none for none, or for what is none."""
    found = _read_day(sent, key)
    return found if isinstance(found, date) else None


def field_of(place: str) -> str:
    """Return the id of the field at which a fault of the file is put right; "" where there is none."""
    parts = re.sub(r"^rule\[[^\]]*\]\.?", "", place).split(".")
    if parts[0] in ("within", "not_before", "amber_after", "amber_before_due") and len(parts) > 1:
        return f"{parts[0].partition('_')[0] if parts[0].startswith('amber') else parts[0]}_{parts[-1]}"
    if re.match(r"(extension|stop|reset)\[", parts[0]):
        return f"{parts[0].partition('[')[0]}-0-name"
    return _FIELDS.get(parts[-1], parts[0])


def _ground(kind: str, entry: Mapping[str, Any]) -> dict[str, str]:
    most = entry.get("at_most")
    amount, unit = (most.get("amount"), most.get("unit")) if isinstance(most, Mapping) else (most, entry.get("unit"))
    found = {key: _text(entry.get(key)) for key in ("id", "name", "letter")}
    found |= {"at_most": "" if amount == "no maximum" else _text(amount), "unit": _text(unit) or "working days"}
    lines = {key: "\n".join(map(str, entry.get(key, []))) for key in ("reasons", "granted_by")}
    return (
        found
        | lines
        | {"times": _text(entry.get("times")), "other_reasons": "yes" if entry.get("other_reasons") else ""}
    )


def _read_ground(sent: Sent, kind: str, number: int, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a ground as it is sent; none where its name was taken out."""
    own = {key: sent.get(f"{kind}-{number}-{key}", "") for key in _ground(kind, {})}
    name = " ".join(own["name"].split())
    if not name:
        return None
    entry_id = own["id"].strip() or re.sub(r"\W+", "_", name.lower()).strip("_")
    ground: dict[str, Any] = {"id": entry_id, "name": name, "letter": own["letter"].strip() or None}
    most = _number(own["at_most"])
    if kind == "extension":
        ground |= {"unit": own["unit"], "at_most": "no maximum" if most is None else most}
    if kind == "stop":
        ground["at_most"] = None if most is None else {"amount": most, "unit": own["unit"]}
    ground["times"] = _number(own["times"])
    for key in ("reasons", "granted_by"):
        ground[key] = [" ".join(line.split()) for line in own[key].splitlines() if line.strip()] or None
    ground["other_reasons"] = True if own["other_reasons"] else None
    return ground


def _numbers(sent: Sent, kind: str) -> list[int]:
    found = (re.fullmatch(rf"{kind}-(\d{{1,2}})-name", key) for key in sent)
    return sorted(int(match[1]) for match in found if match)


def _span(value: Any, prefix: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or is_choice(value):
        return {f"{prefix}_amount": "", f"{prefix}_unit": "working days"}
    return {f"{prefix}_amount": _text(value.get("amount")), f"{prefix}_unit": _text(value.get("unit"))}


def _read_span(sent: Sent, prefix: str) -> dict[str, Any] | None:
    amount = _number(sent.get(f"{prefix}_amount", ""))
    return None if amount is None else {"amount": amount, "unit": sent.get(f"{prefix}_unit", "")}


def _read_day(sent: Sent, key: str) -> date | str | None:
    """Return a day; what is none stays a text, which the check of the file then names."""
    parts = [sent.get(f"{key}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return "-".join(parts)


def _number(text: str) -> int | str | None:
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _line(sent: Sent, key: str) -> str:
    return " ".join(sent.get(key, "").split())


def _text(value: Any) -> str:
    return "" if value is None else str(value)
