"""What the page of a document shows beside the document: its tags, places, end, and what happened to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.case_documents import File
from engine.filing import places, tags
from engine.filing.places import Link
from engine.history.events import TYPES
from engine.permissions import Actor, visible_documents
from engine.related_cases import hidden_cases, without_hidden
from models.base import table
from models.case import Case, CaseEvent
from models.database import from_json
from models.document import Document
from models.staff import User

EVENT = table(CaseEvent)
ABOUT_DOCUMENTS = tuple(name for name in TYPES if name.startswith("document_"))


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a document."""

    type: str
    at: datetime
    by: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a document. `instead` is (id, title) of what superseded it, where the reader may see that."""

    tags: list[str]
    links: tuple[Link, ...]
    end_reason: str = ""
    ended_by: str = ""
    instead: tuple[int, str] | None = None
    history: list[Happened] = field(default_factory=list)


def details(session: Session, file: File, *, by: Actor) -> Details:
    """Return the details of a document that the actor may see."""
    ender = aliased(User)
    row = session.execute(
        select(Document.end_reason, Document.superseded_by_id, ender.name)
        .outerjoin(ender, ender.id == Document.ended_by_id)
        .where(Document.id == file.id)
    ).one()
    return Details(
        tags.of(session, [file.id]).get(file.id, []),
        places.links_of(session, file.id, by=by),
        row.end_reason,
        row.name or "",
        _titled(session, row.superseded_by_id, by),
        _history(session, file, by),
    )


def _titled(session: Session, document_id: int | None, by: Actor) -> tuple[int, str] | None:
    if document_id is None:
        return None
    seen = select(Document.id, Document.title).outerjoin(Case, Case.id == Document.case_id)
    row = session.execute(seen.where(Document.id == document_id, visible_documents(by))).first()
    return (row.id, row.title) if row is not None else None


def _history(session: Session, file: File, by: Actor) -> list[Happened]:
    """Return the events of the document's case that are about it, the latest first."""
    if file.case_id is None:
        return []
    rows = session.execute(
        select(EVENT.c.type, EVENT.c.at, EVENT.c.actor_name, EVENT.c.payload)
        .where(EVENT.c.case_id == file.case_id, EVENT.c.type.in_(ABOUT_DOCUMENTS))
        .order_by(EVENT.c.sequence.desc())
    ).all()
    told = [(row, from_json(row.payload)) for row in rows if row.payload is not None]
    own = [(row, payload) for row, payload in told if payload.get("document_id") == file.id]
    hidden = hidden_cases(session, [payload for _, payload in own], by=by)
    return [Happened(row.type, row.at, row.actor_name, without_hidden(p, hidden) or {}) for row, p in own]
