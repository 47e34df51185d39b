"""What stands after a dot: entries of contexts, properties of dates, times, durations and ranges (Table 65)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.feel import temporal
from engine.feel.frames import Run
from engine.feel.values import Range, YearsMonths, as_list, kind, native


def member(run: Run, value: object, name: str, at: int) -> object:
    """Return `value.name`; of a list, the list of each item's. Null with a warning where there is none."""
    if value is None:
        return None
    sort = kind(value)
    if sort == "context":
        return _entry(run, value, name, at)  # type: ignore[arg-type]
    if sort == "list":
        items = as_list(value)
        run.spend(1 + len(items) // 8, at)
        return [member(run, item, name, at) for item in items]
    reader = PROPERTIES.get(sort, {}).get(name)
    if reader is None:
        hint = run.suggestion(name, PROPERTIES.get(sort, ()))
        run.warn(f"A {sort} has no property `{name}`.{hint}", at)
        return None
    return reader(value)


def _entry(run: Run, value: Mapping[str, object], name: str, at: int) -> object:
    try:
        return native(value[name])
    except KeyError:
        run.warn(f"There is no entry `{name}` here.{run.suggestion(name, value)}", at)
        return None


def _offset(value: time | datetime) -> timedelta | None:
    return temporal.offset_of(value)


def _zone(value: time | datetime) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _days(value: timedelta) -> int:
    return abs(value).days * (-1 if value < timedelta() else 1)


def _part_of_day(unit: int, size: int) -> Callable[[timedelta], int]:
    def part(value: timedelta) -> int:
        amount = abs(value).seconds // unit % size
        return -amount if value < timedelta() else amount

    return part


def _years(value: YearsMonths) -> int:
    return abs(value.months) // 12 * (-1 if value.months < 0 else 1)


def _months(value: YearsMonths) -> int:
    return abs(value.months) % 12 * (-1 if value.months < 0 else 1)


_DATE: dict[str, Callable[..., object]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": date.isoweekday,
}
_TIME: dict[str, Callable[..., object]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
    "time offset": _offset,
    "timezone": _zone,
}
_RANGE: dict[str, Callable[[Range], object]] = {
    "start": lambda value: value.start,
    "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}
PROPERTIES: dict[str, dict[str, Callable[..., object]]] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": _DATE | _TIME,
    "days and time duration": {
        "days": _days,
        "hours": _part_of_day(3600, 24),
        "minutes": _part_of_day(60, 60),
        "seconds": _part_of_day(1, 60),
    },
    "years and months duration": {"years": _years, "months": _months},
    "range": _RANGE,
}
