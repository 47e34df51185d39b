"""Case categories and their deployed versions: immutable, complete, identified by their content."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Digest, Id, Key, Name, refers_to


class Category(Base):
    """A kind of case, such as a complaint."""

    __tablename__ = "category"

    id: Mapped[Id]
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name]
    description: Mapped[str] = mapped_column(default="")
    reference_prefix: Mapped[Key]
    last_number: Mapped[int] = mapped_column(default=0)  # of the references handed out
    current_version_id: Mapped[int | None]  # no foreign key: the two tables would need each other first
    retired_at: Mapped[datetime | None]


class CategoryVersion(Base):
    """A deployed version of a category: never changed, kept as long as a case ran on it."""

    __tablename__ = "category_version"
    __table_args__ = (UniqueConstraint("category_id", "number"),)

    id: Mapped[Id]
    category_id: Mapped[int] = refers_to("category.id", index=False)
    number: Mapped[int]
    content_hash: Mapped[Digest]
    deployed_at: Mapped[datetime]
    deployed_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    note: Mapped[str] = mapped_column(default="")


class StartTrigger(Base):
    """What begins a case of a category's current version by itself: a message, a signal, or a time that comes."""

    __tablename__ = "start_trigger"
    __table_args__ = (
        Index("ix_start_trigger_name", "kind", "name"),
        UniqueConstraint("version_id", "element_id", "name"),
    )

    id: Mapped[Id]
    category_id: Mapped[int] = refers_to("category.id")
    version_id: Mapped[int] = refers_to("category_version.id", index=False)
    element_id: Mapped[Name]
    kind: Mapped[Key]  # message, signal, timer; none for a version that nothing begins but a person
    name: Mapped[Name]  # of the message or signal; the kind and text of the time
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    rounds: Mapped[int | None]  # of a time, that are left; without end when none


class DefinitionFile(Base):
    """One file of a version: diagram, decision, form, rules, letter or category.toml."""

    __tablename__ = "definition_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[Id]
    version_id: Mapped[int] = refers_to("category_version.id", index=False)
    path: Mapped[Name]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[Digest]


class Draft(Base):
    """What analysts are changing of a category in the studio, or a new one; its files are complete, no differences."""

    __tablename__ = "draft"

    id: Mapped[Id]
    category_key: Mapped[Key] = mapped_column(unique=True)
    base_version_id: Mapped[int | None]  # the version whose files it began with; none for a new category
    rules_edition: Mapped[int] = mapped_column(default=0)  # the edition of its rules that it began with
    started_at: Mapped[datetime]
    started_by_id: Mapped[int] = refers_to("user_account.id", index=False)


class DraftFile(Base):
    """A file of a draft."""

    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("category_key", "path"),)

    id: Mapped[Id]
    category_key: Mapped[Key]
    path: Mapped[Name]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int] = refers_to("user_account.id", index=False)
    changed_at: Mapped[datetime]
