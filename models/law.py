"""The rules and the calendar in force: editions of rules, closures, bank holidays, and every change to them."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Digest, Id, Key, Name, refers_to


class LawChange(Base):
    """One change to rules or calendar. The last row is what is in force: `state` holds all of it, not the difference.

    `mark` begins with the revision and ends at random, so that what a rolled-back change wrote is never taken for what
    another then wrote under the same number.
    """

    __tablename__ = "law_change"

    revision: Mapped[Id]
    mark: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[Key]  # rules, closure, holiday, nation, library
    what: Mapped[str]  # in a sentence
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    by_name: Mapped[Name]
    state: Mapped[dict[str, object]]


class RuleEdition(Base):
    """The text of a source of rules (a category, or "common") as it was published. Never changed."""

    __tablename__ = "rule_edition"
    __table_args__ = (UniqueConstraint("source", "number"),)

    id: Mapped[Id]
    source: Mapped[Key]
    number: Mapped[int]
    content: Mapped[str]
    sha256: Mapped[Digest]
    origin: Mapped[Key]  # deployed with a version of the category, published, or shipped
    reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    published_by_name: Mapped[Name]


class ClosedDays(Base):
    """Days on which the organisation is shut. They count only where a rule says so."""

    __tablename__ = "closed_days"

    id: Mapped[Id]
    name: Mapped[Name]
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str]
    added_at: Mapped[datetime]
    added_by_name: Mapped[Name]
    ended_at: Mapped[datetime | None]  # taken back: it counts no longer
    ended_by_name: Mapped[str | None] = mapped_column(String(200))
    end_reason: Mapped[str] = mapped_column(default="")


class BankHoliday(Base):
    """A bank holiday that was proclaimed and that the library of holidays does not know yet. It counts in law."""

    __tablename__ = "bank_holiday"

    id: Mapped[Id]
    nation: Mapped[Key]
    on_day: Mapped[date]
    name: Mapped[Name]
    reason: Mapped[str]
    added_at: Mapped[datetime]
    added_by_name: Mapped[Name]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[str | None] = mapped_column(String(200))
    end_reason: Mapped[str] = mapped_column(default="")
