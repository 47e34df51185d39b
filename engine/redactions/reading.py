"""What is known of redactions: which documents have a redacted copy, and what was struck out of a copy."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.bundle import Redaction
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


def lines(marks: Sequence[Any]) -> list[str]:
    """Say in a line for each page and reason how much was struck out."""
    counted: dict[tuple[int, str], int] = {}
    for mark in marks:
        counted[mark["page"], mark["reason"]] = counted.get((mark["page"], mark["reason"]), 0) + 1
    return [
        f"Page {page}: {count} {'place' if count == 1 else 'places'} struck out. {reason}"
        for (page, reason), count in sorted(counted.items())
    ]
