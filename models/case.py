"""A case: its header, its document in sections, the snapshot of its tokens, and what it is about."""

from datetime import date, datetime

from sqlalchemy import Boolean, Index, LargeBinary, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, Name, only_where, refers_to


class Case(Base):
    """One running process: the row that every step locks first."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_status_category_id", "status", "category_id"),
        Index("ix_cases_status_stage", "status", "stage"),
        Index("ix_cases_status_opened_at", "status", "opened_at", "id"),
        Index("ix_cases_owner_id", "owner_id", "id"),
        # Few cases have what these are about: held apart, they are found however many there are of the others.
        Index("ix_cases_parent_id", "parent_id", "status", **only_where(column("parent_id").is_not(None))),
        Index("ix_cases_merged_into_id", "merged_into_id", **only_where(column("merged_into_id").is_not(None))),
        Index("ix_cases_restricted", "owner_id", "id", **only_where(column("restricted", Boolean).is_(True))),
    )

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    category_id: Mapped[int] = refers_to("category.id")
    version_id: Mapped[int] = refers_to("category_version.id")
    title: Mapped[Name] = mapped_column(default="")
    status: Mapped[Key]  # open, closed, cancelled
    stage: Mapped[Name] = mapped_column(default="")
    outcome: Mapped[Name] = mapped_column(default="")
    owner_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    parent_id: Mapped[int | None] = refers_to(
        "cases.id", index=False
    )  # the case that started it, or that it was put under
    parent_token_id: Mapped[str | None] = mapped_column(String(32))  # of the parent's token that waits for it
    parent_element_id: Mapped[Name | None]  # of the parent's diagram, where it was started
    merged_into_id: Mapped[int | None] = refers_to("cases.id", index=False)  # the same case, which goes on for this one
    restricted: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    closed_at: Mapped[datetime | None]
    start_key: Mapped[str | None] = mapped_column(String(120), unique=True)  # makes a second click the same case
    revision: Mapped[int] = mapped_column(default=1)
    step_id: Mapped[str] = mapped_column(String(32))  # random, of the step that wrote the snapshot
    event_count: Mapped[int] = mapped_column(default=0)
    event_mac: Mapped[str] = mapped_column(String(64), default="")  # head of the chain of events
    open_incidents: Mapped[int] = mapped_column(default=0)


class CaseSnapshot(Base):
    """Where the tokens of a case stand: compressed, without the definition."""

    __tablename__ = "case_snapshot"

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    state: Mapped[bytes] = mapped_column(LargeBinary)


class CaseSection(Base):
    """A part of the case document: the fields of one form or field group."""

    __tablename__ = "case_section"

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    key: Mapped[Key] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, object]]


class CaseLink(Base):
    """What a case is about, or who takes part in it: a person, home, tenancy or account, with a role and dates."""

    __tablename__ = "case_link"
    __table_args__ = (
        UniqueConstraint("case_id", "entity_type", "entity_id", "role"),
        Index("ix_case_link_entity", "entity_type", "entity_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id", index=False)
    entity_type: Mapped[Key]  # person, home, tenancy, account, case
    entity_id: Mapped[int] = mapped_column(BigId)
    role: Mapped[Key]  # subject, complainant, affected home, …
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]


class CaseRelation(Base):
    """A link between two cases that an officer made: `case_id` is the case that the role is said of."""

    __tablename__ = "case_relation"

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    other_id: Mapped[int] = refers_to("cases.id")
    role: Mapped[Key]  # related, follows, duplicate; see `engine.related_cases.ROLES`
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # since when the two are detached
    linked_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    linked_at: Mapped[datetime]
    detached_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)


class CaseEvent(Base):
    """Something that happened in a case. Rows are only ever added; each carries a seal over the one before.

    An approved erasure may empty `payload` and `salt`: the seal covers their digest, so the chain still verifies.
    """

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id", index=False)
    sequence: Mapped[int]
    at: Mapped[datetime]
    type: Mapped[Key]
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor_name: Mapped[Name]
    payload: Mapped[str | None]  # canonical JSON text
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(16))
    mac: Mapped[str] = mapped_column(String(64))


class Note(Base):
    """What a member of staff wrote down about a case."""

    __tablename__ = "note"

    id: Mapped[Id]
    case_id: Mapped[int] = refers_to("cases.id")
    text: Mapped[str]
    written_by_id: Mapped[int] = refers_to("user_account.id", index=False)
    written_at: Mapped[datetime]
