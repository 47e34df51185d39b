"""Measures the platform against raw SpiffWorkflow and the naive design."""

import sys
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parents[2]
NO_CHECKOUT = "The benchmark comes with the source, not with the installed package: run it in a checkout (make bench)."
NO_DEPENDENCY = "The benchmark needs what the tests need, and {} is missing: run `make bench`, which installs it."


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Report as JSON, one measure a line.")
@click.option("--quick", is_flag=True, help="Measure less: about a minute instead of many.")
def bench(as_json: bool, quick: bool) -> None:
    """Measure starts, completions and pages on SQLite and PostgreSQL.

    All references are measured in the same run. Exit code 1 when a limit is broken.
    """
    suite, broken = _suite(), 0
    show = _as_json if as_json else _Table()
    for measure in suite.run(quick=quick):
        if isinstance(measure, str):
            click.echo(measure, err=True)
            continue
        show(measure)
        broken += not measure.holds
    if broken:
        click.echo(f"{broken} {'limit is' if broken == 1 else 'limits are'} broken.", err=True)
        sys.exit(1)


def _suite() -> Any:
    """Import the suite from the source checkout that this program runs from."""
    if not (ROOT / "tests" / "bench" / "suite.py").exists():
        raise click.ClickException(NO_CHECKOUT)
    sys.path.insert(0, str(ROOT))
    try:
        from tests.bench import suite
    except ModuleNotFoundError as missing:
        raise click.ClickException(NO_DEPENDENCY.format(missing.name)) from missing
    return suite


def _as_json(measure: Any) -> None:
    from models.database import to_json

    click.echo(to_json(measure.to_json()))


class _Table:
    """Prints measures as they come, one table for each part: a database with a size, a way over HTTP, a page."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console()
        self._part = ""

    def __call__(self, measure: Any) -> None:
        """Print one measure under the heading of its part."""
        part, _, name = measure.name.partition(": ")
        if part != self._part:
            self._part = part
            self._console.print(f"\n[bold]{part}[/bold]")
        self._console.print(_line(measure, name), highlight=False)


def _line(measure: Any, name: str) -> str:
    """Return the measure in columns: value, reference, ratio, limit."""
    value = f"{measure.value:>12,.2f} {measure.unit:<10}"
    if measure.ratio is None:
        bound = f"at most {measure.limit:g}" if measure.limit is not None else ""
        return _coloured(measure, f"  {name:<52}{value} {bound}")
    bound = f", at most {measure.limit:g} ×" if measure.limit is not None else ""
    return _coloured(measure, f"  {name:<52}{value} {measure.ratio:>8.3f} × {measure.against}{bound}")


def _coloured(measure: Any, line: str) -> str:
    if measure.limit is None:
        return line
    return f"{line} [green]holds[/green]" if measure.holds else f"{line} [bold red]BROKEN[/bold red]"
