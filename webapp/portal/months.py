"""The calendar of tasks: a month or a week of days, with bank holidays, closures and what is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendars import Calendar
from engine.instants import today
from engine.task_list import Pile

PER_DAY = {"month": 4, "week": 15}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKEND = 5
FIRST, LAST = date(1976, 1, 1), date(2198, 12, 31)  # as far as calendars know the bank holidays


@dataclass(frozen=True, slots=True)
class Shown:
    """Which days are shown: whole weeks, Monday to Sunday, of a month or one week alone."""

    kind: str  # month, week
    on: date  # a day in it
    first: date
    last: date

    @property
    def per_day(self) -> int:
        """Return how many tasks of a day are shown."""
        return PER_DAY[self.kind]

    @property
    def title(self) -> str:
        """Return what is shown, in words."""
        if self.kind == "month":
            return f"{MONTHS[self.on.month - 1]} {self.on.year}"
        return f"Week from {self.first.day} {MONTHS[self.first.month - 1]} {self.first.year}"

    def words(self, step: int = 0, kind: str = "") -> dict[str, str]:
        """Return the words of the address of what is shown, or of what lies `step` months or weeks from it."""
        kind = kind or self.kind
        on = _months_on(self.on, step) if kind == "month" else self.on + timedelta(weeks=step)
        return {"month": f"{on:%Y-%m}", "week": ""} if kind == "month" else {"week": on.isoformat(), "month": ""}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    on: date
    pile: Pile
    closed: str  # why it is no working day: the name of the holiday or closure; "" for weekends too
    is_weekend: bool
    is_today: bool
    is_outside: bool  # of the month that is shown


def asked(words: Mapping[str, str]) -> Shown:
    """Return what an address asks for; this month when it asks for nothing that can be shown."""
    week = _day(words.get("week", ""))
    if week is not None:
        first = week - timedelta(days=week.weekday())
        return Shown("week", week, first, first + timedelta(days=6))
    month = _day(f"{words.get('month', '')}-01") or today()
    first = month.replace(day=1)
    last = _months_on(first, 1) - timedelta(days=1)
    ends = last + timedelta(days=6 - last.weekday())
    on = today() if (today().year, today().month) == (first.year, first.month) else first
    return Shown("month", on, first - timedelta(days=first.weekday()), ends)


def weeks(shown: Shown, piles: Mapping[date, Pile], known: Calendar) -> list[list[Day]]:
    """Return the days of the calendar, week by week; `known` says which are holidays or closures."""
    days = (shown.last - shown.first).days + 1
    found = [_made(shown.first + timedelta(days=n), shown, piles, known) for n in range(days)]
    return [found[n : n + 7] for n in range(0, days, 7)]


def _made(on: date, shown: Shown, piles: Mapping[date, Pile], known: Calendar) -> Day:
    is_weekend = on.weekday() >= WEEKEND
    why = known.why_not(on)
    closed = "" if why in ("Saturday", "Sunday") else why
    is_outside = shown.kind == "month" and (on.year, on.month) != (shown.on.year, shown.on.month)
    return Day(on, piles.get(on, Pile(on)), closed, is_weekend, on == today(), is_outside)


def _months_on(on: date, step: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + step, 12)
    return date(year, month + 1, 1)


def _day(word: str) -> date | None:
    try:
        found = date.fromisoformat(word)
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None
