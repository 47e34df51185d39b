"""Fills tables by the million: their indexes and triggers go, the rows come as the driver takes them, all is made anew.

Nothing checks what is written; the database must be on disk for nobody yet.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Engine, event, insert, text
from sqlalchemy.schema import DropIndex

from models import schema
from models.base import Base, table
from models.search.indexes import WORD_INDEXES

BATCH = 20_000
_QUICKLY = {
    "sqlite": ("PRAGMA cache_size = -400000", "PRAGMA temp_store = MEMORY"),
    "postgresql": (
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL maintenance_work_mem = '400MB'",
        "SET LOCAL session_replication_role = replica",  # no trigger runs, and no reference is looked up
    ),
}

Row = dict[str, Any]


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """Open the transaction that fills; at its end every index and trigger is made, and the planner is told."""
    dialect = engine.dialect.name
    if dialect == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = OFF"))
        engine.dispose()
    with engine.begin() as connection:
        for statement in _QUICKLY[dialect]:
            connection.execute(text(statement))
        schema.detach(connection)
        for index in (index for each in Base.metadata.tables.values() for index in each.indexes):
            connection.execute(DropIndex(index, if_exists=True))
        for name in (index.name for index in WORD_INDEXES) if dialect == "postgresql" else ():
            connection.execute(text(f"DROP INDEX {name}"))
        yield connection
        schema.attach(connection)
        if dialect == "postgresql":
            _move_sequences(connection)
        connection.execute(text("ANALYZE"))


def write(connection: Connection, model: Any, rows: Iterable[Row]) -> None:
    """Write rows of the same columns; what they leave out is as the model says."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    columns = [each for each in table(model).c if each.name in first or (each.default and each.name != "id")]
    into = _copy if connection.dialect.name == "postgresql" else _insert
    defaults = {each.name: _default(each) for each in columns if each.name not in first}
    into(connection, columns, (_values(connection, columns, batch, defaults) for batch in _batches(first, rows)))


def _batches(first: Row, rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch = [first, *islice(rows, BATCH - 1)]
    while batch:
        yield batch
        batch = list(islice(rows, BATCH))


def _values(
    connection: Connection, columns: Sequence[Column[Any]], rows: list[Row], defaults: Row
) -> Iterable[Sequence[Any]]:
    """Return the rows as the driver takes them."""
    written = []
    for column in columns:
        values = [defaults[column.name]] * len(rows) if column.name in defaults else [r[column.name] for r in rows]
        write: Callable[[Any], Any] | None = column.type.dialect_impl(connection.dialect).bind_processor(
            connection.dialect
        )
        written.append(values if write is None else [None if v is None else write(v) for v in values])
    return zip(*written, strict=True)


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _insert(connection: Connection, columns: Sequence[Column[Any]], batches: Iterable[Iterable[Any]]) -> None:
    names = dict.fromkeys(column.name for column in columns)
    statement = str(insert(columns[0].table).values(names).compile(dialect=connection.dialect))
    for batch in batches:
        connection.exec_driver_sql(statement, list(batch))


def _copy(connection: Connection, columns: Sequence[Column[Any]], batches: Iterable[Iterable[Any]]) -> None:
    names = ", ".join(column.name for column in columns)
    driver: Any = connection.connection.cursor()
    with driver as cursor, cursor.copy(f"COPY {columns[0].table.name} ({names}) FROM STDIN") as copy:
        for batch in batches:
            for row in batch:
                copy.write_row(row)


def _move_sequences(connection: Connection) -> None:
    """Let rows to come be numbered after those that brought their number."""
    for each in Base.metadata.tables.values():
        if "id" in each.c and each.c.id.autoincrement is not False:
            last = f"(SELECT max(id) FROM {each.name})"
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{each.name}', 'id'), {last})"))
