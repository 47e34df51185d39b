"""How long before or after its date a task is reminded of: "2 working days", "3 days", "4 hours", or P2D and PT4H."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from engine.calendars import Calendar, calendar
from engine.errors import Invalid
from engine.instants import LONDON, london

Unit = Literal["working days", "days", "minutes"]

_WORDS = re.compile(r"(\d{1,4}) (working day|day|week|hour|minute)s?", re.ASCII | re.IGNORECASE)
_ISO = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:0+S)?)?", re.ASCII)
_AT_ONCE = ("at once", "on the day")
_IN: dict[str, tuple[Unit, int]] = {
    "working day": ("working days", 1),
    "day": ("days", 1),
    "week": ("days", 7),
    "hour": ("minutes", 60),
    "minute": ("minutes", 1),
}
_DAY_ENDS = time(23, 59)  # a deadline in days ends with the last instant of its day
LONGEST = timedelta(days=366)
USUAL = calendar("England and Wales")


@dataclass(frozen=True, slots=True)
class Span:
    """A time before or after a date; with 0 days or minutes it is the date itself."""

    amount: int
    unit: Unit
    text: str  # as it was written

    def before(self, due: datetime, hour: int, days: Calendar = USUAL) -> datetime:
        """Return the instant this long before `due`; one at the edge of a day is told at `hour` of that day.

        `days` says which days are working days.
        """
        if self.unit == "minutes":
            return due - timedelta(minutes=self.amount)
        return at_working_hour(self._moved(due, -self.amount, days), hour, rolls_on=False)

    def after(self, due: datetime, hour: int, days: Calendar = USUAL) -> datetime:
        """Return the instant this long after `due`; one at the edge of a day is told at `hour` of the day begun."""
        if self.unit == "minutes" and self.amount:
            return due + timedelta(minutes=self.amount)
        return at_working_hour(self._moved(due, self.amount, days), hour)

    def _moved(self, due: datetime, amount: int, days: Calendar) -> datetime:
        """Return the same time of day, so many days on; what the calendar does not know raises Invalid."""
        local = london(due)
        day = local.date()
        if amount and self.unit == "working days":
            day = days.add_working_days(day, amount)
        elif amount:
            day = _plus(day, amount)
        return datetime.combine(day, local.timetz())


def span(text: object) -> Span:
    """Return the time that `text` says.

    Raises:
        Invalid: it says none, or more than a year.
    """
    found = _read(text.strip()) if isinstance(text, str) and len(text) <= 40 else None
    if found is None:
        raise Invalid(
            f"{shown(text)} is not a time span.",
            remedy="Write one such as 2 working days, 3 days, 4 hours, P2D or PT4H.",
        )
    longest = LONGEST.days * (24 * 60 if found.unit == "minutes" else 1)
    if found.amount > longest:
        raise Invalid(f"{shown(text)} is longer than a year.", remedy="Give a shorter one.")
    return found


def at_working_hour(instant: datetime, hour: int, *, rolls_on: bool = True) -> datetime:
    """Return `instant`, or the next morning's `hour` in London where it is the end or the beginning of a day.

    Deadlines in days end a moment before midnight, when nobody reads a reminder. Without `rolls_on` the end of a day is
    told in the morning of that day.
    """
    local = london(instant)
    if local.time() >= _DAY_ENDS:
        day = _plus(local.date(), 1) if rolls_on else local.date()
        return datetime.combine(day, time(hour), LONDON)
    if local.time() == time():
        return datetime.combine(local.date(), time(hour), LONDON)
    return instant


def shown(value: object) -> str:
    """Return a value that may be anything, short enough to be named in a sentence."""
    text = value if isinstance(value, str) else repr(value)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _read(text: str) -> Span | None:
    if text.casefold() in _AT_ONCE:
        return Span(0, "days", text)
    if found := _WORDS.fullmatch(" ".join(text.split())):
        unit, times = _IN[found[2].lower()]
        return Span(int(found[1]) * times, unit, text)
    return _read_iso(text)


def _read_iso(text: str) -> Span | None:
    """Return an ISO 8601 duration of days or of hours: what mixes both is neither calendar nor clock."""
    found = _ISO.fullmatch(text)
    if found is None or text == "P" or text.endswith("T"):
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    if (weeks or days) and (hours or minutes):
        return None
    if hours or minutes:
        return Span(hours * 60 + minutes, "minutes", text)
    return Span(weeks * 7 + days, "days", text)


def _plus(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise Invalid(f"No calendar goes {days} days beyond {day.isoformat()}.") from error
