"""How a letter writes dates, money and lists: the filters that a template may use.

A filter raises `Unwritable` when the value is not of its kind; the merge turns that into a sentence with the paragraph.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jinja2.runtime import Undefined

from engine.documents.picture import Picture
from engine.instants import london

MONTHS = (
    "January February March April May June July August September October November December"  # not the locale's
).split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class Unwritable(Exception):
    """A value cannot be written as the filter asks; the message is the rest of a sentence about it."""


class Day(date):
    """A day that prints itself as the house writes it, wherever the template puts it."""

    def __str__(self) -> str:
        return in_words(self)


class Instant(datetime):
    """An instant that prints itself as the house writes it, in UK time."""

    def __str__(self) -> str:
        return f"{in_words(uk_day(self))} at {clock_time(self)}"


def in_words(day: date) -> str:
    """Write 3 December 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def uk_day(value: date) -> date:
    """Return the day of `value`; of an instant, the day it was in the United Kingdom."""
    return london(value).date() if isinstance(value, datetime) else value


def clock_time(value: datetime) -> str:
    """Write 2:05pm or 10am, as clocks in the United Kingdom show it."""
    shown = london(value)
    minutes = f":{shown.minute:02}" if shown.minute else ""
    return f"{shown.hour % 12 or 12}{minutes}{'am' if shown.hour < 12 else 'pm'}"


def write_date(value: Any) -> str:
    """Write 3 December 2026."""
    return in_words(uk_day(needs_date(value, "date")))


def write_day(value: Any) -> str:
    """Write Thursday 3 December 2026."""
    day = uk_day(needs_date(value, "day"))
    return f"{WEEKDAYS[day.weekday()]} {in_words(day)}"


def write_time(value: Any) -> str:
    """Write 2:05pm."""
    instant = needs_date(value, "time")
    if not isinstance(instant, datetime):
        raise Unwritable(f'"time" needs a date with a time and was given {described(value)}')
    return clock_time(instant)


def write_money(value: Any) -> str:
    """Write £1,234.50, a minus in front of the pound sign."""
    amount = rounded(needs_number(value, "money"), 2)
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def write_number(value: Any, places: Any = None) -> str:
    """Write 1,234.5, or with exactly `places` decimal places."""
    number = needs_number(value, "number")
    if places is None:
        return f"{number:,f}"
    return f"{rounded(number, needs_places(places)):,f}"


def round_half_up(value: Any, places: Any = 0) -> Decimal:
    """Return the number rounded half up, as people round money; replaces Jinja's, which can be made to run for ever."""
    return rounded(needs_number(value, "round"), needs_places(places))


def sentence_list(value: Any) -> str:
    """Write a, b and c."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise Unwritable(f'"sentence_list" needs a list and was given {described(value)}')
    words = [printed(word) for word in value]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def join(value: Any, between: str = "", attribute: str | None = None) -> str:
    """Write the members of a list one after another; replaces Jinja's, which prints Python's names of things."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise Unwritable(f'"join" needs a list and was given {described(value)}')
    members = [member[attribute] for member in value] if attribute else list(value)
    return str(between).join(printed(member) for member in members)


def paragraphs(value: Any) -> str:
    """Turn each empty line of a text into a new Word paragraph; single line ends stay line breaks."""
    if not isinstance(value, str):
        raise Unwritable(f'"paragraphs" needs a text and was given {described(value)}')
    return "\a".join(part.strip("\n") for part in re.split(r"\n[ \t]*\n\s*", value.strip()))


def printed(value: Any) -> str:
    """Return what `{{ value }}` prints; nothing of Python's own shows in a letter."""
    present(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        raise Unwritable(f"{described(value)} cannot be printed as it is; name one of its fields")
    if isinstance(value, list):
        return sentence_list(value)
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, Picture):
        raise Unwritable("a picture stands only in the text of a letter, its headers and its footers")
    raise Unwritable(f"{described(value)} cannot be printed")


def needs_date(value: Any, filter_name: str) -> date:
    """Return the date (or date and time) that `value` is or, as ISO 8601 text, says."""
    present(value)
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        for reading in (date.fromisoformat, datetime.fromisoformat):
            try:
                return reading(value)
            except ValueError:
                continue
    raise Unwritable(f'"{filter_name}" needs a date and was given {described(value)}')


def needs_number(value: Any, filter_name: str) -> Decimal:
    """Return `value` as a Decimal; text is no number, even when it looks like one."""
    present(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unwritable(f'"{filter_name}" needs a number and was given {described(value)}')
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise Unwritable(f'"{filter_name}" was given a number too large to write')
    return number


def needs_places(value: Any) -> int:
    """Return a sensible number of decimal places."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10:
        raise Unwritable(f"the number of decimal places is from 0 to 10, not {described(value)}")
    return value


def present(value: Any) -> None:
    """Let a missing field name itself: touching it raises."""
    if isinstance(value, Undefined):
        str(value)


def rounded(number: Decimal, places: int) -> Decimal:
    """Round half up."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0  # + 0: no minus before nought


def described(value: Any) -> str:
    """Name a value and its kind for a sentence, cut short."""
    if isinstance(value, dict):
        path = getattr(value, "path", "")
        return f'"{path}", a group of fields,' if path else "a group of fields"
    for kind, name in KINDS:
        if isinstance(value, kind):
            return f'the {name} "{str(value)[:40]}"' if name in SHOWN else name
    return "something that is no plain value"


SHOWN = frozenset({"text", "number", "date"})
KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a yes or no"),
    (str, "text"),
    ((int, float, Decimal), "number"),
    (date, "date"),
    ((list, tuple), "a list"),
    (type(None), "nothing"),
    (Picture, "a picture"),
)

FILTERS: dict[str, Callable[..., Any]] = {
    "date": write_date,
    "day": write_day,
    "time": write_time,
    "money": write_money,
    "number": write_number,
    "round": round_half_up,
    "sentence_list": sentence_list,
    "join": join,
    "paragraphs": paragraphs,
}
