"""Turns stored values into typed ones and back: a date field is ISO text in JSON and a date in FEEL and letters."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import Invalid
from engine.instants import LONDON
from models.database import as_number

Convert = Callable[[Any], Any]


def converters(fields: Mapping[str, Any]) -> dict[str, Convert]:
    """Return for each field that needs it the function that types its stored value; others are typed as they stand."""
    found = {key: _converter(item) for key, item in fields.items()}
    return {key: convert for key, convert in found.items() if convert is not None}


def _converter(item: Any) -> Convert | None:
    simple: dict[str, Convert] = {"date": _date, "datetime": _datetime, "time": _time}
    if item.type in simple:
        return simple[item.type]
    inner = {child.key.rsplit(".", 1)[-1]: child for child in getattr(item, "children", ())}
    within = converters(inner)
    if not within:
        return None
    if item.type == "group":
        return lambda value: _typed_members(value, within)
    if item.type == "list":
        return lambda value: [_typed_members(entry, within) for entry in value] if isinstance(value, list) else value
    return None


def _typed_members(value: Any, within: dict[str, Convert]) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: within[key](entry) if key in within else entry for key, entry in value.items()}


def _date(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and value else value


def _datetime(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    instant = datetime.fromisoformat(value)
    return instant if instant.tzinfo else instant.replace(tzinfo=LONDON)


def _time(value: Any) -> Any:
    return time.fromisoformat(value) if isinstance(value, str) and value else value


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
    raise Invalid(f"“{name}” has a value that a case cannot keep ({type(value).__name__}).", remedy="Give a plain value.")


def iso_duration(value: timedelta) -> str:
    """Return a duration of days and time in ISO 8601, such as P1DT2H."""
    sign, total = ("-" if value < timedelta() else ""), abs(value)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"{sign}P{f'{total.days}D' if total.days else ''}{f'T{clock}' if clock else ''}" if total else "PT0S"
