"""Fills every table of a database with two rows, whatever tables it has."""

import warnings
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Numeric, text
from sqlalchemy.types import JSON

ROWS = (1, 2)


def fill(connection: Connection) -> None:
    """Add the rows; each refers to rows of its own number."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # no foreign keys: tables refer in circles
    for table in _tables(connection).tables.values():
        rows = [{column.name: _value(column, number) for column in table.columns} for number in ROWS]
        connection.execute(table.insert(), rows)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = origin"))


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    names = _tables(connection).tables
    return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    with warnings.catch_warnings(action="ignore"):  # of indexes on expressions
        found.reflect(connection, only=lambda name, _: not name.startswith(("alembic", "procrastinate", "search")))
    return found


def _value(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, JSON):
        return []
    for kind, value in (
        (Boolean, False),
        (Integer, number),
        (Numeric, Decimal(number)),
        (DateTime, datetime(2026, 11, number, 9, tzinfo=UTC)),
        (Date, date(2026, 11, number)),
        (LargeBinary, b"0"),
    ):
        if isinstance(column.type, kind):
            return value
    return str(number)
