"""Reads events as they truly stand in the database, whatever somebody wrote there: a batch of cases at a time.

No driver converts anything on the way: a time that is no time, or text that is not UTF-8, must be found, not raise.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import OperationalError

BATCH_EVENTS = 5_000
Range = tuple[int, int | None]  # of case ids: from, and the first that is not in it (none: all that follow)


class Row(NamedTuple):
    """An event as stored, with the head that its case row keeps; `reference` is None when the case row is gone."""

    case_id: Any
    sequence: Any
    at: str  # ISO 8601 in UTC with microseconds and offset
    type: str
    actor_id: Any
    actor_name: str
    payload: str | None
    salt: str | None
    digest: str
    key_id: str
    mac: str
    reference: str | None
    event_count: int | None
    event_mac: str | None


class CaseHead(NamedTuple):
    """A row of `cases`, as far as its history goes."""

    id: int
    reference: str
    category_id: int
    event_count: int


_NUMBERS = ("e.case_id", "e.sequence", "e.actor_id", "c.event_count")
_COLUMNS = [f"{'c' if name in ('reference', 'event_count', 'event_mac') else 'e'}.{name}" for name in Row._fields]
_AT = {
    "sqlite": "replace(e.at, ' ', 'T') || '+00:00'",
    "postgresql": """coalesce(to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), 'no time')""",
}
_EVENTS = """
    SELECT {columns} FROM case_event e LEFT JOIN cases c ON c.id = e.case_id
    WHERE e.case_id >= :first {last} ORDER BY e.case_id, e.sequence"""
_EMPTY = """
    SELECT c.id, c.reference, c.event_count FROM cases c
    WHERE c.id >= :first {last} AND NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = c.id) ORDER BY c.id"""


def read_events(connection: Connection, cases: Range) -> Iterator[Row]:
    """Return the events of a range of cases in order; one statement, so that a step under way is seen whole or not."""
    columns = [_AT[connection.dialect.name] if name == "e.at" else name for name in _COLUMNS]
    try:
        rows = connection.execute(_statement(columns, cases), _parameters(cases)).fetchall()
    except OperationalError:
        if connection.dialect.name != "sqlite":
            raise
        return _undecoded(connection, columns, cases)  # somebody wrote bytes that are no text
    return map(Row._make, rows)


def _undecoded(connection: Connection, columns: list[str], cases: Range) -> Iterator[Row]:
    """Read the same as bytes, and make text of them whatever they are."""
    as_bytes = [name if name in _NUMBERS else f"CAST({name} AS BLOB)" for name in columns]
    rows = connection.execute(_statement(as_bytes, cases), _parameters(cases)).fetchall()
    return (Row._make(map(_as_text, row)) for row in rows)


def _statement(columns: Iterable[str], cases: Range) -> TextClause:
    return text(_EVENTS.format(columns=", ".join(columns), last=_last(cases, "e.case_id")))


def _as_text(cell: Any) -> Any:
    return cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else cell


def read_empty_cases(connection: Connection, cases: Range) -> list[Any]:
    """Return (id, reference, event_count) of cases that have no event at all."""
    return list(connection.execute(text(_EMPTY.format(last=_last(cases, "c.id"))), _parameters(cases)))


def read_heads(connection: Connection, case_id: int | None = None) -> list[CaseHead]:
    """Return the cases by id, or one."""
    statement = "SELECT id, reference, category_id, event_count FROM cases"
    if case_id is not None:
        statement += " WHERE id = :case_id"
    found = connection.execute(text(f"{statement} ORDER BY id"), {"case_id": case_id} if case_id is not None else {})
    return [
        CaseHead(id_, reference, category_id, count if isinstance(count, int) else 0)
        for id_, reference, category_id, count in found
    ]


def ranges(heads: list[CaseHead]) -> list[Range]:
    """Return ranges of case ids that hold about 5,000 events each; together they leave out no id there is."""
    starts, events = [0], 0
    for head in heads:
        if events >= BATCH_EVENTS:
            starts.append(head.id)
            events = 0
        events += head.event_count
    return list(zip(starts, [*starts[1:], None], strict=True))


def _last(cases: Range, column: str) -> str:
    return f"AND {column} < :last" if cases[1] is not None else ""


def _parameters(cases: Range) -> dict[str, int]:
    first, last = cases
    return {"first": first} if last is None else {"first": first, "last": last}
