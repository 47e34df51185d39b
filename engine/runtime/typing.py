"""Turns typed values into what JSON can hold: a date of FEEL becomes ISO text."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import Invalid
from engine.feel.values import YearsMonths
from models.database import as_number

MOST_DIGITS = 500  # before and after the decimal point
_MOST = 10**MOST_DIGITS
MOST_PARTS = 500_000  # values within one value


def storable(value: Any, *, name: str = "value", depth: int = 0) -> Any:
    """Return `value` as JSON can hold it: dates and durations as ISO 8601 text, whole Decimals as integers.

    Raises:
        Invalid: a function, a range or anything else that JSON does not know, or nested deeper than 32; a text with
            characters, or a number of a size, that not every database can keep; more than MOST_PARTS parts.
    """
    if depth > 32:
        raise Invalid(f"“{name}” is nested deeper than 32 levels.", remedy="Flatten it.")
    if depth == 0 and isinstance(value, Mapping | list | tuple):
        _refuse_giants(value, name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, name)
    if isinstance(value, int | float | Decimal):
        return _number(value, name)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return iso_duration(value)
    if isinstance(value, Mapping):
        return {
            _text(str(key), name): storable(entry, name=f"{name}.{key}", depth=depth + 1)
            for key, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return [storable(entry, name=name, depth=depth + 1) for entry in value]
    if isinstance(value, YearsMonths):
        years, months = divmod(abs(value.months), 12)
        parts = f"{years}Y" if years else "", f"{months}M" if months or not years else ""
        return f"{'-' if value.months < 0 else ''}P{''.join(parts)}"
    raise Invalid(
        f"“{name}” has a value that a case cannot keep ({type(value).__name__}).", remedy="Give a plain value."
    )


def _refuse_giants(value: Any, name: str) -> None:
    """Raise Invalid for a list of lists of lists … that is small in memory, for they are one, but huge when written."""
    parts, waiting = 0, [value]
    while waiting:
        here = waiting.pop()
        held = list(here.values() if isinstance(here, Mapping) else here)
        parts += len(held)
        if parts > MOST_PARTS:
            raise Invalid(f"“{name}” has more than {MOST_PARTS:,} parts.", remedy="Keep less of it.")
        waiting += [part for part in held if isinstance(part, Mapping | list | tuple)]


def _text(value: str, name: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        pass
    else:
        if "\0" not in value:
            return value
    raise Invalid(
        f"“{name}” has a character that cannot be kept (half of a pair, or one without a shape).",
        remedy="Type the text again; do not paste it from a binary file.",
    )


def _number(value: int | float | Decimal, name: str) -> Decimal | int:
    if isinstance(value, int) and abs(value) < _MOST:
        return value
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise Invalid(
            f"“{name}” is not a number that can be kept.", remedy=f"Give one of at most {MOST_DIGITS} digits."
        )
    return as_number(number)


def iso_duration(value: timedelta) -> str:
    """Return a duration of days and time in ISO 8601, such as P1DT2H."""
    sign, total = ("-" if value < timedelta() else ""), abs(value)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"{sign}P{f'{total.days}D' if total.days else ''}{f'T{clock}' if clock else ''}" if total else "PT0S"
