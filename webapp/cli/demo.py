"""Sample data and its clock."""

import click

from webapp.cli.opening import opened
from webapp.cli.output import Bar, as_json_option, report


@click.group()
def demo() -> None:
    """Load a sample landlord; move its clock."""


@demo.command()
@click.option("--homes", default=2_000, show_default=True, help="How many homes it has, from 20 to 60,000.")
@as_json_option
def load(homes: int, as_json: bool) -> None:
    """Load Brightwater Homes into an empty database: homes, families, rent, staff, and complaints at every stage."""
    from webapp.demo import loading, people

    now = opened(create=True)
    with Bar(quiet=as_json) as tell:
        loading.load(now.sessions, count=homes, on_progress=tell)
    facts = {"homes": homes, "password": people.PASSWORD, "staff": {c.email: c.role for c in people.COLLEAGUES}}
    report(facts, f"Loaded Brightwater Homes with {homes:,} homes. Start it with: casewright run", as_json=as_json)


@demo.command(context_settings={"ignore_unknown_options": True})
@click.argument("amount")
@as_json_option
def clock(amount: str, as_json: bool) -> None:
    """Move the clock of sample data by AMOUNT (+5d, -1h, +30m, +2w), or back to the real time (reset).

    A running server follows within two seconds, and does at once what is then due.
    """
    from engine.documents.formats import Instant
    from engine.instants import london, set_offset
    from engine.instants import now as instant
    from engine.transactions import writing
    from webapp.demo import clock as clocks

    with writing(opened().sessions) as session:
        moved = clocks.move(session, amount)
    set_offset(moved)
    shown = london(instant())
    facts = {"seconds": int(moved.total_seconds()), "now": shown.isoformat()}
    report(facts, f"The clock now shows {Instant.fromisoformat(shown.isoformat())}.", as_json=as_json)
