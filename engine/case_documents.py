"""The documents of a case, or of a person, home or tenancy: lists of them, and one with its text and versions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.permissions import Actor, visible_documents
from models.aliases import alias_of
from models.case import Case
from models.document import Document, DocumentKind, DocumentLink, DocumentVersion
from models.prepared import Prepared
from models.staff import User


@dataclass(frozen=True, slots=True)
class File:
    """One version of a document, the newest unless another was asked for, as a list shows it."""

    id: int
    title: str
    kind: str
    kind_name: str
    source: str
    element_id: str
    created_at: datetime
    revision: int
    ended_at: datetime | None
    number: int
    sha256: str
    size: int
    content_type: str
    file_name: str
    state: str
    pages: int | None
    thumbnail: str | None
    html: str | None
    pdf: str | None
    pdf_state: str
    place_removed: bool
    by: str
    case_id: int | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a document, as its page lists it."""

    number: int
    file_name: str
    content_type: str
    size: int
    sha256: str
    created_at: datetime
    by: str
    note: str


_AUTHOR = alias_of(User)
_OWN = alias_of(Document)


def files(number: int | None = None) -> Any:
    """Return the statement that reads documents with one version of each: the newest unless told otherwise."""
    return _NEWEST if number is None else _files(number)


def _files(number: Any) -> Any:
    is_wanted = and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == number)
    return (
        select(
            Document.id, Document.title, Document.kind, Document.source, Document.element_id, Document.created_at,
            Document.revision, Document.ended_at, DocumentVersion.number, DocumentVersion.sha256,
            DocumentVersion.size, DocumentVersion.content_type, DocumentVersion.file_name, DocumentVersion.state,
            DocumentVersion.pages, DocumentVersion.thumbnail, DocumentVersion.html, DocumentVersion.pdf,
            DocumentVersion.pdf_state, DocumentVersion.place_removed,
            func.coalesce(DocumentKind.name, Document.kind).label("kind_name"),
            func.coalesce(_AUTHOR.name, "").label("by"), Document.case_id, Case.reference,
        )
        .join(DocumentVersion, is_wanted)
        .outerjoin(DocumentKind, DocumentKind.key == Document.kind)
        .outerjoin(_AUTHOR, _AUTHOR.id == Document.created_by_id)
        .outerjoin(Case, Case.id == Document.case_id)
    )  # fmt: skip


_NEWEST = _files(Document.version)  # built once: building it costs more than running it


def on_case(case_id: Any) -> ColumnElement[bool]:
    """Return the condition for the documents of a case, with those of cases that were merged into it.

    One list of both, for which each index is asked: of an alternative PostgreSQL would try every document there is.
    """
    own = select(_OWN.id).where(_OWN.case_id == case_id)
    return Document.id.in_(union_all(own, _linked("case", case_id)))


def under(entity_type: str, entity_id: int) -> ColumnElement[bool]:
    """Return the condition for the documents that are filed under a person, home, tenancy, account or organisation."""
    return Document.id.in_(_linked(entity_type, entity_id))


def documents(session: Session, case_id: int, *, most: int = 500) -> list[File]:
    """Return the documents of a case that have not ended, the latest first."""
    rows = _of_case().rows(session.connection(), {"case_id": case_id, "most": most})
    return [File(**row._asdict()) for row in rows]


@cache
def _of_case() -> Prepared:
    wanted = files().where(on_case(bindparam("case_id")), Document.ended_at.is_(None)).order_by(Document.id.desc())
    return Prepared(wanted.limit(bindparam("most", type_=Integer())))


def documents_of(session: Session, entity_type: str, entity_id: int, *, by: Actor, most: int = 100) -> list[File]:
    """Return the documents filed under a person, home or tenancy that the actor may see, the latest first."""
    wanted = files().where(under(entity_type, entity_id), visible_documents(by), Document.ended_at.is_(None))
    return [File(**row._mapping) for row in session.execute(wanted.order_by(Document.id.desc()).limit(most))]


def file(session: Session, document_id: int, *, number: int | None = None, by: Actor) -> tuple[File, str]:
    """Return a document, in this version or the newest, and the text in it, for those who may see its case.

    Raises:
        NotFound: no such document or version, or none that the actor may know of.
    """
    wanted = files(number).add_columns(DocumentVersion.text)
    row = session.execute(wanted.where(Document.id == document_id, visible_documents(by))).first()
    if row is None:
        raise NotFound("There is no such document, or none that you may see.")
    columns = dict(row._mapping)
    text = columns.pop("text")
    return File(**columns), text


def versions(session: Session, document_id: int) -> list[Version]:
    """Return the versions of a document, the newest first; whether it may be seen was asked before."""
    columns = (
        DocumentVersion.number, DocumentVersion.file_name, DocumentVersion.content_type, DocumentVersion.size,
        DocumentVersion.sha256, DocumentVersion.created_at, DocumentVersion.note,
    )  # fmt: skip
    rows = session.execute(
        select(*columns, func.coalesce(User.name, "").label("by"))
        .outerjoin(User, User.id == DocumentVersion.created_by_id)
        .where(DocumentVersion.document_id == document_id)
        .order_by(DocumentVersion.number.desc())
    )
    return [Version(**row._mapping) for row in rows]


def _linked(entity_type: str, entity_id: int) -> Any:
    its = (DocumentLink.entity_type == entity_type, DocumentLink.entity_id == entity_id)
    return select(DocumentLink.document_id).where(*its)
