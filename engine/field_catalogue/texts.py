"""A definition as texts: how pages post it, CSV files hold it and the interface for programs takes it, and back.

The texts of a stored definition, read again, give the same definition: an export can be imported unchanged.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.fields import ALWAYS, ENTITIES, LIMITS, SENSITIVITIES, TYPES, FieldDef
from engine.forms.inputs import pattern_problem
from engine.forms.values import MOST_DIGITS, Unreadable, read_date

COLUMNS = (
    "key", "parent", "type", "label", "help", "section", "heading", "position", "options", "required_when",
    "shown_when", "default", "sensitivity", "searchable", "from_on", "until_on", *LIMITS, "retired",
)  # fmt: skip
"""The columns of a CSV file, and the names that a page posts."""

LONGEST = {"label": 200, "section": 200, "heading": 200, "key": 80, "parent": 80, "pattern": 500, "accept": 200}
LONGEST_TEXT = 2_000
MOST_OPTIONS = 1_000
MOST_POSITION = 1_000_000
YES, NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off", ""})

Faults = dict[str, str]
Given = Mapping[str, str]


def texts(one: FieldDef) -> dict[str, str]:
    """Return a definition as texts by column; what it does not say is empty."""
    limits = {name: _limit_text(one.limits.get(name)) for name in LIMITS}
    return {
        **{name: getattr(one, name) for name in COLUMNS if name not in _WRITTEN and name not in LIMITS},
        **{name: write(one) for name, write in _WRITTEN.items()},
        **limits,
    }


def _limit_text(value: Any) -> str:
    return ("yes" if value else "") if isinstance(value, bool) else "" if value is None else str(value)


_WRITTEN: Mapping[str, Callable[[FieldDef], str]] = {
    "position": lambda one: str(one.position),
    "options": lambda one: "|".join(value if value == label else f"{value}={label}" for value, label in one.options),
    "searchable": lambda one: "yes" if one.is_searchable else "",
    "from_on": lambda one: one.from_on.isoformat() if one.from_on else "",
    "until_on": lambda one: one.until_on.isoformat() if one.until_on else "",
    "retired": lambda one: "yes" if one.retired_at else "",
}


def read(owner: str, given: Given, *, before: FieldDef | None = None) -> tuple[FieldDef | None, Faults]:
    """Return the definition that texts say, and a sentence for each column that cannot be read.

    A column that is not given is as `before` has it, or empty. What the columns say of one another and of other fields
    is checked elsewhere (`checking`); `retired` is left to whoever retires.
    """
    whole = {**(texts(before) if before else {}), **given}
    values = {name: _tidy(name, str(whole.get(name, ""))) for name in COLUMNS}
    faults: Faults = dict(_too_long(values))
    kind = TYPES.get(values["type"])
    if kind is None:
        faults["type"] = f"The type must be one of: {', '.join(TYPES)}."
    if values["sensitivity"] not in SENSITIVITIES:
        faults["sensitivity"] = f"The sensitivity must be one of: {', '.join(SENSITIVITIES)}."
    if not values["label"]:
        faults["label"] = "The field has no label. Write what is asked for."
    read_values: dict[str, Any] = {
        "position": _position(values["position"], faults),
        "options": _options(values["options"], faults),
        "is_searchable": _flag("searchable", values["searchable"], faults),
        "from_on": _day("from_on", values["from_on"], faults),
        "until_on": _day("until_on", values["until_on"], faults),
        "limits": _limits(values, kind.limits if kind else tuple(LIMITS), values["type"], faults),
    }
    if faults:
        return None, faults
    if values["type"] == "yes_no" and values["default"]:
        values["default"] = _yes_no(values["default"])
    plain = ("key", "parent", "type", "label", "help", "section", "heading", "shown_when", "default", "sensitivity")
    said: dict[str, Any] = {name: values[name] for name in plain} | read_values
    said["required_when"] = _always(values["required_when"])
    return replace(before, **said) if before else FieldDef(owner=owner, **said), {}


def _tidy(name: str, text: str) -> str:
    """Return a text without stray white space: of one line, but for those that may have several."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if name == "options":
        return "|".join(part.strip() for part in text.replace("\n", "|").split("|") if part.strip())
    if name in ("help", "shown_when", "required_when", "default"):
        return text.strip()
    found = " ".join(text.split()) if name not in ("pattern",) else text.strip()
    return (found or "normal") if name == "sensitivity" else found


def _too_long(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in values.items():
        most = LONGEST.get(name, 100_000 if name == "options" else LONGEST_TEXT)
        if len(text) > most:
            yield name, f"This is longer than {most:,} characters. Shorten it."
        elif any(ord(char) < 32 and char != "\n" for char in text) or not _is_whole(text):
            yield name, "This has a character that cannot be stored. Type it again."


def _is_whole(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


def _always(text: str) -> str:
    return (
        ALWAYS if text.lower() in (*(YES - {"1", "on"}), "always") else "" if text.lower() in ("no", "false") else text
    )


def _yes_no(text: str) -> str:
    return "true" if text.lower() in YES else "false" if text.lower() in NO else text


def _position(text: str, faults: Faults) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST_POSITION and len(text) < 9):
        faults["position"] = f"The position must be a whole number from 0 to {MOST_POSITION:,}."
        return 0
    return int(text)


def _options(text: str, faults: Faults) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for part in text.split("|") if text else ():
        value, mark, label = (piece.strip() for piece in part.partition("="))
        if not value or (mark and not label):
            faults["options"] = f"“{part[:60]}” is no option. Write value=Label, one on each line."
        elif value in found:
            faults["options"] = f"The option “{value[:60]}” stands twice. Take one of them out."
        found[value] = label or value
    if len(found) > MOST_OPTIONS:
        faults["options"] = f"There are more than {MOST_OPTIONS:,} options. Look them up in the record instead."
    if any(len(value) > 80 or len(label) > 200 for value, label in found.items()):
        faults["options"] = "An option's value may have 80 characters and its label 200. Shorten it."
    return tuple(found.items())


def _flag(name: str, text: str, faults: Faults) -> bool:
    if text.lower() not in YES | NO:
        faults[name] = "Write yes, or leave it empty."
    return text.lower() in YES


def _day(name: str, text: str, faults: Faults) -> date | None:
    try:
        return read_date(text) if text else None
    except Unreadable:
        faults[name] = "This must be a real date, like 2026-12-03."
        return None


def _limits(values: Mapping[str, str], allowed: tuple[str, ...], kind: str, faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in LIMITS:
        text = values[name]
        if not text:
            continue
        if name not in allowed:
            faults[name] = f"A field of this type has no “{LIMITS[name].lower()}”. Leave it empty."
            continue
        value, problem = _READ.get(name, _as_text)(text, kind)
        if problem:
            faults[name] = problem
        elif value != "" and value is not False:
            found[name] = value
    return found


def _bound(text: str, kind: str) -> tuple[Any, str]:
    if kind in ("date", "date_time"):
        faults: Faults = {}
        day = _day("", text, faults)
        return (day.isoformat() if day else ""), faults.get("", "")
    if kind == "group":
        return _whole(100)(text, kind)
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return "", "This must be a number, like 12 or 1250.50."
    if not number.is_finite() or (number and abs(number.adjusted()) >= MOST_DIGITS):
        return "", "This must be a number with fewer digits."
    return f"{number:f}", ""


def _whole(most: int) -> Callable[[str, str], tuple[Any, str]]:
    def read_whole(text: str, kind: str) -> tuple[Any, str]:
        if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most:
            return int(text), ""
        return "", f"This must be a whole number from 0 to {most:,}."

    return read_whole


def _pattern(text: str, kind: str) -> tuple[Any, str]:
    problem = pattern_problem(text)
    remedy = "Write it without looking ahead or back and without references to groups."
    return text, f"The pattern cannot be used: {problem}. {remedy}" if problem else ""


def _entity(text: str, kind: str) -> tuple[Any, str]:
    return text, "" if text in ENTITIES else f"This must be one of: {', '.join(ENTITIES)}."


def _several(text: str, kind: str) -> tuple[Any, str]:
    faults: Faults = {}
    return _flag("", text, faults), faults.get("", "")


def _as_text(text: str, kind: str) -> tuple[Any, str]:
    return text, ""


_READ: Mapping[str, Callable[[str, str], tuple[Any, str]]] = {
    "min": _bound,
    "max": _bound,
    "min_length": _whole(50_000),
    "max_length": _whole(50_000),
    "decimals": _whole(20),
    "pattern": _pattern,
    "entity": _entity,
    "several": _several,
}
