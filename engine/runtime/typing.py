"""Turns stored values into typed ones and back: a date field is ISO text in JSON and a date in FEEL and letters."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import Invalid
from engine.forms import typed
from models.database import as_number

Convert = Callable[[Any], Any]


def converters(fields: Mapping[str, Any]) -> dict[str, Convert]:
    """Return for each field that needs it the function that types its stored value; others are typed as they stand.

    `fields` are keyed by path, as forms list them: `received_on`, `address.since`, `works[].due_on`.
    """
    tree: dict[str, Any] = {}
    for path, item in fields.items():
        if item.type in _TYPED:
            _plant(tree, re.split(r"\.|(?<=\[\])", path.replace("[].", "[]")), item.type)
    return {name.removesuffix("[]"): _convert(name, branch) for name, branch in tree.items()}


_TYPED = frozenset({"date", "time", "datetime"})


def _plant(tree: dict[str, Any], parts: list[str], kind: str) -> None:
    *holders, leaf = parts
    for holder in holders:
        tree = tree.setdefault(holder, {})
    tree[leaf] = kind


def _convert(name: str, branch: Any) -> Convert:
    if isinstance(branch, str):
        return lambda value: typed(branch, value)
    within = {inner.removesuffix("[]"): _convert(inner, twig) for inner, twig in branch.items()}
    if name.endswith("[]"):
        return lambda value: [_members(entry, within) for entry in value] if isinstance(value, list) else value
    return lambda value: _members(value, within)


def _members(value: Any, within: dict[str, Convert]) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: within[key](entry) if key in within else entry for key, entry in value.items()}


def storable(value: Any, *, name: str = "value", depth: int = 0) -> Any:
    """Return `value` as JSON can hold it: dates and durations as ISO 8601 text, whole Decimals as integers.

    Raises:
        Invalid: a function, a range or anything else that JSON does not know, or nested deeper than 32.
    """
    if depth > 32:
        raise Invalid(f"“{name}” is nested deeper than 32 levels.", remedy="Flatten it.")
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Decimal):
        return as_number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return iso_duration(value)
    if isinstance(value, Mapping):
        return {str(key): storable(entry, name=f"{name}.{key}", depth=depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [storable(entry, name=name, depth=depth + 1) for entry in value]
    if hasattr(value, "to_iso"):
        return value.to_iso()
    raise Invalid(
        f"“{name}” has a value that a case cannot keep ({type(value).__name__}).", remedy="Give a plain value."
    )


def iso_duration(value: timedelta) -> str:
    """Return a duration of days and time in ISO 8601, such as P1DT2H."""
    sign, total = ("-" if value < timedelta() else ""), abs(value)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"{sign}P{f'{total.days}D' if total.days else ''}{f'T{clock}' if clock else ''}" if total else "PT0S"
