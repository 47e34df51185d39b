"""Lists that people keep: saved filters, what was changed for many tasks at once, addresses of calendars."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Digest, Id, Key, Name, refers_to


class SavedFilter(Base):
    """A filter of the list of tasks or of cases, kept under a name; for its owner, or for a whole team."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("owner_id", "kind", "name"),)

    id: Mapped[Id]
    owner_id: Mapped[int] = refers_to("user_account.id", index=False)
    team_id: Mapped[int | None] = refers_to("team.id")  # whose members see it too
    kind: Mapped[Key]  # tasks, cases
    name: Mapped[Name]
    words: Mapped[dict[str, object]]  # of the list's address
    created_at: Mapped[datetime]


class FilterUse(Base):
    """What a member of staff does with a saved filter: has it on home, or has the list begin with it."""

    __tablename__ = "filter_use"

    user_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    filter_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)


class BulkChange(Base):
    """What somebody did to many tasks at once: what became of each, so that it can be read and undone."""

    __tablename__ = "bulk_change"

    id: Mapped[Id]
    key: Mapped[str | None] = mapped_column(String(80), unique=True)  # makes a repeated request the same one
    user_id: Mapped[int] = refers_to("user_account.id")
    at: Mapped[datetime]
    verb: Mapped[Key]  # reassign, share, claim, release, prioritise
    told: Mapped[str]  # in a sentence: Reassigned to Tom Ridley
    done: Mapped[list[object]]  # [{id, name, case, from, to, revision}, …]
    refused: Mapped[list[object]]  # [{id, name, case, why}, …]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """The secret address of somebody's due dates for their calendar program; the row keeps only its digest."""

    __tablename__ = "calendar_feed"

    id: Mapped[Id]
    user_id: Mapped[int] = refers_to("user_account.id")
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
