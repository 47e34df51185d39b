"""Closed cases by the ten thousand, copied by the database itself from those that the engine really closed."""

from typing import Any

from sqlalchemy import Connection, Integer, Table, Text, cast, func, insert, literal, null, select, text, type_coerce

from models.base import table
from models.case import Case
from models.database import to_json
from tests.bench.landlord import OF_A_CASE, take_time


def fill(connection: Connection, cases: int) -> None:
    """Add so many closed cases, each with the history, fields and links of one that is there."""
    of_cases = table(Case)
    take_time(connection)
    patterns = list(connection.scalars(select(of_cases.c.id).where(of_cases.c.status == "closed")))
    dialect = connection.dialect.name
    numbers = _numbers(cases // len(patterns) + 1, dialect)
    number: Any = type_coerce(numbers.c.value, Integer)
    for pattern in patterns:
        base = int(connection.scalar(select(func.max(of_cases.c.id))) or 0)
        _copy(connection, of_cases, of_cases.c.id == pattern, numbers, _changed(base, number, dialect))
        for hanging in map(table, OF_A_CASE):
            _copy(connection, hanging, hanging.c.case_id == pattern, numbers, {"case_id": number + base})
    for name in ("cases", "document") if dialect == "postgresql" else ():
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
    connection.execute(text("ANALYZE"))


def _changed(base: int, number: Any, dialect: str) -> dict[str, Any]:
    id_ = number + base
    seven = func.lpad(cast(id_, Text), 7, "0") if dialect == "postgresql" else func.printf("%07d", id_)
    return {"id": id_, "reference": literal("OLD-") + seven, "start_key": null(), "parent_id": null()}


def _numbers(times: int, dialect: str) -> Any:
    """Return the numbers from 1, as a table of one column."""
    if dialect == "postgresql":
        return func.generate_series(1, times).table_valued("value").render_derived(name="series")
    return func.json_each(to_json(list(range(1, times + 1)))).table_valued("value", name="series")


def _copy(connection: Connection, into: Table, which: Any, numbers: Any, changed: dict[str, Any]) -> None:
    columns = [each for each in into.c if each.name != "id" or "id" in changed]
    copied = select(*(changed.get(each.name, each) for each in columns)).select_from(into.join(numbers, text("true")))
    connection.execute(insert(into).from_select([each.name for each in columns], copied.where(which)))
