"""Running cases moved to another version of their category, in bulk: what was asked for, and what became of each."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Key, Name, refers_to


class Migration(Base):
    """What somebody asked for: from which versions to which, by which mapping of elements, and why."""

    __tablename__ = "migration"

    id: Mapped[Id]
    category_id: Mapped[int] = refers_to("category.id")
    from_versions: Mapped[list[object]]  # numbers
    to_version_id: Mapped[int] = refers_to("category_version.id", index=False)
    mapping: Mapped[dict[str, object]]  # old element id to new
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    asked_by_name: Mapped[Name]


class MigratedCase(Base):
    """A case of a migration, and what became of it."""

    __tablename__ = "migrated_case"
    __table_args__ = (UniqueConstraint("migration_id", "case_id"),)

    id: Mapped[Id]
    migration_id: Mapped[int] = refers_to("migration.id", index=False)
    case_id: Mapped[int] = refers_to("cases.id")
    from_version: Mapped[int]  # its number
    outcome: Mapped[Key] = mapped_column(default="waiting")  # moved, refused, passed over, failed
    element_id: Mapped[Name] = mapped_column(default="")  # at which it could not move
    element_name: Mapped[Name] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
