"""Collects made-up rows, numbered here, so that thousands of homes go in in bulk."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from models.accounts import Agreement, Charge, RentAccount, Transaction
from models.base import table
from models.people import Alert, ContactDetail, Organisation, Person, PersonRelation
from models.places import Asset, Certificate, Hazard, Repair
from models.record import RecordNote
from models.tenancies import Notice, Tenure, TenureMember

# In the order in which rows may refer to those before them.
TABLES: tuple[Table, ...] = tuple(
    table(model)
    for model in (
        Organisation, Person, Asset, ContactDetail, Alert, PersonRelation, Certificate, Repair, Hazard, Tenure,
        TenureMember, Notice, RentAccount, Charge, Transaction, Agreement, RecordNote,
    )
)  # fmt: skip


class Rows:
    """Rows to be inserted; each is given its number when it is added."""

    def __init__(self, connection: Connection) -> None:
        """Begin after the rows that are there."""
        self._connection = connection
        self._last = {table.name: connection.scalar(select(func.max(table.c.id))) or 0 for table in TABLES}
        self._waiting: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}

    def add(self, name: str, columns: Mapping[str, Any]) -> int:
        """Add a row to a table by its name, and return its number. Rows of one table have the same columns."""
        self._last[name] += 1
        self._waiting[name].append({"id": self._last[name], **columns})
        return self._last[name]

    def next_id(self, name: str) -> int:
        """Return the number that the next row of a table is given."""
        return self._last[name] + 1

    def insert(self) -> None:
        """Write what was added."""
        for into in TABLES:
            if self._waiting[into.name]:
                self._connection.execute(insert(into), self._waiting[into.name])
                self._waiting[into.name].clear()

    def move_sequences(self) -> None:
        """Let PostgreSQL number further rows from where we stopped; SQLite looks for itself."""
        if self._connection.dialect.name != "postgresql":
            return
        for filled in TABLES:
            sequence = func.pg_get_serial_sequence(filled.name, "id")
            following = select(func.coalesce(func.max(filled.c.id), 0) + 1).scalar_subquery()
            self._connection.execute(select(func.setval(sequence, following, False)))
