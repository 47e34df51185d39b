"""Reads the rows of a table component from the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.forms.components import Column, Table
from engine.forms.expressions import Names
from engine.forms.words import shown

MOST_ROWS = 1_000


@dataclass(frozen=True)
class TableView:
    """A table to be read. `cells` are texts; `numeric` says which columns stand to the right."""

    columns: tuple[Column, ...]
    cells: list[list[str]]
    numeric: tuple[bool, ...]
    page_size: int
    left_out: int


def table_view(component: Table, names: Names) -> TableView:
    """Return the table's columns and cells; rows beyond a thousand are counted, not shown."""
    columns = _columns(component, names)
    data = component.data.evaluate(names) if component.data else None
    rows = [row for row in (data if isinstance(data, list) else []) if row is not None]
    cells = [[shown(_cell(row, column.key)) for column in columns] for row in rows[:MOST_ROWS]]
    numeric = tuple(_is_numeric([line[number] for line in cells]) for number in range(len(columns)))
    return TableView(columns, cells, numeric, component.page_size, max(0, len(rows) - MOST_ROWS))


def _columns(component: Table, names: Names) -> tuple[Column, ...]:
    if component.columns_expression is None:
        return component.columns_shown
    found = component.columns_expression.evaluate(names)
    rows = found[:50] if isinstance(found, list) else []
    return tuple(Column(str(row["key"]), shown(row.get("label")) or str(row["key"])) for row in rows if _is_column(row))


def _is_column(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("key"), str)


def _cell(row: Any, key: str) -> Any:
    for part in key.split("."):
        row = row.get(part) if isinstance(row, Mapping) else None
    return row


def _is_numeric(texts: list[str]) -> bool:
    filled = [text for text in texts if text]
    return bool(filled) and all(text.lstrip("£-").replace(",", "").replace(".", "", 1).isdigit() for text in filled)
