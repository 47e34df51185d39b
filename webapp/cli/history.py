"""Verifies history."""

import sys

import click

from webapp.cli.opening import opened
from webapp.cli.output import Bar, as_json_option, report


@click.command()
@as_json_option
def verify(as_json: bool) -> None:
    """Verify that no event was altered, added or removed. Exit code 1 when something was found, with the row."""
    from engine.history.findings import count_in_words
    from webapp.verification import verify_now

    now = opened()
    with Bar(quiet=as_json) as tell:
        found = verify_now(now.sessions, on_progress=lambda done, total: tell("Events", done, total))
    lines = [finding.sentence for finding in found.findings]
    lines += found.notes
    summary = "History is whole" if found.is_whole else f"Found {count_in_words(len(found.findings), 'alteration')}"
    counted = f"{count_in_words(found.events, 'event')} of {count_in_words(found.cases, 'case')}"
    lines.append(f"{summary}: {counted} in {found.seconds:.1f} s.")
    report(found.to_json(), *lines, as_json=as_json)
    if not found.is_whole:
        sys.exit(1)
