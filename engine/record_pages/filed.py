"""What is filed under any entity of the record: cases, messages, documents, notes, references, what changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case_documents import File, documents_of
from engine.communications.finding import Wanted, latest
from engine.communications.showing import Line
from engine.permissions import Actor, visible_cases
from engine.record.history import changes_of
from engine.record.notes import may_read
from engine.record.reading import parts
from models.case import Case, CaseLink
from models.category import Category
from models.record import ExternalReference, RecordChange, RecordNote

LATEST_CHANGES = 10
LATEST_COMMUNICATIONS = 10


@dataclass(frozen=True, slots=True)
class Filed:
    """What is filed under an entity, as far as the reader may see it, the latest first."""

    cases: list[Any]
    communications: list[Line]
    documents: list[File]
    notes: list[RecordNote]
    references: list[ExternalReference]
    changes: list[RecordChange]

    @property
    def open_cases(self) -> list[Any]:
        """Return the cases that go on."""
        return [case for case in self.cases if case.status == "open"]

    @property
    def past_cases(self) -> list[Any]:
        """Return the cases that are over."""
        return [case for case in self.cases if case.status != "open"]


def filed(session: Session, entity_type: str, entity_id: int, *, by: Actor) -> Filed:
    """Return what is filed under an entity that `by` may see."""
    entity = (entity_type, entity_id)
    return Filed(
        cases_about(session, *entity, by=by),
        latest(session, Wanted(about=entity), by=by, most=LATEST_COMMUNICATIONS),
        documents_of(session, *entity, by=by),
        _notes(session, *entity, by=by),
        [row for row in parts(session, "reference", *entity) if row.ended_on is None],
        changes_of(session, *entity, by=by, size=LATEST_CHANGES),
    )


def cases_about(session: Session, entity_type: str, entity_id: int, *, by: Actor, most: int = 50) -> list[Any]:
    """Return the cases linked to an entity that the actor may see: open ones first, then the latest."""
    columns = (Case.reference, Case.title, Case.status, Case.stage, Case.outcome, Case.opened_at, Case.closed_at)
    statement = (
        select(*columns, Category.name.label("category"))
        .join(CaseLink, CaseLink.case_id == Case.id)
        .join(Category, Category.id == Case.category_id)
        .where(CaseLink.entity_type == entity_type, CaseLink.entity_id == entity_id, visible_cases(by))
        .distinct()
        .order_by(Case.status.desc(), Case.opened_at.desc())
        .limit(most)
    )
    return list(session.execute(statement))


def _notes(session: Session, entity_type: str, entity_id: int, *, by: Actor) -> list[RecordNote]:
    notes = reversed(parts(session, "note", entity_type, entity_id))
    return [note for note in notes if note.ended_on is None and may_read(note, by=by)]
