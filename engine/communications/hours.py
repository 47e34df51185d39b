"""The hours at which it is safe or welcome to reach somebody, read from how officers write them down."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.instants import LONDON

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS, WEEKENDS = frozenset(range(5)), frozenset({5, 6})
ALL_DAY = (time(0), time(23, 59, 59))
EARLIEST, LATEST = time(8), time(20, 30)  # nobody is sent a text message in the night

_TIME = r"(?:noon|midday|[0-9]{1,2}(?:[:.][0-9]{2})?\s*(?:am|pm)?)"
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_WORDS = re.compile(
    rf"(?:(?P<days>weekdays|weekends|every day|daily|{_DAY}(?:\s*(?:-|–|to|and|,)\s*{_DAY})*)\s*,?\s*)?"
    rf"(?:(?:between\s+|from\s+)?(?P<from>{_TIME})\s*(?:-|–|to|and|until)\s*(?P<to>{_TIME})"
    rf"|(?P<side>after|before|until|from)\s+(?P<at>{_TIME})"
    r"|(?P<part>mornings?|afternoons?|evenings?))?"
    r"(?:\s+(?:on\s+)?(?P<last>weekdays|weekends|only))?\.?",
    re.IGNORECASE,
)
_PARTS = {
    "morning": (time(9), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), LATEST),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Days of the week (Monday is 0) and the time of day, in London, from and until when somebody may be reached."""

    days: frozenset[int]
    opens: time
    closes: time

    def holds(self, at: datetime) -> bool:
        """Say whether they may be reached at an instant."""
        here = at.astimezone(LONDON)
        return here.weekday() in self.days and self.opens <= here.time() <= self.closes

    def next(self, at: datetime) -> datetime:
        """Return the first instant from `at` on at which they may be reached."""
        if self.holds(at):
            return at
        here = at.astimezone(LONDON)
        for ahead in range(8):
            day = here.date() + timedelta(days=ahead)
            opens = datetime.combine(day, self.opens, LONDON)
            if day.weekday() in self.days and opens >= here:
                return opens.astimezone(at.tzinfo)
        return at


WAKING = Hours(WEEKDAYS | WEEKENDS, EARLIEST, LATEST)


def read(text: str) -> Hours | None:
    """Return the hours that a text says ("weekdays 10:00-16:00", "after 4pm", "Mon to Wed, mornings"); None if none."""
    found = _WORDS.fullmatch(" ".join(text.split()))
    if found is None or not any(found[name] for name in ("days", "from", "at", "part", "last")):
        return None
    last = (found["last"] or "").lower()
    days = _days((found["days"] or (last if last != "only" else "") or "every day").lower())
    span = _span(found)
    if not days or span is None or span[0] >= span[1]:
        return None
    return Hours(days, *span)


def _days(text: str) -> frozenset[int]:
    if text in ("every day", "daily"):
        return WEEKDAYS | WEEKENDS
    if text in ("weekdays", "weekends"):
        return WEEKDAYS if text == "weekdays" else WEEKENDS
    named = [DAYS.index(word[:3]) for word in re.findall(_DAY, text)]
    if len(named) == 2 and re.search(r"-|–|\bto\b", text):
        first, last = named
        return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(named)


def _span(found: re.Match[str]) -> tuple[time, time] | None:
    if found["part"]:
        return _PARTS[found["part"].lower().rstrip("s")]
    if found["from"]:
        opens, closes = _time(found["from"]), _time(found["to"])
        if opens is None or closes is None:
            return None
        if closes <= opens and closes.hour < 12:  # "9 to 5"
            closes = closes.replace(hour=closes.hour + 12)
        return opens, closes
    if found["at"]:
        at = _time(found["at"])
        if at is None:
            return None
        return (at, LATEST) if found["side"].lower() in ("after", "from") else (EARLIEST, at)
    return (EARLIEST, LATEST)


def _time(text: str) -> time | None:
    word = text.lower().strip()
    if word in ("noon", "midday"):
        return time(12)
    parts = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?", word)
    if parts is None:
        return None
    hour, minute = int(parts[1]), int(parts[2] or 0)
    if parts[3] and not 1 <= hour <= 12:
        return None
    if parts[3]:
        hour = hour % 12 + (12 if parts[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
