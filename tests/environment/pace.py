"""Says how long the tests took and which took longest, and how many examples are drawn at random."""

import gc
import os
import time
from collections import Counter

import pytest

THOROUGH = "CASEWRIGHT_THOROUGH"  # set by `make soak`
WORTH_TELLING = 60  # seconds of the whole run
TOO_LONG = 20  # seconds of one test; told, and no more: it may have been the machine
SHOWN = 10

_started = pytest.StashKey[float]()


def examples(count: int) -> int:
    """Return how many examples a test draws: so many in `make soak`, a third of them in the default suite."""
    return count if is_thorough() else count // 3


def is_thorough() -> bool:
    """Say whether tests marked `drawn` look at all there is, as in `make soak`, or at a part of it."""
    return bool(os.environ.get(THOROUGH))


def pytest_configure(config: pytest.Config) -> None:
    """Look at the clock."""
    config.stash[_started] = time.monotonic()


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the modules and thousands of tests, which all stay to the end."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the slowest tests of a long run, and warn of those that do not belong into the default suite."""
    took = time.monotonic() - config.stash[_started]
    if took < WORTH_TELLING:
        return
    seconds = _seconds(terminalreporter)
    terminalreporter.section(f"all tests took {took / 60:.1f} minutes; the slowest")
    for test, each in seconds.most_common(SHOWN):
        terminalreporter.write_line(f"{each:6.1f} s  {test}")
    for test, each in seconds.items():
        if each > TOO_LONG and "not soak" in config.option.markexpr:
            terminalreporter.write_line(f"WARNING: longer than {TOO_LONG} s, should it be in soak? {test}", yellow=True)


def _seconds(terminalreporter: pytest.TerminalReporter) -> Counter[str]:
    """Return how long each test took, with what was made and cleared away for it."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid] += report.duration
    return seconds
