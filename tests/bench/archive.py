"""Closed cases by the ten thousand, copied by PostgreSQL itself from those that the engine really closed."""

from typing import Any

from sqlalchemy import Connection, Integer, Table, Text, cast, column, func, insert, literal, null, select, text

from models.base import table
from models.case import Case
from tests.bench.landlord import OF_A_CASE, take_time


def fill(connection: Connection, cases: int) -> None:
    """Add so many closed cases, each with the history, fields and links of one that is there."""
    of_cases = table(Case)
    take_time(connection)
    patterns = list(connection.scalars(select(of_cases.c.id).where(of_cases.c.status == "closed")))
    each = cases // len(patterns) + 1
    for pattern in patterns:
        base = int(connection.scalar(select(func.max(of_cases.c.id))) or 0)
        _copy(connection, of_cases, of_cases.c.id == pattern, each, _changed(base))
        for hanging in map(table, OF_A_CASE):
            _copy(connection, hanging, hanging.c.case_id == pattern, each, {"case_id": _NUMBER + base})
    for name in ("cases", "document"):
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
    connection.execute(text("ANALYZE"))


_NUMBER: Any = column("number", Integer)


def _changed(base: int) -> dict[str, Any]:
    id_ = _NUMBER + base
    return {
        "id": id_,
        "reference": literal("OLD-") + func.lpad(cast(id_, Text), 7, "0"),
        "start_key": null(),
    }


def _copy(connection: Connection, into: Table, which: Any, times: int, changed: dict[str, Any]) -> None:
    columns = [each for each in into.c if each.name != "id" or "id" in changed]
    numbers = func.generate_series(1, times).table_valued("number").render_derived(name="series")
    copied = select(*(changed.get(each.name, each) for each in columns)).select_from(into.join(numbers, text("true")))
    connection.execute(insert(into).from_select([each.name for each in columns], copied.where(which)))
