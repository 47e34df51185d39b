"""What people call the rows of the record: a person by name, a home by address, a tenancy by reference."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.record.kinds import KINDS
from models.base import table

Named = tuple[str, int]  # a kind of entity, or a document, and its number


def name_of(kind: str, row: Any) -> str:
    """Return what a row of an entity is called on pages."""
    match kind:
        case "person":
            return str(row.full_name)
        case "organisation":
            return str(row.name)
        case "home":
            return str(row.one_line or row.reference)
    return f"{KINDS[kind].word.capitalize()} {row.reference}"


def names_of(session: Session, wanted: Collection[Named]) -> dict[Named, str]:
    """Return what these rows are called, in a statement for each kind; those that do not exist are left out."""
    found: dict[Named, str] = {}
    for kind in {kind for kind, _ in wanted if kind in KINDS}:
        model, ids = KINDS[kind].model, [row_id for of, row_id in wanted if of == kind]
        rows = session.scalars(select(model).where(table(model).c.id.in_(ids)))
        found |= {(kind, getattr(row, "id", 0)): name_of(kind, row) for row in rows}
    return found
