"""The two ways in which time runs: by days, which end with the day, and by the hour, which end at a moment.

Both answer the same questions, so that `arithmetic` need not know which it asks.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from engine.calendars import Calendar
from engine.errors import Invalid
from engine.instants import LONDON
from engine.rules import Span
from engine.rules.words import span_in_words

_ONE_DAY = timedelta(days=1)
LAST_MOMENT = time(23, 59, 59, 999_999)

Passed = list[tuple[date, str]]  # days that did not count, each with the reason


class Counting(Protocol):
    """What arithmetic asks; a point is a date (by days) or an instant in UTC (by the hour)."""

    def point(self, moment: date | datetime) -> Any:
        """Return the point of a day or of an aware instant."""

    def move(self, start: Any, span: Span, *, back: bool = False) -> Any:
        """Return the point `span` after `start`, or before it if `back`."""

    def passed_over(self, start: Any, end: Any, unit: str) -> Passed:
        """Return the days between the two (either may be the earlier) that were not counted."""

    def resume(self, end: Any, since: Any, until: Any, unit: str) -> tuple[Any, str]:
        """Return `end`, later by what did not count after `since` up to `until`, and how much that was in words."""

    def before(self, point: Any) -> Any:
        """Return the point just before: the day before, or the instant itself."""

    def end(self, point: Any) -> datetime:
        """Return the last moment of the point, in UTC: what is done then is still in time."""

    def beginning(self, point: Any) -> datetime:
        """Return the first moment of the point, in UTC."""


class Days:
    """Time counted in whole London days of one calendar; its points are dates."""

    def __init__(self, calendar: Calendar) -> None:
        """Keep the calendar by which working days are counted."""
        self.calendar = calendar

    def point(self, moment: date | datetime) -> date:
        """Return the London day of an aware instant, or the day itself."""
        return aware(moment).astimezone(LONDON).date() if isinstance(moment, datetime) else moment

    def move(self, start: date, span: Span, *, back: bool = False) -> date:
        """Return the last day of `span` after `start` (day 0); months by corresponding date."""
        amount = -span.amount if back else span.amount
        if span.unit == "working days":
            return self.calendar.add_working_days(start, amount)
        try:
            if span.unit == "months":
                return _corresponding_date(start, amount)
            return start + timedelta(days=amount * (7 if span.unit == "weeks" else 1))
        except (OverflowError, ValueError):
            raise _too_far(start, span) from None

    def passed_over(self, start: date, end: date, unit: str) -> Passed:
        """Return the days strictly between the two that are not working days, if those are what was counted."""
        if unit != "working days":
            return []
        first, last = min(start, end), max(start, end)
        return self.calendar.closed_days(first + _ONE_DAY, last)

    def resume(self, end: date, since: date, until: date, unit: str) -> tuple[date, str]:
        """Return the last day, later by the days (working days, if that is the unit) of the stop."""
        working = unit == "working days"
        lost = self.calendar.working_days_between(since, until) if working else (until - since).days
        span = Span(lost, "working days" if working else "calendar days")
        return (self.move(end, span) if lost else end), span_in_words(span)

    def before(self, point: date) -> date:
        """Return the day before."""
        return point - _ONE_DAY

    def end(self, point: date) -> datetime:
        """Return 23:59:59.999999 in London, in UTC."""
        return datetime.combine(point, LAST_MOMENT, LONDON).astimezone(UTC)

    def beginning(self, point: date) -> datetime:
        """Return midnight in London, in UTC."""
        return datetime.combine(point, time(), LONDON).astimezone(UTC)


class Hours:
    """Time that runs through nights and holidays; its points are instants in UTC."""

    def point(self, moment: date | datetime) -> datetime:
        """Return the instant in UTC. Raises Invalid for a day without a time of day."""
        if isinstance(moment, datetime):
            return aware(moment).astimezone(UTC)
        raise Invalid(
            f"Clock hours are counted from a moment, and {moment.isoformat()} has no time of day.",
            remedy="Give the date and the time.",
        )

    def move(self, start: datetime, span: Span, *, back: bool = False) -> datetime:
        """Return the moment exactly `span` later, as time passed: a clock change neither adds nor takes an hour."""
        try:
            return start + timedelta(hours=-span.amount if back else span.amount)
        except OverflowError:
            raise _too_far(start, span) from None

    def passed_over(self, start: datetime, end: datetime, unit: str) -> Passed:
        """Return nothing: every hour counts."""
        return []

    def resume(self, end: datetime, since: datetime, until: datetime, unit: str) -> tuple[datetime, str]:
        """Return the moment, later by the length of the stop."""
        minutes = int((until - since).total_seconds() // 60)
        return end + (until - since), f"{minutes // 60:,} hours and {minutes % 60} minutes"

    def before(self, point: datetime) -> datetime:
        """Return the instant itself."""
        return point

    def end(self, point: datetime) -> datetime:
        """Return the moment itself: time by the hour ends at the moment."""
        return point

    def beginning(self, point: datetime) -> datetime:
        """Return the moment itself."""
        return point


def aware(moment: datetime) -> datetime:
    """Return `moment`. Raises Invalid if it has no time zone, because it could be an hour out."""
    if moment.tzinfo is None:
        raise Invalid(
            f"{moment.isoformat()} has no time zone, so it could be an hour out.",
            remedy="Give an instant with its zone, such as 2026-12-03T09:30:00+00:00.",
        )
    return moment


def _corresponding_date(day: date, months: int) -> date:
    """Return the same day of the month, or the last day of a month that has none (31 January + 1 month)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _too_far(start: date, span: Span) -> Invalid:
    return Invalid(
        f"{span_in_words(span)} from {start.isoformat()} is beyond the calendar.",
        remedy="Correct the year of the date.",
    )
