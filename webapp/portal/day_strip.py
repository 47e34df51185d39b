"""A deadline as a strip of days: where it began, which days did not count and why, and when it is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from engine.instants import london, today

MOST_DAYS = 75  # a strip of years says nothing
_LETTERS = {"start": "Start", "due": "Due", "amber": "Amber"}


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `kind` is start, counted, passed (not counted, `why`), stopped, amber or due."""

    on: date
    kind: str
    why: str
    is_today: bool

    @property
    def said(self) -> str:
        """Return what the day is, in a word or the reason why it does not count."""
        return _LETTERS.get(self.kind, self.why)


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month in a strip."""

    first: date
    days: list[Day]


def months(steps: tuple[dict[str, Any], ...], *, due_at: datetime | None, amber_at: datetime | None) -> list[Month]:
    """Return the days from the event to the end, by month; none for hours, for what has no end, and for years."""
    event = next((step for step in steps if step["step"] == "event"), None)
    if event is None or due_at is None or "T" in event["from"]:
        return []
    first, last = date.fromisoformat(event["from"]), london(due_at).date()
    if not 0 < (last - first).days <= MOST_DAYS:
        return []
    amber_on = london(amber_at).date() if amber_at else None
    passed, stopped = dict(_passed(steps)), set(_stopped(steps))
    between = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = [_day(on, first, last, amber_on, passed, stopped) for on in between]
    return [Month(month, list(group)) for month, group in groupby(days, key=lambda day: day.on.replace(day=1))]


def _day(on: date, first: date, last: date, amber_on: date | None, passed: dict[date, str], stopped: set[date]) -> Day:
    kind, why = "counted", ""
    if on in (first, last):
        kind = "start" if on == first else "due"
    elif on in stopped:
        kind, why = "stopped", "Paused"
    elif on in passed:
        kind, why = "passed", passed[on]
    elif on == amber_on:
        kind = "amber"
    return Day(on, kind, why, on == today())


def _passed(steps: tuple[dict[str, Any], ...]) -> Iterator[tuple[date, str]]:
    for step in steps:
        for day in step.get("not_counted", ()):
            yield date.fromisoformat(day["on"]), day["why"]


def _stopped(steps: tuple[dict[str, Any], ...]) -> Iterator[date]:
    """Yield the days that a pause took: those after it began, up to and including that on which it ended."""
    for step in steps:
        if step["step"] == "stop" and step["pauses"] and step["to"] and "T" not in step["from"]:
            first, last = date.fromisoformat(step["from"][:10]), date.fromisoformat(step["to"][:10])
            yield from (first + timedelta(days=n) for n in range(1, min((last - first).days, MOST_DAYS) + 1))
