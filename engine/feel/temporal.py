"""Dates, times and durations: their texts and their arithmetic (DMN 1.5, sections 10.3.2.3 and 10.3.4.1).

A fraction of a second is kept to the microsecond; years run from 1 to 9999.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel.values import YearsMonths

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,18}))?"
    r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]{1,60})?"
)
_date_text = re.compile(_DATE, re.ASCII)
_time_text = re.compile("T?" + _TIME, re.ASCII)
_date_time_text = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_years_months_text = re.compile(r"(-?)P(?=\d)(?:(\d{1,20})Y)?(?:(\d{1,20})M)?", re.ASCII)
_days_time_text = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,18}(?:\.\d{0,18})?)S)?)?",
    re.ASCII,
)
_EPOCH = date(1970, 1, 1)
MAX_MONTHS = 12 * 10**10


# From text


def date_from(text: str) -> date | None:
    """Return the date that `text` (2026-12-03) stands for, None when it stands for none."""
    match = _date_text.fullmatch(text)
    return _date(match) if match else None


def time_from(text: str) -> time | None:
    """Return the time of `text`, such as 09:30:00, 09:30:00+01:00 or 09:30:00@Europe/London."""
    match = _time_text.fullmatch(text)
    return _time(match) if match else None


def date_time_from(text: str) -> datetime | None:
    """Return the date and time of `text`; a date alone means its midnight."""
    match = _date_time_text.fullmatch(text)
    if match is None:
        day = date_from(text)
        return datetime(day.year, day.month, day.day) if day else None
    day, moment = _date(match), _time(match)
    return datetime.combine(day, moment) if day and moment else None


def duration_from(text: str) -> timedelta | YearsMonths | None:
    """Return the duration of `text`: P1Y6M is one of months, P3DT4H one of days and time; no text mixes both."""
    match = _years_months_text.fullmatch(text)
    if match:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months) if months <= MAX_MONTHS else None
    match = _days_time_text.fullmatch(text)
    return _days_time(match) if match else None


def at_literal(text: str) -> object:
    """Return the value of `@"text"`, None when it is neither date, time, date and time nor duration."""
    if text[:1] in ("P", "-"):
        return duration_from(text)
    if "T" in text[1:]:
        return date_time_from(text)
    return date_from(text) or time_from(text)


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    micros = int((match["fraction"] or "")[:6].ljust(6, "0"))
    try:
        zone = zone_from(match["zone"]) if match["zone"] else None
        return time(int(match["hour"]), int(match["minute"]), int(match["second"]), micros, zone)
    except ValueError:
        return None


def _days_time(match: re.Match[str]) -> timedelta | None:
    days, hours, minutes = (int(group or 0) for group in match.group(2, 3, 4))
    micros = int(Decimal(match[5] or 0) * 1_000_000)
    try:
        length = timedelta(days=days, hours=hours, minutes=minutes, microseconds=micros)
        return -length if match[1] else length
    except OverflowError:
        return None


@lru_cache(maxsize=512)
def zone_from(text: str) -> tzinfo:
    """Return the zone that Z, +01:00 or @Europe/London names; raise ValueError for no such zone."""
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return _named_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours * 60 + minutes > 14 * 60 or minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return timezone(-offset if text[0] == "-" else offset)


def _named_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError(name) from error


# To text


def date_text(value: date) -> str:
    """Write a date as ISO 8601 does."""
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


def time_text(value: time) -> str:
    """Write a time with its fraction and zone, as far as it has them."""
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}{fraction}{zone_text(value.tzinfo)}"


def date_time_text(value: datetime) -> str:
    """Write a date and time with its zone, as far as it has one."""
    return f"{date_text(value)}T{time_text(value.timetz())}"


def zone_text(zone: tzinfo | None) -> str:
    """Write a zone as it stands after a time: nothing, Z, +01:00 or @Europe/London."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None) or timedelta()
    if not offset:
        return "Z"
    seconds = abs(int(offset.total_seconds()))
    tail = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}:{seconds % 3600 // 60:02}{tail}"


def days_time_text(value: timedelta) -> str:
    """Write a days and time duration, such as P3DT4H."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    days = f"{value.days}D" if value.days else ""
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days or 'T0S'}"


def years_months_text(value: YearsMonths) -> str:
    """Write a years and months duration, such as P1Y6M."""
    years, months = divmod(abs(value.months), 12)
    text = f"{years}Y" * bool(years) + f"{months}M" * bool(months)
    return f"{'-' if value.months < 0 else ''}P{text or '0M'}"


# On the time line


def instant(value: date | datetime) -> datetime:
    """Return the date and time to reckon with: a date is its midnight in UTC, a zoned one is moved to UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if value.tzinfo is None else value.astimezone(UTC)


def offset_of(value: time | datetime) -> timedelta | None:
    """Return the distance from UTC, None without a zone; a time in a named zone takes that of 1 January 1970."""
    if isinstance(value, time) and isinstance(value.tzinfo, ZoneInfo):
        return datetime.combine(_EPOCH, value).utcoffset()
    return value.utcoffset()


def whole_second(value: datetime) -> datetime:
    """Return the instant to compare by: its fraction of a second does not count (10.3.2.3.5)."""
    return instant(value).replace(microsecond=0)


def second_of_day(value: time) -> timedelta:
    """Return the time since midnight to compare by: its fraction of a second does not count (10.3.2.3.4)."""
    return since_midnight(value.replace(microsecond=0))


def since_midnight(value: time) -> timedelta:
    """Return the time since midnight, in UTC when the time has a zone."""
    since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return since - (offset_of(value) or timedelta())


def shifted(value: date | datetime, length: timedelta) -> date | datetime:
    """Return `value` moved by `length` on the time line; a date stays a date. Raise OverflowError past year 9999."""
    if not isinstance(value, datetime):
        moved = datetime(value.year, value.month, value.day) + length
        return moved.date()
    if value.tzinfo is None:
        return value + length
    return (value.astimezone(UTC) + length).astimezone(value.tzinfo)


def time_shifted(value: time, length: timedelta) -> time:
    """Return a time moved by `length`, around midnight if need be."""
    return (
        (datetime.combine(_EPOCH.replace(year=2000), value.replace(tzinfo=None)) + length % timedelta(days=1))
        .time()
        .replace(tzinfo=value.tzinfo)
    )


def months_later(value: date | datetime, months: int) -> date | datetime:
    """Return the corresponding date `months` on, or the last day of a shorter month. Raise ValueError past 9999."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return value.replace(year=year, month=month + 1, day=min(value.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Return how many days the month has."""
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    return (following - timedelta(days=1)).day if following else 31


def months_between(start: date, end: date) -> int:
    """Return the whole months from `start` to `end`, negative when `end` comes first."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and _time_in_month(end) < _time_in_month(start):
        return months - 1
    if months < 0 and _time_in_month(end) > _time_in_month(start):
        return months + 1
    return months


def _time_in_month(value: date) -> tuple[int, time]:
    return value.day, value.time() if isinstance(value, datetime) else time()
