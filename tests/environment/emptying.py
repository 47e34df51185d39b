"""Empties a PostgreSQL database that a test had, so that the next may have it: to copy the template takes ten times
as long, and the first statements in a copy take longer again.

A database whose tables, triggers or functions a test changed is not handed on, nor one that was handed on often: what
was deleted piles up in it.
"""

from sqlalchemy import Connection, Engine, create_engine, text
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
_COUNT_ANEW = text(
    "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL "
    "AND seqrelid::regclass::text <> ALL(:kept)"
)


class Reused:
    """A database that is handed from test to test."""

    def __init__(self, url: str) -> None:
        """Look at a fresh copy of the template."""
        self.url = url
        self._uses = 0
        self._engine: Engine = create_engine(url, poolclass=StaticPool)
        with self._engine.begin() as connection:
            self._state = connection.scalar(_STATE)
            tables = connection.scalars(_TABLES).all()
            self._first_rows = {
                name: rows
                for name in tables
                if (rows := connection.scalar(text(f"SELECT json_agg(t)::text FROM {name} t"))) is not None
            }
        self._filled = text(
            "SELECT ARRAY(" + " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables) + ")"
        )

    def empty(self) -> bool:
        """Take away what the test left; say whether another test may have the database."""
        self._uses += 1
        try:
            with self._engine.begin() as connection:
                connection.execute(_OTHERS)
                if self._uses >= MOST_USES or connection.scalar(_STATE) != self._state:
                    return False
                self._delete(connection)
        except DBAPIError:  # the test cut off whoever was connected
            return False
        return True

    def close(self) -> None:
        """Leave the database, so that it can be dropped."""
        self._engine.dispose()

    def _delete(self, connection: Connection) -> None:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
        for name in connection.scalar(self._filled):
            connection.execute(text(f"DELETE FROM {name}"))
        for name, rows in self._first_rows.items():  # what a new database begins with
            filled = f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, cast(:rows AS json))"
            connection.execute(text(filled), {"rows": rows})
        connection.execute(_COUNT_ANEW, {"kept": [f"{name}_id_seq" for name in self._first_rows]})
