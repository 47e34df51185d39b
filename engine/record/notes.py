"""Who reads the notes of an entity: a sensitive one is its writer's, and theirs who may see sensitive fields."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.permissions import Actor, may
from models.record import RecordChange, RecordNote


def may_read(note: RecordNote, *, by: Actor | None) -> bool:
    """Say whether somebody may read a note; where nobody is named, whether everybody may."""
    if by is not None and (by.is_platform or may(by, "see sensitive fields")):
        return True
    return not note.is_sensitive or (by is not None and note.written_by_id == by.user_id)


def without_hidden(session: Session, changes: Sequence[RecordChange], *, by: Actor | None) -> None:
    """Take the text of notes that somebody may not read out of the changes that they are shown."""
    numbers = {change.part_id for change in changes if change.part == "note"}
    if not numbers:
        return
    notes = session.scalars(select(RecordNote).where(RecordNote.id.in_(numbers)))
    hidden = {note.id for note in notes if not may_read(note, by=by)}
    for change in changes:
        if change.part == "note" and change.part_id in hidden:
            if change in session:
                session.expunge(change)  # what is shown of it is never written back
            change.changes = {name: pair for name, pair in (change.changes or {}).items() if name != "text"}
