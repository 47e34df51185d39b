"""Bundles (documents bound into one PDF for a court, the Ombudsman or whoever asks for their data) and redactions."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, Name, refers_to


class Bundle(Base):
    """A bundle that somebody asked for: of what, how far it is, and the document that it became."""

    __tablename__ = "bundle"

    id: Mapped[Id]
    case_id: Mapped[int | None] = refers_to("cases.id")
    entity_type: Mapped[Key | None]  # of the record that it is about, where that is no case
    entity_id: Mapped[int | None] = mapped_column(BigId)
    purpose: Mapped[Key]
    title: Mapped[Name]
    items: Mapped[list[object]]  # [[document id, number of its version], …] in their order
    status: Mapped[Key]  # waiting, ready, failed
    done: Mapped[int] = mapped_column(default=0)  # documents that are made ready to be bound
    fault: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None] = refers_to("document.id", index=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = refers_to("user_account.id")


class Redaction(Base):
    """A copy of a document in which something was struck out: of which version, where on its pages, and why."""

    __tablename__ = "redaction"
    __table_args__ = (UniqueConstraint("document_id"),)

    id: Mapped[Id]
    document_id: Mapped[int] = refers_to("document.id", index=False)  # the copy
    original_id: Mapped[int] = refers_to("document.id")
    original_number: Mapped[int]
    marks: Mapped[list[object]]  # [{"page", "box": [left, top, right, bottom] of 1, "reason"}, …]; never the words
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
