"""What changed in the shared record, when, by whom and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.record import RecordChange

SIZE = 50


def changes_of(
    session: Session, entity_type: str, entity_id: int, *, before: int | None = None, size: int = SIZE
) -> list[RecordChange]:
    """Return the changes of an entity and its parts, the latest first; `before` is the number of a change."""
    statement = select(RecordChange).where(RecordChange.entity_type == entity_type, RecordChange.entity_id == entity_id)
    if before is not None:
        statement = statement.where(RecordChange.id < before)
    return list(session.scalars(statement.order_by(RecordChange.id.desc()).limit(size)))
