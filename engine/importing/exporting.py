"""Writes the record as tables with the headings of an import: what is exported and imported again changes nothing.

Rows are read a page at a time, so that a list of any length takes the same memory.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session, aliased

from engine.importing import own_fields
from engine.importing.targets import Reference, Target
from engine.permissions import Actor, visible_entities
from engine.record import bulk_fields
from engine.record.kinds import KINDS
from models.base import table
from models.database import to_json

PAGE = 2_000
_LEFT_OUT = frozenset({"address_lines"})  # in columns of their own, one for each line
Cell = str | int | Decimal | date | None


def headings(target: Target) -> list[str]:
    """Return the names of the columns, as an import takes them; those of the catalogue stand last."""
    return [*_named(target), *target.own]


def _named(target: Target) -> list[str]:
    return [name for name in target.names if name not in _LEFT_OUT]


def rows(session: Session, target: Target, *where: ColumnElement[bool], by: Actor) -> Iterator[list[Cell]]:
    """Return the rows of a kind that fit every condition and that `by` may see, in the order of their adding."""
    names, last = _named(target), 0
    statement, attributes = _statement(target), _attributes(target)
    statement = statement.where(*where)
    if not by.is_platform:
        statement = statement.where(visible_entities(by, target.kind.key))
    source = table(target.kind.model)
    while True:
        page = session.execute(statement.where(source.c.id > last).order_by(source.c.id).limit(PAGE)).all()
        stored = bulk_fields.stored(session, target.kind, [row.id for row in page]) if target.own else {}
        for row in page:
            yield [*_cells(row, names, attributes), *own_fields.cells(target.own, stored.get(row.id, {}))]
        if len(page) < PAGE:
            return
        last = page[-1].id


def _statement(target: Target) -> Select[Any]:
    """Select the rows, with the references of what they name."""
    source = table(target.kind.model)
    statement = select(source)
    for one in target.references.values():
        other = aliased(table(KINDS[one.kind].model))
        statement = statement.add_columns(other.c.reference.label(_label(one)))
        statement = statement.outerjoin(other, other.c.id == source.c[one.column])
    return statement


def _attributes(target: Target) -> Mapping[str, str]:
    """Return the column of each name: `asset_type` for `type`."""
    fields = target.kind.schema().fields
    found = {field.data_key or name: name for name, field in fields.items()}
    return found | {one.name: _label(one) for one in target.references.values()}


def _label(one: Reference) -> str:
    return f"named_{one.name}"


def _cells(row: Row[Any], names: list[str], attributes: Mapping[str, str]) -> list[Cell]:
    values = row._mapping
    lines = values.get("address_lines") or []
    return [
        _line(lines, name) if name.startswith("address_line_") else _cell(values[attributes[name]]) for name in names
    ]


def _line(lines: list[str], name: str) -> str:
    number = int(name.rpartition("_")[2])
    return str(lines[number - 1]) if number <= len(lines) else ""


def _cell(value: Any) -> Cell:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict() | list():
            return to_json(value) if value else ""
    found: Cell = value
    return found
