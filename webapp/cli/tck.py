"""Scores the decision engine on the DMN Technology Compatibility Kit."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.output import Bar, as_json_option, report

if TYPE_CHECKING:
    from engine.dmn.tck import Report, Result, Score


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--failures", is_flag=True, help="List each result that did not pass.")
@as_json_option
def tck(path: Path, failures: bool, as_json: bool) -> None:
    """Run the test cases beneath PATH, a checkout of the DMN TCK, and print how many results passed.

    A result is passed, wrong (another value), null (instead of a value) or an error. Those that need a function in Java
    are skipped: they are not among the results of which rates are told.
    """
    from engine.dmn.tck import score

    with Bar(quiet=as_json) as tell:
        found = score(path, on_progress=lambda suite, done, total: tell("Test cases", done, total))
    report(found.as_json(), *(_failures(found) if failures else ()), *_summary(found), as_json=as_json)


def _failures(found: "Report") -> list[str]:
    return [_sentence(failure) for failure in found.failures]


def _sentence(failure: "Result") -> str:
    from engine.errors import EngineError
    from engine.feel import shown

    got = failure.actual if isinstance(failure.actual, EngineError) else shown(failure.actual)
    place = f"{failure.suite}, case {failure.case}, {failure.node}"
    return f"{failure.outcome:5} {place}: expected {shown(failure.expected)}, got {got}"


def _summary(found: "Report") -> list[str]:
    suites = [_line(name, suite) for name, suite in sorted(found.suites.items())]
    levels = [_line(name, level) for name, level in sorted(found.levels.items())]
    values = f"{'of them expecting a value':<44} {_share(found.all.nonnull_passed, found.all.nonnull_total)}"
    return [*suites, "", *levels, _line("all", found.all), values, _line("of them literal expressions", found.literal)]


def _line(name: str, counted: "Score") -> str:
    others = ", ".join(
        f"{count} {what}"
        for what, count in (
            ("wrong", counted.wrong),
            ("null", counted.null),
            ("error", counted.error),
            ("skipped", counted.skipped),
        )
        if count
    )
    return f"{name:<44} {_share(counted.passed, counted.total)}{f': {others}' if others else ''}"


def _share(passed: int, total: int) -> str:
    share = f"{100 * passed / total:.1f} %" if total else "none"
    return f"{passed:>5} of {total:>5} passed ({share})"
