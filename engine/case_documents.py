"""The documents of a case, or of a person, home or tenancy: lists of them, and one with its text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound
from engine.permissions import Actor, visible_documents
from models.case import Case
from models.document import Document, DocumentLink, DocumentVersion
from models.staff import User


@dataclass(frozen=True, slots=True)
class File:
    """The newest version of a document, as a list shows it."""

    id: int
    title: str
    kind: str
    source: str
    element_id: str
    created_at: datetime
    number: int
    sha256: str
    size: int
    content_type: str
    file_name: str
    by: str
    case_id: int | None
    reference: str | None


def _files() -> Any:
    author = aliased(User)
    return (
        select(
            Document.id, Document.title, Document.kind, Document.source, Document.element_id, Document.created_at,
            DocumentVersion.number, DocumentVersion.sha256, DocumentVersion.size, DocumentVersion.content_type,
            DocumentVersion.file_name, func.coalesce(author.name, "").label("by"), Document.case_id, Case.reference,
        )
        .join(DocumentVersion, _is_newest())
        .outerjoin(author, author.id == Document.created_by_id)
        .outerjoin(Case, Case.id == Document.case_id)
    )  # fmt: skip


def _is_newest() -> ColumnElement[bool]:
    return and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version)


def documents(session: Session, case_id: int, *, most: int = 500) -> list[File]:
    """Return the documents of a case, with those of cases that were merged into it, the latest first."""
    taken_in = select(DocumentLink.document_id).where(
        DocumentLink.entity_type == "case", DocumentLink.entity_id == case_id
    )
    its = or_(Document.case_id == case_id, Document.id.in_(taken_in))
    rows = session.execute(_files().where(its).order_by(Document.id.desc()).limit(most))
    return [File(**row._mapping) for row in rows]


def documents_of(session: Session, entity_type: str, entity_id: int, *, by: Actor, most: int = 100) -> list[File]:
    """Return the documents filed under a person, home or tenancy that the actor may see, the latest first."""
    statement = (
        _files()
        .join(DocumentLink, DocumentLink.document_id == Document.id)
        .where(DocumentLink.entity_type == entity_type, DocumentLink.entity_id == entity_id, visible_documents(by))
    )
    return [File(**row._mapping) for row in session.execute(statement.order_by(Document.id.desc()).limit(most))]


def file(session: Session, document_id: int, *, by: Actor) -> tuple[File, str]:
    """Return a document and the text in it, for those who may see its case.

    Raises:
        NotFound: no such document, or none that the actor may know of.
    """
    statement = _files().add_columns(DocumentVersion.text).where(Document.id == document_id, visible_documents(by))
    row = session.execute(statement).first()
    if row is None:
        raise NotFound("There is no such document, or none that you may see.")
    columns = dict(row._mapping)
    text = columns.pop("text")
    return File(**columns), text
