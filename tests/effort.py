"""Bounds on what hostile input may cost, in a unit that a busy or slow machine stretches as much as the work itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import process_time


@contextmanager
def effort_below(units: float) -> Iterator[None]:
    """Fail when the block takes more processor time than so many runs of a fixed piece of work (50 ms, idle)."""
    begun = process_time()
    yield
    spent = process_time() - begun
    if spent > units * unit():
        unit.cache_clear()  # the machine may have become slower since
    assert spent <= units * unit(), f"{spent / unit():.0f} units of effort, {units} allowed"


@cache
def unit() -> float:
    """Time the piece of work; returns seconds of processor time."""
    begun = process_time()
    text = "".join(sorted(str(number * number) for number in range(100_000)))
    assert len(text) > 100_000
    return process_time() - begun
