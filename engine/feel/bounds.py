"""What one evaluation may take of the machine beside its steps: processor time, and the texts that it puts together.

The steps of the budget bound loops and calls. One step can still be large, such as comparing two lists whose items are
lists whose items are lists: whatever goes through values of any size looks here on its way. The time is that of the
thread, so that a busy machine stops nobody.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine.feel.faults import FeelError

SECONDS = 2.0
MAX_TEXT = 1_000_000  # characters that one text may grow to
MAX_TEXTS = 20_000_000  # characters of all texts that one evaluation makes
LOOKS = 64  # reading the clock takes a microsecond: it is read once in so many looks

_OFF = float("inf")


class _Here(threading.local):
    until = _OFF
    looks = 0
    written = 0


_here = _Here()


@contextmanager
def bounded(seconds: float | None = None) -> Iterator[None]:
    """Stop what runs in the block after `seconds` (SECONDS); within another such block, its bounds hold."""
    before = start(seconds)
    try:
        yield
    finally:
        stop(before)


def start(seconds: float | None = None) -> float:
    """Begin, and return what `stop` wants: the two are `bounded` for where a microsecond counts."""
    before = _here.until
    if before is _OFF:
        _here.until = -(seconds or SECONDS)  # counted from the first look: most evaluations never need one
        _here.looks = LOOKS - 1
        _here.written = 0
    return before


def stop(before: float) -> None:
    """End what `start` began."""
    _here.until = before


def look() -> None:
    """Raise FeelError when the time is over."""
    _here.looks += 1
    if _here.looks >= LOOKS:
        _here.looks = 0
        _read_the_clock()


def _read_the_clock() -> None:
    until, now = _here.until, time.thread_time()
    if until < 0:
        _here.until = now - until
    elif now > until:
        raise FeelError("This was stopped, for it takes too long.", remedy="Work on less at a time.")


def grow(length: int) -> None:
    """Note that a text of so many characters is to be made; raise FeelError when it or all of them are too long."""
    if _here.until is not _OFF:
        _here.written += length
    if length > MAX_TEXT or _here.written > MAX_TEXTS:
        raise FeelError(f"A text grew beyond {MAX_TEXT:,} characters, or all of them beyond {MAX_TEXTS:,}.")
