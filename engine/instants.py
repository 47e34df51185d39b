"""The time, as the whole platform sees it: one clock, which the demo and the tests may move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_offset = timedelta()
_frozen: datetime | None = None


def now() -> datetime:
    """Return the present instant, in UTC and aware."""
    return unmoved_now() + _offset


def unmoved_now() -> datetime:
    """Return the present instant without what the demo clock adds: for sign-in, whose limits hold whatever it shows."""
    return _frozen or datetime.now(UTC)  # noqa: TID251


def today() -> date:
    """Return the present day in the United Kingdom."""
    return now().astimezone(LONDON).date()


def london(instant: datetime) -> datetime:
    """Return `instant` as clocks in the United Kingdom show it."""
    return instant.astimezone(LONDON)


def set_offset(offset: timedelta) -> None:
    """Move the clock of this process by `offset` from the real one; only demo data and tests may ask for it."""
    global _offset
    _offset = offset


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` (aware) while the block runs."""
    global _frozen
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
