"""Documents and their versions; the bytes are in the content-addressed store, found by their digest."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Digest, Id, Key, Name, refers_to


class Document(Base):
    """A letter that was merged, or a file that was uploaded or received."""

    __tablename__ = "document"

    id: Mapped[Id]
    case_id: Mapped[int | None] = refers_to("cases.id")
    title: Mapped[Name]
    kind: Mapped[Key]  # letter, evidence, …
    source: Mapped[Key]  # merged, uploaded, received
    element_id: Mapped[Name] = mapped_column(default="")
    job_key: Mapped[Name | None] = mapped_column(unique=True)  # of the merge that made it: made once
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    version: Mapped[int] = mapped_column(default=1)


class DocumentVersion(Base):
    """One state of a document. Merged ones say which template made them."""

    __tablename__ = "document_version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[Id]
    document_id: Mapped[int] = refers_to("document.id", index=False)
    number: Mapped[int]
    sha256: Mapped[Digest]
    size: Mapped[int]
    content_type: Mapped[Name]
    file_name: Mapped[Name]
    template: Mapped[Name] = mapped_column(default="")
    category_version_id: Mapped[int | None] = mapped_column(BigId)
    text: Mapped[str] = mapped_column(default="")  # for search
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)


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


class Communication(Base):
    """A letter, e-mail or text message to somebody, with the address used and what became of it."""

    __tablename__ = "communication"

    id: Mapped[Id]
    case_id: Mapped[int | None] = refers_to("cases.id")
    person_id: Mapped[int | None] = refers_to("person.id")
    document_id: Mapped[int | None] = refers_to("document.id")
    channel: Mapped[Key]
    address: Mapped[str]
    subject: Mapped[Name] = mapped_column(default="")
    status: Mapped[Key]
    created_at: Mapped[datetime]
    outbox_key: Mapped[Name] = mapped_column(default="")
