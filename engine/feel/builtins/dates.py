"""Functions on dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.9; Camunda's `last day of month`)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

from engine import instants
from engine.feel import temporal
from engine.feel.builtins.base import define
from engine.feel.faults import Null
from engine.feel.values import YearsMonths, whole

T = TypeVar("T")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_of_text(text: str) -> date:
    """Return the date of an ISO text."""
    return _found(temporal.date_from(text), text, "a date such as 2026-12-03")


def date_of(value: date | datetime) -> date:
    """Return the day of a date and time."""
    return value.date() if isinstance(value, datetime) else value


def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> date:
    """Return the date of a year, a month and a day."""
    try:
        return date(_integer(year), _integer(month), _integer(day))
    except (ValueError, OverflowError) as error:
        raise Null("there is no such day.") from error


def _integer(number: Decimal) -> int:
    value = whole(number)
    if value is None:
        raise Null(f"{number} is not a whole number.")
    return value


def _found(value: T | None, text: str, wanted: str) -> T:
    if value is None:
        raise Null(f"`{text[:40]}` is not {wanted}.")
    return value


def time_of_text(text: str) -> time:
    """Return the time of an ISO text."""
    return _found(temporal.time_from(text), text, "a time such as 09:30:00")


def time_of(value: date | datetime | time) -> time:
    """Return the time of a date and time; a date's is midnight in UTC."""
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=UTC)


def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time:
    """Return the time of hour, minute and second, with the distance from UTC if there is one."""
    micros = int(second % 1 * 1_000_000)
    try:
        zone = None if offset is None else timezone(offset) if offset else UTC
        return time(_integer(hour), _integer(minute), int(second), micros, zone)
    except (ValueError, OverflowError) as error:
        raise Null("there is no such time.") from error


def date_time_of_text(text: str) -> datetime:
    """Return the date and time of an ISO text."""
    return _found(temporal.date_time_from(text), text, "a date and time such as 2026-12-03T09:30:00")


def date_time_of(day: date | datetime, moment: time) -> datetime:
    """Return the date and time of a day and a time."""
    return datetime.combine(date_of(day), moment)


def date_time_of_date(value: date | datetime) -> datetime:
    """Return a date and time as it is, a date as its midnight in UTC."""
    return value if isinstance(value, datetime) else temporal.instant(value)


def in_zone(value: datetime, zone: str) -> datetime:
    """Return the same instant as clocks in a named zone show it."""
    try:
        return value.astimezone(temporal.zone_from(f"@{zone}"))
    except (ValueError, OverflowError) as error:
        raise Null(f"there is no time zone `{zone}`.") from error


def duration_of_text(text: str) -> object:
    """Return the duration of an ISO text."""
    return _found(temporal.duration_from(text), text, "a duration such as P10D, PT4H or P1Y6M")


def years_and_months(start: date, end: date) -> YearsMonths:
    """Return the whole months between two days."""
    return YearsMonths(temporal.months_between(start, end))


def day_of_year(value: date) -> int:
    """Return the number of the day in its year."""
    return value.timetuple().tm_yday


def day_of_week(value: date) -> str:
    """Return the English name of the weekday."""
    return _WEEKDAYS[value.weekday()]


def month_of_year(value: date) -> str:
    """Return the English name of the month."""
    return _MONTHS[value.month - 1]


def week_of_year(value: date) -> int:
    """Return the number of the week, by ISO 8601."""
    return value.isocalendar().week


def last_day_of_month(value: date) -> date:
    """Return the last day of the month that a day lies in."""
    return date(value.year, value.month, temporal.month_length(value.year, value.month))


def now() -> datetime:
    """Return the present instant as clocks in London show it."""
    return instants.london(instants.now())


DATES = (
    define("date(from: string) -> date", date_of_text),
    define("date(from: date|date and time) -> date", date_of),
    define("date(year: number, month: number, day: number) -> date", date_of_parts),
    define("time(from: string) -> time", time_of_text),
    define("time(from: time|date|date and time) -> time", time_of),
    define(
        "time(hour: number, minute: number, second: number, offset: days and time duration? =) -> time", time_of_parts
    ),
    define("date and time(from: string) -> date and time", date_time_of_text),
    define("date and time(from: date|date and time) -> date and time", date_time_of_date),
    define("date and time(date: date|date and time, time: time) -> date and time", date_time_of),
    define("date and time(date: date and time, timezone: string) -> date and time", in_zone),
    define("duration(from: string) -> any", duration_of_text),
    define(
        "years and months duration(from: date|date and time, to: date|date and time) -> years and months duration",
        years_and_months,
    ),
    define("day of year(date: date|date and time) -> number", day_of_year),
    define("day of week(date: date|date and time) -> string", day_of_week),
    define("month of year(date: date|date and time) -> string", month_of_year),
    define("week of year(date: date|date and time) -> number", week_of_year),
    define("last day of month(date: date|date and time) -> date", last_day_of_month),
    define("now() -> date and time", now),
    define("today() -> date", instants.today),
)
