"""Counts skipped tests, and fails the run when there are more than it may skip."""

import os

import pytest

ALLOWED = "CASEWRIGHT_SKIPS_ALLOWED"  # how many tests may be skipped; unset: any number


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run red when something that should have run did not."""
    if _too_many(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many were skipped, next to how many may be."""
    allowed = os.environ.get(ALLOWED)
    if allowed is not None:
        verdict = "TOO MANY" if _too_many(config) else "fine"
        terminalreporter.write_line(f"skipped: {_skipped(config)}, allowed: {allowed}: {verdict}")


def _too_many(config: pytest.Config) -> bool:
    allowed = os.environ.get(ALLOWED)
    return allowed is not None and _skipped(config) > int(allowed)


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0
