"""How values read in the texts of a form: dates in words, yes and no, lists with commas."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from engine.instants import LONDON


def shown(value: object) -> str:
    """Return `value` as an officer reads it; nothing for null and for what has no plain form."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return f"{day(local(value))} at {clock(local(value))}"
        case date():
            return day(value)
        case time():
            return clock(value)
        case Decimal():
            return plain_number(value)
        case list() | tuple():
            return ", ".join(text for text in map(shown, value) if text)
        case Mapping():
            return ""
        case _:
            return str(value)


def day(value: date) -> str:
    """Return a date as `3 December 2026`."""
    return f"{value.day} {value:%B} {value.year}"


def clock(value: datetime | time) -> str:
    """Return a time of day as `2:30pm`."""
    return f"{value.hour % 12 or 12}:{value.minute:02}{'am' if value.hour < 12 else 'pm'}"


def local(value: datetime) -> datetime:
    """Return an instant as clocks in the United Kingdom show it; one without a zone is taken as it is."""
    return value.astimezone(LONDON) if value.tzinfo else value


def plain_number(value: Decimal) -> str:
    """Return a number without an exponent, as a person types it."""
    return f"{value:f}"
