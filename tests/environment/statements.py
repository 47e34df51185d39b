"""Sees the statements that reach a database, by whatever way they are sent: at the driver, below SQLAlchemy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

COMMIT = "COMMIT"
OF_FULL_TEXT = "'main'.'search_"  # what SQLite's FTS5 asks of its own tables within a statement
_OF_TRANSACTIONS = ("--", "BEGIN", "PRAGMA", "SET TRANSACTION", COMMIT, "ROLLBACK")


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """Gather the statements of connections that are taken from the pool from now on, and each commit as `COMMIT`."""
    sent: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(_OF_TRANSACTIONS) and OF_FULL_TEXT not in statement:
            sent.append(statement)

    def trace(statement: str) -> None:
        if statement not in sent[-1:]:  # SQLite tells what a trigger does as the statement that fired it, once more
            note(statement)

    def note_commit(connection: object) -> None:
        sent.append(COMMIT)

    def watch(connection: Any, *_: object) -> None:
        if engine.dialect.name == "sqlite":
            connection.set_trace_callback(trace)
        else:
            connection.cursor_factory = _noting(note)

    def leave(connection: Any, *_: object) -> None:
        if engine.dialect.name == "sqlite":
            connection.set_trace_callback(None)
        elif connection is not None:
            connection.cursor_factory = psycopg.Cursor

    event.listen(engine, "checkout", watch)
    event.listen(engine, "checkin", leave)
    event.listen(engine, "commit", note_commit)
    try:
        yield sent
    finally:
        event.remove(engine, "checkout", watch)
        event.remove(engine, "checkin", leave)
        event.remove(engine, "commit", note_commit)


def _noting(note: Any) -> type[psycopg.Cursor[Any]]:
    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **options: Any) -> Any:
            note(str(query))
            return super().execute(query, *given, **options)

        def executemany(self, query: Any, rows: Any, **options: Any) -> None:
            rows = list(rows)
            for _ in rows:
                note(str(query))
            super().executemany(query, rows, **options)

    return Noting
