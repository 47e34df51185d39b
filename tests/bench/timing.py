"""Measures one call: processor time and elapsed time."""

import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import NamedTuple


class Sample(NamedTuple):
    """What one call took, in seconds."""

    cpu: float
    wall: float


def measured(call: Callable[[], object]) -> Sample:
    """Return what `call` took."""
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return Sample(time.process_time() - cpu, time.perf_counter() - wall)


def cpu_ms(samples: list[Sample]) -> float:
    """Return the median processor time in milliseconds."""
    return median(sample.cpu for sample in samples) * 1000


def wall_ms(samples: list[Sample]) -> float:
    """Return the median elapsed time in milliseconds."""
    return median(sample.wall for sample in samples) * 1000


def wall_p95_ms(samples: list[Sample]) -> float:
    """Return the 95th percentile of the elapsed time in milliseconds."""
    return quantiles([sample.wall for sample in samples], n=20)[-1] * 1000


def a_second(samples: list[Sample]) -> float:
    """Return how many such calls one client makes in a second."""
    return len(samples) / sum(sample.wall for sample in samples)
