"""Reads what was typed or sent into typed values: numbers, days, times, instants, text.

Each reader takes what a page posts (texts, or the parts of a date under their names) and what JSON holds, and raises
`Unreadable` with the reason. Blank is None.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.instants import LONDON

EARLIEST_YEAR, LATEST_YEAR = 1800, 2300
MOST_DIGITS = 34
"""What a decimal of the expression language holds."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\Z", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z", re.ASCII)
_TYPED_DATE = re.compile(r"(\d{1,2})[/.\- ]([0-9A-Za-z]{1,9})[/.\- ,]+(\d{1,5})\Z", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.]?(\d{2}))?(?::(\d{2})(?:\.\d{1,9})?)?\s*([ap])?\.?m?\.?\Z", re.ASCII | re.IGNORECASE
)
_ZONE = re.compile(r"(?:[Zz]|[+-]\d{2}:?\d{2})(?:\[[A-Za-z_/]{1,40}\])?\Z")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_FULL_MONTHS = "january february march april may june july august september october november december".split()


class Unreadable(ValueError):
    """A value that cannot be read; `reason` is one of the few that messages know, `detail` what it is about."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(reason)


def is_blank(raw: object) -> bool:
    """Say whether nothing was typed: null, white space, an empty list, or a date without any part."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, Mapping):
        return all(is_blank(part) for part in raw.values())
    return raw is None or raw == []


def read_text(raw: object, *, many_lines: bool = False) -> str | None:
    """Return text with its ends trimmed and its line ends as one newline each."""
    if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool):
        raw = f"{raw:f}" if isinstance(raw, Decimal) else str(raw)
    if not isinstance(raw, str):
        raise Unreadable("not-text")
    text = "\n".join(raw.splitlines()).strip() if many_lines else " ".join(raw.split())
    return text or None


def read_number(raw: object) -> Decimal | None:
    """Return a Decimal; `1,234.50` and `£1,234.50` are read, exponents and full-width digits are not."""
    if isinstance(raw, str):
        text = raw.strip().removeprefix("£").replace("\u2212", "-").strip()
        if not text:
            return None
        if not _NUMBER.match(text) or not re.search(r"\d", text):
            raise Unreadable("not-a-number")
        raw = Decimal(text.replace(",", ""))
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        raise Unreadable("not-a-number")
    return _usable(raw)


def _usable(raw: int | float | Decimal) -> Decimal:
    """Return the number as a Decimal of bounded size, without negative zero."""
    try:
        found = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    except InvalidOperation as error:
        raise Unreadable("not-a-number") from error
    if not found.is_finite():
        raise Unreadable("not-a-number")
    if found and (abs(found.adjusted()) >= MOST_DIGITS or len(found.as_tuple().digits) > MOST_DIGITS):
        raise Unreadable("number-too-long")
    exponent = found.as_tuple().exponent
    if not found and isinstance(exponent, int) and not -MOST_DIGITS < exponent <= 0:
        return Decimal(0)
    plain = found if isinstance(exponent, int) and exponent <= 0 else found.quantize(Decimal(1))
    return plain if plain else abs(plain)


def read_date(raw: object) -> date | None:
    """Return a day from ISO text, from `3 December 2026`, or from `{"day", "month", "year"}`."""
    if isinstance(raw, Mapping):
        return _date_of_parts(raw)
    if isinstance(raw, datetime) or not isinstance(raw, (str, date)):
        raise Unreadable("not-a-date")
    if isinstance(raw, date):
        return raw
    text = raw.strip()
    if not text:
        return None
    if found := _ISO_DATE.match(text):
        return _day(found[3], found[2], found[1])
    if found := _TYPED_DATE.match(text):
        return _day(found[1], found[2], found[3])
    raise Unreadable("not-a-date")


def _date_of_parts(raw: Mapping[str, Any]) -> date | None:
    parts = {name: _part(raw.get(name)) for name in ("day", "month", "year")}
    missing = [name for name, text in parts.items() if not text]
    if len(missing) == 3:
        return None
    if missing:
        raise Unreadable("date-part", " and ".join(missing))
    return _day(parts["day"], parts["month"], parts["year"])


def _part(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, type(None))):
        raise Unreadable("not-a-date")
    return str(raw if raw is not None else "").strip()


def _day(day: str, month: str, year: str) -> date:
    if not re.fullmatch(r"\d{4}", year, re.ASCII):
        raise Unreadable("year" if re.fullmatch(r"\d{1,5}", year, re.ASCII) else "not-a-date")
    if not re.fullmatch(r"\d{1,2}", day, re.ASCII):
        raise Unreadable("not-a-date")
    try:
        found = date(int(year), _month(month), int(day))
    except ValueError as error:
        raise Unreadable("not-a-date") from error
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise Unreadable("year-range", f"{EARLIEST_YEAR} and {LATEST_YEAR}")
    return found


def _month(text: str) -> int:
    if re.fullmatch(r"\d{1,2}", text, re.ASCII):
        return int(text)
    word = text.lower()
    if word in _FULL_MONTHS:
        return _FULL_MONTHS.index(word) + 1
    if word[:3] in _MONTHS and len(word) <= 4:
        return _MONTHS.index(word[:3]) + 1
    raise Unreadable("not-a-date")


def read_time(raw: object) -> time | None:
    """Return a time of day from `14:30`, `2.30pm`, `2pm` or ISO text; a zone after it is left off."""
    if isinstance(raw, time):
        return raw
    if not isinstance(raw, str):
        raise Unreadable("not-a-time")
    text = raw.strip()
    if not text:
        return None
    if text.lower() in ("midday", "noon", "midnight"):
        return time(0 if text.lower() == "midnight" else 12)
    found = _CLOCK.match(_ZONE.sub("", text))
    if (
        not found
        or (found[2] is None and found[4] is None)
        or (found[4] and not text.lower().rstrip(".").endswith("m"))
    ):
        raise Unreadable("not-a-time")
    return _time_of(int(found[1]), int(found[2] or 0), int(found[3] or 0), (found[4] or "").lower())


def _time_of(hour: int, minute: int, second: int, half: str) -> time:
    if half and not 1 <= hour <= 12:
        raise Unreadable("not-a-time")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise Unreadable("not-a-time") from error


def read_instant(raw: object) -> datetime | None:
    """Return an aware UTC instant from ISO text or `{"day", "month", "year", "time"}`; London's when it has no zone."""
    if isinstance(raw, Mapping):
        return _instant_of_parts(raw)
    if isinstance(raw, datetime):
        return raw.astimezone(UTC) if raw.tzinfo else _in_london(raw)
    if not isinstance(raw, str):
        raise Unreadable("not-a-datetime")
    if not raw.strip():
        return None
    return _instant_of_text(raw.strip())


def _instant_of_parts(raw: Mapping[str, Any]) -> datetime | None:
    day, clock = read_date({name: raw.get(name) for name in ("day", "month", "year")}), read_time(raw.get("time") or "")
    if day is None and clock is None:
        return None
    if day is None or clock is None:
        raise Unreadable("date-part" if day is None else "time-missing", "date")
    return _in_london(datetime.combine(day, clock))


def _instant_of_text(text: str) -> datetime:
    day, mark, rest = text.partition("T") if "T" in text else text.partition(" ")
    if not mark or not _ISO_DATE.match(day):
        raise Unreadable("not-a-datetime")
    found_day, found_time = read_date(day), read_time(rest)
    if found_day is None or found_time is None:
        raise Unreadable("not-a-datetime")
    naive = datetime.combine(found_day, found_time)
    zone = _ZONE.search(rest)
    return _at_offset(naive, zone[0].partition("[")[0]) if zone else _in_london(naive)


def _at_offset(naive: datetime, zone: str) -> datetime:
    if zone in "Zz":
        return naive.replace(tzinfo=UTC)
    try:
        return datetime.fromisoformat(f"{naive:%Y-%m-%dT%H:%M:%S}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable("not-a-datetime") from error


def _in_london(naive: datetime) -> datetime:
    """Return the instant at which clocks in London show `naive`; of the two in October, the first."""
    instant = naive.replace(tzinfo=LONDON).astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != naive:
        raise Unreadable("clocks-forward")
    return instant


def read_flag(raw: object) -> bool | None:
    """Return true or false, also from `true`, `on`, `false` and nothing as a page posts them."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in _FLAGS:
        return _FLAGS[raw.strip().lower()]
    if raw is None:
        return None
    raise Unreadable("not-a-flag")


_FLAGS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False, "": False}


def as_json(value: Any) -> Any:
    """Return a typed value as the case document keeps it: days, times and instants as ISO text, numbers as they are."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=LONDON)
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}" if not value.second else f"{value:%H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else value
