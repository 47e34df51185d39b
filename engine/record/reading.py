"""Reads the parts of an entity: its certificates, members, notes and so on."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.record.kinds import KINDS, parts_of
from engine.record.notes import may_read
from models.base import table

LISTED = frozenset({"contact_detail", "alert", "member", "transaction"})  # which pages read in their own way


def parts(session: Session, key: str, entity_type: str, entity_id: int) -> list[Any]:
    """Return the parts of one kind that belong to an entity, those that ended too, the oldest first."""
    kind = KINDS[key]
    columns = table(kind.model).c
    owned = (
        (columns.entity_type == entity_type, columns.entity_id == entity_id)
        if kind.hangs_anywhere
        else (columns[kind.owners[entity_type]] == entity_id,)
    )
    return list(session.scalars(select(kind.model).where(*owned).order_by(columns.id)))


def all_parts(session: Session, entity_type: str, entity_id: int, *, by: Actor) -> dict[str, list[Any]]:
    """Return the parts of an entity that somebody may see, by the name of their list, such as `certificates`."""
    found = {
        kind.path.replace("-", "_"): parts(session, kind.key, entity_type, entity_id)
        for kind in parts_of(entity_type)
        if kind.key not in LISTED
    }
    return found | {"notes": [note for note in found["notes"] if may_read(note, by=by)]}
