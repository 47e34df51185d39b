"""Documents and their versions; the bytes are in the content-addressed store, found by their digest."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Digest, Id, Key, Name, only_where, refers_to

# The kinds that a new installation begins with; administrators rename them, end them and add others.
FIRST_KINDS = {
    "letter": "Letter",
    "evidence": "Evidence",
    "photograph": "Photograph",
    "received": "Letter or e-mail received",
    "sent": "Letter or e-mail sent",
    "form": "Form",
    "agreement": "Agreement or contract",
    "identity": "Proof of identity",
    "certificate": "Certificate or report",
    "other": "Other",
    "bundle": "Bundle of documents",
}


class DocumentKind(Base):
    """A kind that documents are filed as. One that has ended keeps its documents and is offered no more."""

    __tablename__ = "document_kind"

    id: Mapped[Id]
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class Document(Base):
    """A letter that was merged, or a file that was uploaded or received. It is ended for a reason, never deleted."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_kind", "kind", "id"), Index("ix_document_created_at", "created_at", "id"))

    id: Mapped[Id]
    case_id: Mapped[int | None] = refers_to("cases.id")
    title: Mapped[Name]
    kind: Mapped[Key]  # the key of a DocumentKind
    source: Mapped[Key]  # merged, uploaded, received, bundled, redacted
    element_id: Mapped[Name] = mapped_column(default="")
    job_key: Mapped[Name | None] = mapped_column(unique=True)  # of the merge that made it: made once
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    end_reason: Mapped[str] = mapped_column(default="")
    superseded_by_id: Mapped[int | None] = refers_to("document.id", index=False)


class DocumentVersion(Base):
    """One state of a document. Merged ones say which template made them.

    `thumbnail`, `html` and `pdf` are digests of what was made of it, kept apart from documents and made again at will;
    `pages` are its own, or those of `pdf`.
    `text` stands last: it is long, and lists that do without it need not read past it.
    """

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        Index("ix_document_version_pdf_missing", "id", **only_where(column("pdf_state") == "missing")),
    )

    id: Mapped[Id]
    document_id: Mapped[int] = refers_to("document.id", index=False)
    number: Mapped[int]
    sha256: Mapped[Digest]
    size: Mapped[int]
    content_type: Mapped[Name]
    file_name: Mapped[Name]
    template: Mapped[Name] = mapped_column(default="")
    category_version_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    note: Mapped[str] = mapped_column(default="")  # why there is a new version
    place_removed: Mapped[bool] = mapped_column(default=False)  # of a photograph, with what else the camera noted
    state: Mapped[str] = mapped_column(String(20), default="ready")  # waiting (to be read and drawn), ready
    pages: Mapped[int | None]
    thumbnail: Mapped[str | None] = mapped_column(String(64))
    html: Mapped[str | None] = mapped_column(String(64))
    pdf: Mapped[str | None] = mapped_column(String(64))  # of a Word document
    pdf_state: Mapped[str] = mapped_column(String(20), default="")  # "", waiting, ready, missing (LibreOffice), failed
    text: Mapped[str] = mapped_column(default="")  # for search


class DocumentTag(Base):
    """A word that a document is found by."""

    __tablename__ = "document_tag"
    __table_args__ = (Index("ix_document_tag_tag", "tag", "document_id"),)

    document_id: Mapped[int] = mapped_column(BigId, ForeignKey("document.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


class DocumentLink(Base):
    """The person, home, tenancy or account that a document is filed under, beside its case."""

    __tablename__ = "document_link"
    __table_args__ = (
        UniqueConstraint("document_id", "entity_type", "entity_id"),
        Index("ix_document_link_entity", "entity_type", "entity_id"),
    )

    id: Mapped[Id]
    document_id: Mapped[int] = refers_to("document.id", index=False)
    entity_type: Mapped[Key]
    entity_id: Mapped[int] = mapped_column(BigId)


class QuarantinedFile(Base):
    """A file that was refused: kept apart until an administrator releases or destroys it for a reason."""

    __tablename__ = "quarantined_file"
    __table_args__ = (Index("ix_quarantined_file_state", "state", "id"),)

    id: Mapped[Id]
    file_name: Mapped[Name]
    sha256: Mapped[Digest]
    size: Mapped[int] = mapped_column(BigId)
    code: Mapped[Key]  # macro, external, too_large, polyglot, encrypted, …
    reason: Mapped[str]  # the sentence that its sender was told
    received_at: Mapped[datetime]
    received_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    case_id: Mapped[int | None] = refers_to("cases.id")  # where it was meant for
    links: Mapped[list[object]] = mapped_column(default=list)  # [[entity_type, entity_id], …]
    title: Mapped[Name] = mapped_column(default="")
    kind: Mapped[Key] = mapped_column(default="other")
    state: Mapped[Key] = mapped_column(default="held")  # held, released, destroyed
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    decision_reason: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None] = refers_to("document.id", index=False)  # that it became
