"""Empties a PostgreSQL database that a test had, so that the next may have it: to copy the template takes ten times
as long, and the first statements in a copy take longer again.

A database whose tables, triggers or functions a test changed is not handed on, nor one that was handed on often: what
was deleted piles up in it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, TextClause, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

MOST_USES = 40
_CATALOGS = "pg_namespace pg_class pg_attribute pg_attrdef pg_index pg_constraint pg_trigger pg_proc pg_type".split()
# Each change of a catalogue's row writes it anew, under the number of its transaction.
_STATE = text(
    "SELECT ARRAY["
    + ", ".join(f"(SELECT count(*) || ' ' || max(xmin::text::bigint) FROM {name})" for name in _CATALOGS)
    + "]"
)
_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
_NUMBERS = text("SELECT seqrelid::regclass::text, pg_sequence_last_value(seqrelid) FROM pg_sequence")
_COUNT_ANEW = text(
    "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL"
)
_COUNT_ON = text("SELECT setval(CAST(:sequence AS regclass), :last)")


class Contents:
    """All rows of a database, and how far its sequences have counted."""

    def __init__(self, connection: Connection) -> None:
        """Read them."""
        self._filled = _asking_for_rows(connection.scalars(_TABLES).all())
        self._rows = {name: _rows(connection, name) for name in connection.scalar(self._filled)}
        self._numbers = [row for row in connection.execute(_NUMBERS) if row[1] is not None]

    def put_back(self, connection: Connection) -> None:
        """Have them be all that there is in a database of the same tables."""
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
        for name in connection.scalar(self._filled):
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(_COUNT_ANEW)
        for name, rows in self._rows.items():
            with connection.connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(rows)
        for sequence, last in self._numbers:
            connection.execute(_COUNT_ON, {"sequence": sequence, "last": last})


class Reused:
    """A database that is handed from test to test."""

    def __init__(self, url: str) -> None:
        """Look at a fresh copy of the template, and remember the rows that it begins with."""
        self.url = url
        self._uses = 0
        self._engine: Engine = create_engine(url, poolclass=StaticPool)
        with self._engine.begin() as connection:
            self._state = connection.scalar(_STATE)
            self._first = Contents(connection)

    def empty(self) -> bool:
        """Take away what the test left; say whether another test may have the database."""
        self._uses += 1
        try:
            with self._engine.begin() as connection:
                connection.execute(_OTHERS)
                if self._uses >= MOST_USES or connection.scalar(_STATE) != self._state:
                    return False
                self._first.put_back(connection)
        except DBAPIError:  # the test cut off whoever was connected
            return False
        return True

    def close(self) -> None:
        """Leave the database, so that it can be dropped."""
        self._engine.dispose()


def _asking_for_rows(tables: Sequence[str]) -> TextClause:
    """Return a statement whose answer is the names of the tables that are not empty."""
    return text("SELECT ARRAY(" + " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables) + ")")


def _rows(connection: Connection, name: str) -> bytes:
    with connection.connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(copy)
