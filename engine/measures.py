"""What is measured while the engine works. Whoever shows the figures says where to; without that, nothing is kept."""

from collections.abc import Callable

Measure = Callable[[str, str, float], None]  # what (step, job, sweep), of which kind, seconds

_measure: Measure | None = None


def report_to(measure: Measure | None) -> None:
    """Have everything that is measured in this process told to `measure`."""
    global _measure
    _measure = measure


def note(what: str, kind: str, seconds: float) -> None:
    """Tell how long something took."""
    if _measure is not None:
        _measure(what, kind, seconds)
