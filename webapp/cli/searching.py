"""Looks after the indexes of search."""

import sys

import click

from webapp.cli.opening import opened
from webapp.cli.output import Bar, as_json_option, report


@click.group()
def search() -> None:
    """Check and rebuild what search finds by.

    The database keeps it with every change; this is for after a repair of the database by hand.
    """


@search.command()
@click.option("--sample", default=500, show_default=True, type=click.IntRange(1), help="Rows of each table to look up.")
@as_json_option
def verify(sample: int, as_json: bool) -> None:
    """Look up rows at random by their own words. Exit code 1 when one is not found."""
    from engine.search import upkeep

    now = opened()
    with Bar(quiet=as_json) as tell, now.sessions() as session:
        found = upkeep.verify(session.connection(), sample=sample, tell=tell)
    lines = [lost.sentence for lost in found.lost] + found.notes
    lines.append(f"Looked up {found.rows:,} rows: {len(found.lost) or 'none'} lost.")
    facts = {"rows": found.rows, "lost": [lost.sentence for lost in found.lost], "notes": found.notes}
    report(facts, *lines, as_json=as_json)
    if found.lost:
        sys.exit(1)


@search.command()
@as_json_option
def rebuild(as_json: bool) -> None:
    """Make the indexes anew. On SQLite nobody can write while one is made; on PostgreSQL work goes on."""
    from engine.search import upkeep

    now = opened()
    with now.sessions() as session:
        engine, notes = session.get_bind().engine, upkeep.notes(session.connection())
    with Bar(quiet=as_json) as tell:
        upkeep.rebuild(engine, tell=tell)
    report({"rebuilt": True, "notes": notes}, "The indexes of search were made anew.", *notes, as_json=as_json)
