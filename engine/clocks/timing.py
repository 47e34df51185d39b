"""When timers are due: ISO 8601 texts and FEEL values turned into instants, by the calendar of the United Kingdom."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.clocks import crons
from engine.clocks.crons import Cron
from engine.errors import Invalid
from engine.instants import LONDON, london, now

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration in calendar parts: months and days follow the calendar, seconds the clock."""

    months: int = 0
    days: int = 0
    seconds: float = 0

    def after(self, instant: datetime) -> datetime:
        """Return the instant this long after `instant`; 31 January and one month is the last day of February."""
        local = london(instant)
        month = local.year * 12 + local.month - 1 + self.months
        year, month = divmod(month, 12)
        day = min(local.day, _last_day(year, month + 1))
        moved = local.replace(year=year, month=month + 1, day=day) + timedelta(days=self.days)
        # Days are local days: 09:00 stays 09:00 when the clocks change. Hours are real hours.
        return moved.replace(tzinfo=LONDON).astimezone(instant.tzinfo) + timedelta(seconds=self.seconds)

    @property
    def is_positive(self) -> bool:
        """Say whether any time passes at all."""
        return self.months > 0 or self.days > 0 or self.seconds > 0


def is_literal(text: str) -> bool:
    """Say whether a timer's text is ISO 8601 or a cron rather than an expression."""
    return bool(re.match(r"R\d*/|P[\dT]|\d{4}-\d\d-\d\d", text)) or crons.is_cron(text)


def span(value: Any) -> Span:
    """Return an ISO 8601 duration, or a FEEL duration, in calendar parts.

    Raises:
        Invalid: neither.
    """
    if isinstance(value, timedelta):
        return Span(days=value.days, seconds=value.seconds + value.microseconds / 1e6)
    months = getattr(value, "months", None)
    if isinstance(months, int):
        return Span(months=months)
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or value in ("P", "PT") or value.endswith("T"):
        raise Invalid(
            f"“{value}” is not a duration.", remedy="Write one such as P3D (three days) or PT4H (four hours)."
        )
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    seconds = hours * 3600 + minutes * 60 + float(found.group(7) or 0)
    return Span(years * 12 + months, weeks * 7 + days, seconds)


def instant(value: Any) -> datetime:
    """Return the instant that a date timer names; a day begins at midnight in London.

    Raises:
        Invalid: not a date, an instant, or the ISO 8601 text of one.
    """
    if isinstance(value, str):
        with suppress(ValueError):  # told below
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=LONDON)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=LONDON)
    raise Invalid(
        f"“{value}” is not a date or time.", remedy="Write a date such as 2026-12-03, or an expression that gives one."
    )


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: how many rounds (None: without end), and how long each takes or at which times it comes."""

    rounds: int | None
    each: Span | Cron
    first_at: datetime | None = None


def cycle(text: Any) -> Cycle:
    """Return an ISO 8601 repetition such as R3/PT1H or R/2026-12-01T09:00:00Z/P1W, or what a cron says.

    Raises:
        Invalid: not a repetition, or one without any time between its rounds.
    """
    if isinstance(text, str) and crons.is_cron(text):
        return Cycle(None, crons.read(text))
    parts = text.split("/") if isinstance(text, str) else []
    if len(parts) not in (2, 3) or not re.fullmatch(r"R\d*", parts[0]):
        raise Invalid(f"“{text}” is not a repetition.", remedy="Write one such as R3/P1D: three times, a day apart.")
    each = span(parts[-1])
    if not each.is_positive:
        raise Invalid(f"“{text}” repeats without any time between.", remedy="Give each round some, such as R3/P1D.")
    rounds = int(parts[0][1:]) if len(parts[0]) > 1 else None
    return Cycle(rounds, each, instant(parts[1]) if len(parts) == 3 else None)


def next_round(each: Span | Cron, due: datetime, *, catches_up: bool = False) -> datetime:
    """Return the next round after `due` that is not over yet: a node that was down fires a missed cycle once.

    One that `catches_up` comes for every round that was missed, the earliest first.
    """
    if catches_up:
        return each.after(due)
    if isinstance(each, Cron):
        return each.after(max(due, now()))
    following = each.after(due)
    while following <= now():
        following = each.after(following)
    return following


def _last_day(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
