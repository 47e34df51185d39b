"""What changed in the shared record, when, by whom and why."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import fields
from engine.fields.hiding import without_changes
from engine.permissions import Actor, levels_held_back
from engine.permissions.sensitivity import HELD_BACK
from engine.record.fields import OWN
from engine.record.notes import without_hidden
from models.record import RecordChange

SIZE = 50


def changes_of(
    session: Session,
    entity_type: str,
    entity_id: int,
    *,
    by: Actor | None = None,
    before: int | None = None,
    size: int = SIZE,
) -> list[RecordChange]:
    """Return the changes of an entity and its parts, the latest first; `before` is the number of a change.

    The values of fields that `by` may not see are left out; where nobody is named, those of every level held back.
    """
    statement = select(RecordChange).where(RecordChange.entity_type == entity_type, RecordChange.entity_id == entity_id)
    if before is not None:
        statement = statement.where(RecordChange.id < before)
    return as_seen(session, list(session.scalars(statement.order_by(RecordChange.id.desc()).limit(size))), by=by)


def as_seen(session: Session, changes: Sequence[RecordChange], *, by: Actor | None) -> list[RecordChange]:
    """Return changes of one entity without the fields and notes that somebody may not see."""
    without_hidden(session, changes, by=by)
    held_back = HELD_BACK if by is None else levels_held_back(by)
    told = [change for change in changes if any(name.startswith(OWN) for name in change.changes or ())]
    if told and held_back:
        hidden = fields.of_owner(session, told[0].entity_type).hidden(held_back)
        for change in told:
            session.expunge(change)  # what is shown of it is never written back
            own = {
                name.removeprefix(OWN): pair for name, pair in (change.changes or {}).items() if name.startswith(OWN)
            }
            kept = (without_changes({"changes": own}, hidden) or {})["changes"]
            rest = {name: pair for name, pair in (change.changes or {}).items() if not name.startswith(OWN)}
            change.changes = {**rest, **{f"{OWN}{key}": pair for key, pair in kept.items()}}
    return list(changes)
