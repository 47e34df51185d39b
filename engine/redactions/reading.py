"""What is known of redactions: which documents have a redacted copy, and what was struck out of a copy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.permissions import Actor, visible_documents
from models.bundle import Redaction
from models.case import Case
from models.document import Document


def originals_among(session: Session, document_ids: Sequence[int]) -> set[int]:
    """Return those of these documents of which there is a redacted copy that has not ended."""
    if not document_ids:
        return set()
    copies = select(Redaction.original_id).join(Document, Document.id == Redaction.document_id)
    there = copies.where(Redaction.original_id.in_(document_ids), Document.ended_at.is_(None))
    return set(session.scalars(there))


def reasons_of(session: Session, document_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return by document what was struck out of it: a line for each page and reason."""
    if not document_ids:
        return {}
    rows = session.execute(
        select(Redaction.document_id, Redaction.marks).where(Redaction.document_id.in_(document_ids))
    )
    return {row.document_id: lines(row.marks) for row in rows}


@dataclass(frozen=True, slots=True)
class Known:
    """What a page says of a document's redactions. Titles are those of documents that the reader may see."""

    of: tuple[int, str] | None = None  # the original of a redacted copy
    struck_out: list[str] = field(default_factory=list)
    copies: list[tuple[int, str]] = field(default_factory=list)


def known(session: Session, document_id: int, *, by: Actor) -> Known:
    """Return of which document this is a redacted copy, and which copies there are of it."""
    own = session.execute(
        select(Redaction.original_id, Redaction.marks).where(Redaction.document_id == document_id)
    ).first()
    copies = _titles(session, Redaction.document_id, Redaction.original_id == document_id, by)
    if own is None:
        return Known(copies=copies)
    original = _titles(session, Redaction.original_id, Redaction.document_id == document_id, by)
    return Known(original[0] if original else None, lines(own.marks), copies)


def marks_of(session: Session, document_id: int) -> list[dict[str, Any]]:
    """Return the places that were struck out of a copy: page, box and reason."""
    found: list[Any] | None = session.scalar(select(Redaction.marks).where(Redaction.document_id == document_id))
    return found or []


def _titles(session: Session, which: Any, where: ColumnElement[bool], by: Actor) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Document.id, Document.title)
        .join(Redaction, which == Document.id)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(where, visible_documents(by))
        .order_by(Document.id)
    )
    return [(row.id, row.title) for row in rows]


def lines(marks: Sequence[Any]) -> list[str]:
    """Say in a line for each page and reason how much was struck out."""
    counted: dict[tuple[int, str], int] = {}
    for mark in marks:
        counted[mark["page"], mark["reason"]] = counted.get((mark["page"], mark["reason"]), 0) + 1
    return [
        f"Page {page}: {count} {'place' if count == 1 else 'places'} struck out. {reason}"
        for (page, reason), count in sorted(counted.items())
    ]
