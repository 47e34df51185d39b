"""Templates that belong to no category: letters, e-mails, text messages, and blocks that letters include by name."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Digest, Id, Key, Name, refers_to


class SharedTemplate(Base):
    """A template that any category may use. Letters include blocks and standard paragraphs by their key."""

    __tablename__ = "shared_template"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[Id]
    kind: Mapped[Key]  # letter, email, sms, block, paragraph
    key: Mapped[Key]
    title: Mapped[Name]
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    ended_on: Mapped[date | None]  # the first day on which there is none any more
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[Name] = mapped_column(default="")
    end_reason: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)


class SharedTemplateVersion(Base):
    """What a shared template said. Its content never changes; once it is published, nothing of it does.

    In force on a day is the published version that came last among those that have begun and not ended.
    """

    __tablename__ = "shared_template_version"
    __table_args__ = (
        UniqueConstraint("template_id", "number"),
        Index("ix_shared_template_version_in_force", "template_id", "effective_from"),
    )

    id: Mapped[Id]
    template_id: Mapped[int] = refers_to("shared_template.id", index=False)
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[Digest]
    size: Mapped[int]
    origin: Mapped[Key]  # saved in the studio, deployed from files, or shipped
    note: Mapped[str] = mapped_column(default="")  # what changed
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    saved_by_name: Mapped[Name]
    effective_from: Mapped[date | None]  # both days among those on which it is in force
    effective_until: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    published_by_name: Mapped[Name] = mapped_column(default="")


class TemplateUsed(Base):
    """A shared version that went into a document: the letter's own, or one of the blocks in it."""

    __tablename__ = "template_used"
    __table_args__ = (Index("ix_template_used_template_version_id", "template_version_id"),)

    document_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("document_version.id"), primary_key=True)
    template_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("shared_template_version.id"), primary_key=True)
