"""Brings a database that an earlier version made to the schema of this one."""

import os
import sqlite3
from pathlib import Path

import click
from sqlalchemy.engine import URL, make_url

from engine.errors import NotPossible
from engine.instants import unmoved_now
from models.database import connect
from models.revisions import Standing
from webapp.cli.output import as_json_option, report
from webapp.settings import read
from webapp.standing import require, standing


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@as_json_option
def upgrade(dry_run: bool, as_json: bool) -> None:
    """Bring a database that an earlier version made to what this version needs, all of it or nothing.

    Nobody should use it meanwhile. A SQLite database is copied beside itself before anything is changed.
    """
    url = read().database_url
    wanted = _pending(url)
    for key, told in () if as_json else wanted:
        click.echo(f"  {key}  {told}")
    copy = bring_up(url) if wanted and not dry_run else None
    if not wanted:
        summary = "Nothing is to be done: the database is as this version needs it."
    elif dry_run:
        summary = "That would be done, all of it or nothing. Leave out --dry-run to do it."
    else:
        summary = "Done." + (f" The database as it was is in {copy}." if copy else "")
    facts = {"revisions": [{"key": key, "what": told} for key, told in wanted], "done": not dry_run, "copy": copy}
    report(facts, summary, as_json=as_json)


def bring_up_embedded(url: str) -> str | None:
    """Upgrade a SQLite database of an earlier version, and return where its copy lies; do nothing to any other."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or not Path(str(place.database)).exists():
        return None
    return bring_up(url) if _standing(url) is Standing.OLDER else None


def bring_up(url: str) -> str | None:
    """Upgrade a database, and return where a copy of it as it was lies: of SQLite's, beside it.

    Raises:
        NotPossible: rows would refer to rows that are not there; nothing was changed.
    """
    from models import upgrading  # here and below: a database that needs no upgrade should not wait for Alembic

    copies: list[str] = []
    try:
        upgrading.upgrade(url, first=lambda: copies.extend(_copied(make_url(url))))
    except upgrading.Broken as broken:
        raise NotPossible(f"The database was left as it is. {broken}", remedy="Put that row right first.") from None
    return next(iter(copies), None)


def _pending(url: str) -> list[tuple[str, str]]:
    """Return the key and the sentence of each revision that is to be applied.

    Raises:
        NotPossible: there is nothing to upgrade, or what is there is newer.
    """
    from models import upgrading

    found = _standing(url)
    if found is not Standing.OLDER:
        require(found)
        return []
    engine = connect(url)
    with engine.connect().execution_options(read_only=True) as connection:
        wanted = [(revision.key, revision.told) for revision in upgrading.pending(connection)]
    engine.dispose()
    return wanted


def _standing(url: str) -> Standing:
    engine = connect(url)
    try:
        return standing(engine)
    finally:
        engine.dispose()


def _copied(place: URL) -> list[str]:
    """Copy a SQLite database beside itself, for its owner's eyes alone; one of PostgreSQL is not copied."""
    if place.get_backend_name() != "sqlite":
        return []
    original = Path(str(place.database))
    copy = original.with_name(f"{original.name}.before-{unmoved_now():%Y%m%d-%H%M%S}")
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    source, target = sqlite3.connect(original), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    return [str(copy)]
