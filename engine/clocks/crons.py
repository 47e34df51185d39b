"""Cron texts, which say at what times of the clock something comes again: `0 0 9 ? * MON-FRI`, read in London time.

The fields are second, minute, hour, day, month, weekday and perhaps year; without the second it is the cron of Unix.
Weekdays by number count from Sunday, which is 0 or 7, as in zeebe and Unix. APScheduler finds the times.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from engine.errors import Invalid
from engine.instants import LONDON, london

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SHORT = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * SUN",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
REMEDY = "Write one such as 0 0 9 ? * MON-FRI: at nine on working days."
FARTHEST = timedelta(days=60 * 366)  # how far ahead the next time is looked for
_NAMES = "|".join((*DAYS, *MONTHS))
_FIELD = re.compile(
    rf"(?=.*[\d*?L])[\d*?/,#LW-]+|(?:{_NAMES})L?(?:#[1-5])?(?:[-,/](?:{_NAMES}|\d+))*|\d[-,](?:{_NAMES})"
)
_NUMBERED = re.compile(r"(\w+)#([1-5])")
_ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th"}


class NeverAgain(Invalid):
    """A cron names no time that is still to come."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron text that can be read: see `read`."""

    text: str

    def after(self, instant: datetime) -> datetime:
        """Return the first time after `instant`.

        A time that the clocks jump over in March comes an hour later. One that they show twice in October comes the
        first time only, unless the cron comes every hour or oftener.

        Raises:
            NeverAgain: there is none, as on 30 February.
        """
        found = self._next(instant)
        while found.fold and not _fields(self.text)[2].startswith("*"):
            found = self._next(found)
        return found.astimezone(instant.tzinfo)

    def _next(self, instant: datetime) -> datetime:
        later = london(instant.astimezone(UTC) + timedelta(microseconds=1))
        found: datetime | None = _trigger(self.text, later.year).get_next_fire_time(None, later)
        if found is None:
            raise NeverAgain(f"“{self.text}” names a time that never comes.", remedy=REMEDY)
        return found


def is_cron(text: str) -> bool:
    """Say whether a text has the form of a cron."""
    words = text.upper().split()
    return text.lower() in SHORT or (5 <= len(words) <= 7 and all(map(_FIELD.fullmatch, words)))


def read(text: str) -> Cron:
    """Return a cron text, once it is sure that it can be read.

    Raises:
        Invalid: a field says nothing that is known, or something that cannot be.
    """
    try:
        _trigger(text, 2000)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(f"“{text}” is not a cron that can be read.", remedy=REMEDY) from error
    return Cron(text)


def weekday_names(field: str, *, sunday: int) -> str:
    """Return a field of weekdays with names for its numbers, which count from `sunday` as 0 or 1."""

    def name(found: re.Match[str]) -> str:
        return DAYS[(int(found[0]) - sunday) % 7]

    return re.sub(r"(?<![\d#/])[0-7](?!\d)", name, field)


def _fields(text: str) -> list[str]:
    words = SHORT.get(text.lower(), text).upper().split()
    return words if len(words) > 5 else ["0", *words]


@lru_cache(maxsize=256)
def _trigger(text: str, year: int) -> Any:
    """Return what finds the times; it looks so far only from the year on in which it is asked."""
    second, minute, hour, day, month, weekday, *years = _fields(text)
    weekday = weekday_names(weekday, sunday=0)
    if weekday not in ("*", "?") and re.search("[#L]", weekday):
        day, weekday = _days_of_month(day, weekday), "*"
    from apscheduler.triggers.cron import CronTrigger  # here: it takes long to import

    return CronTrigger(
        second=second,
        minute=minute,
        hour=hour,
        day={"?": "*", "L": "last"}.get(day, day),
        month=month.lower(),
        day_of_week={"?": "*"}.get(weekday) or _weekdays(weekday),
        year=years[0].replace("?", "*") if years else "*",
        end_date=datetime(year, 1, 1, tzinfo=LONDON) + FARTHEST,
        timezone=LONDON,
    )


def _days_of_month(day: str, weekday: str) -> str:
    """Return weekdays such as `MON#2` and `FRIL` as days of the month."""
    if day not in ("*", "?"):
        raise ValueError(day)
    found = []
    for part in weekday.split(","):
        numbered = _NUMBERED.fullmatch(part)
        if numbered is None and not part.endswith("L"):
            raise ValueError(part)
        found.append(f"{_ORDINALS[numbered[2]]} {numbered[1].lower()}" if numbered else f"last {part[:-1].lower()}")
    return ",".join(found)


def _weekdays(field: str) -> str:
    """Return a field of weekdays with each day that it holds: a span may go over the end of the week."""
    found: list[str] = []
    for part in field.split(","):
        days, _, step = part.partition("/")
        first, _, last = days.partition("-")
        if first == "*":
            span = list(DAYS)
        else:
            start, end = DAYS.index(first), DAYS.index(last or ("SAT" if step else first))
            span = [DAYS[(start + n) % 7] for n in range((end - start) % 7 + 1)]
        found += span[:: int(step or 1)]
    return ",".join(dict.fromkeys(day.lower() for day in found))
