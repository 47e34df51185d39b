"""Statements that every step runs: worked out once for each database, then given to its driver as they are.

To run a statement takes SQLAlchemy longer than the driver and the database together: it asks anew how the values are
written and what the answer holds. These few have the same values and the same columns every time.
"""

import re
from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert
from sqlalchemy.sql.selectable import ReturnsRows

from models.database import told_as_ours

Values = Mapping[str, Any]
MOST_AS_ONE = 12  # a step with more is rare, and each number of parts is a statement of its own
_NAME = re.compile(r"%\((\w+)\)")


class Prepared:
    """A statement and how each database takes it. Defaults of its columns are not filled in: give every value."""

    def __init__(self, statement: Any) -> None:
        """Keep a statement of SQLAlchemy's, whose values are bound by name."""
        self._statement = statement
        self._forms: dict[tuple[str, ...], Form] = {}

    def send(self, connection: Connection, values: Values) -> None:
        """Run it in the transaction that is open; nobody reads an answer."""
        form = self.form(connection, values)
        with told_as_ours(connection):
            connection.connection.cursor().execute(form.text, form.given(values))

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """Return the rows of the answer, in the transaction that is open; a column is an attribute."""
        form, cursor = self.form(connection, values), connection.connection.cursor()
        with told_as_ours(connection):
            cursor.execute(form.text, form.given(values))
            return form.answer(cursor)

    def row(self, connection: Connection, values: Values) -> Any:
        """Return the first row of the answer; none when it is empty."""
        return next(iter(self.rows(connection, values)), None)

    def form(self, connection: Connection, values: Values) -> "Form":
        """Return how the connection's database takes it."""
        if not connection.in_transaction():  # on SQLite it would be one of its own
            raise RuntimeError("A prepared statement runs in a transaction that is open already.")
        key = (connection.dialect.name, *values)
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = Form(self._statement, connection.dialect, list(values))
        return found


Part = tuple[Prepared, Values]


class Form:
    """A statement as one database takes it, given values of these names."""

    def __init__(self, statement: Any, dialect: Dialect, names: list[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names if isinstance(statement, Insert) else None)
        if getattr(compiled, "insert_prefetch", None):
            raise LookupError(f"These have defaults, and must be given: {compiled.insert_prefetch}.")
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._fixed = {name: value for name, value in compiled.params.items() if name not in names}
        writers = {
            name: b.type.dialect_impl(dialect).bind_processor(dialect) for b, name in compiled.bind_names.items()
        }
        self._writers = [(name, write) for name, write in writers.items() if write is not None]
        columns = list(statement.exported_columns) if isinstance(statement, ReturnsRows) else []
        self._readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]

    def given(self, values: Values) -> Any:
        """Return the values as the driver takes them."""
        all_values = {**self._fixed, **values}
        for name, write in self._writers:
            all_values[name] = write(all_values[name])
        return all_values if self._order is None else tuple(all_values[name] for name in self._order)

    def answer(self, cursor: Any) -> list[Any]:
        """Return the rows that the driver has, with their values as ours; none of a statement that only writes."""
        return [self._read(row) for row in cursor.fetchall()] if self._readers else []

    def _read(self, row: Any) -> Any:
        return self._row._make(
            value if read is None else read(value) for value, read in zip(row, self._readers, strict=True)
        )


def send_as_one(connection: Connection, parts: Sequence[Part]) -> list[Any]:
    """Send statements that write, and return the rows of the answer to the last.

    On PostgreSQL they are sent as one: none sees what another writes, and no two may touch the same row.
    """
    if connection.dialect.name != "postgresql" or len(parts) > MOST_AS_ONE:
        *others, (last, given_last) = parts
        for prepared, values in others:
            prepared.send(connection, values)
        return last.rows(connection, given_last)
    forms = [prepared.form(connection, values) for prepared, values in parts]
    given = {
        f"{name}_{number}": value
        for number, (form, (_, values)) in enumerate(zip(forms, parts, strict=True))
        for name, value in form.given(values).items()
    }
    cursor = connection.connection.cursor()
    with told_as_ours(connection):
        cursor.execute(_as_one(tuple(form.text for form in forms)), given)
        return forms[-1].answer(cursor)


@lru_cache(maxsize=1024)
def _as_one(texts: tuple[str, ...]) -> str:
    *others, last = [_NAME.sub(rf"%(\1_{number})", text) for number, text in enumerate(texts)]
    before = ", ".join(f"part_{number} AS ({text})" for number, text in enumerate(others))
    return f"WITH {before} {last}" if before else last
