"""Upgrades a database that an earlier version made: the revisions that it has not got, in one transaction.

Alembic gives the words in which a revision is written, and on SQLite copies a table where it cannot be changed in
place. Their order is ours: one after the other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, event, text

from models import revisions, schema
from models.base import Base
from models.database import connect

ORDER = (
    "The revision {name} says that it follows {after}, and stands behind {before}. If it is yours, put it last:"
    " make revision LAST={name}. Otherwise put yours last."
)


class Broken(Exception):
    """Rows would refer to rows that are not there."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: what a database is marked with after it, what it does in a sentence, and what does it."""

    key: str
    told: str
    apply: Callable[[], None]


def all_revisions() -> list[Revision]:
    """Return every revision, the oldest first.

    Raises:
        LookupError: one does not follow the one before it.
    """
    found: list[Revision] = []
    for name in revisions.modules():
        module: Any = import_module(f"models.revisions.{name}")
        before = found[-1].key if found else None
        if module.down_revision != before or module.revision != name[1:16]:
            raise LookupError(ORDER.format(name=name, after=module.down_revision, before=before))
        found.append(Revision(module.revision, str(module.__doc__).strip().splitlines()[0], module.upgrade))
    return found


def pending(connection: Connection) -> list[Revision]:
    """Return the revisions that a database of an earlier version has not got, the oldest first."""
    at = revisions.found(connection)
    return [revision for revision in all_revisions() if revision.key > at]


def upgrade(url: str, *, first: Callable[[], None] = lambda: None) -> list[Revision]:
    """Bring a database to the schema of this code, and return what was done; all of it or nothing.

    `first` is called when nobody else can write any more, and before anything is changed.

    Raises:
        Broken: rows would refer to rows that are not there; nothing was changed.
    """
    with changing(url) as connection:
        wanted = pending(connection)
        if wanted:
            first()
            apply(connection, wanted)
    return wanted


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """Open the transaction in which a schema is changed, as the only one."""
    engine = connect(url)
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:  # a table that is copied and dropped would take along the rows that refer to it
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    try:
        with engine.begin() as connection:
            if not is_sqlite:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            schema.lock(connection)
            yield connection
            if is_sqlite:
                _require_whole(connection)
    finally:
        engine.dispose()


def create_as_of(connection: Connection, key: str) -> None:
    """Create the tables as they were at a revision in an empty database, with no triggers but those of jobs."""
    if key == revisions.latest():
        Base.metadata.create_all(connection)
        revisions.mark(connection, key)
    else:
        run(connection, [revision for revision in all_revisions() if revision.key <= key])
    schema.prepare_for_jobs(connection)
    schema.wake_for_jobs(connection)


def apply(connection: Connection, wanted: Sequence[Revision]) -> None:
    """Apply revisions, the last of which is the last of all, and make anew what hangs on the tables."""
    schema.detach(connection)
    run(connection, wanted)
    schema.attach(connection)


def run(connection: Connection, wanted: Sequence[Revision]) -> None:
    """Run revisions and nothing else; the database must be at the one before them."""
    with Operations.context(MigrationContext.configure(connection)):
        for revision in wanted:
            revision.apply()
            revisions.mark(connection, revision.key)


def _require_whole(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise Broken(f"A row of {broken[0]} would refer to a row of {broken[2]} that is not there.")
