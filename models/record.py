"""What hangs on any entity of the shared record: its history, notes, fields of the catalogue, others' references."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Json, Key, Name, refers_to


class RecordChange(Base):
    """One change to the shared record. Rows are only ever added; an approved erasure may empty `changes`.

    A change of a part (a contact detail, a member) is a change of the entity that it belongs to.
    """

    __tablename__ = "record_change"
    __table_args__ = (
        Index("ix_record_change_entity", "entity_type", "entity_id", "id"),
        Index("ix_record_change_actor_id", "actor_id", "action", "entity_type"),  # what somebody added
    )

    id: Mapped[Id]
    entity_type: Mapped[Key]
    entity_id: Mapped[int] = mapped_column(BigId)
    revision: Mapped[int]
    part: Mapped[Key] = mapped_column(default="")  # the kind of part, empty: the entity itself
    part_id: Mapped[int | None] = mapped_column(BigId)
    action: Mapped[Key]  # created, changed, ended, merged, …
    changes: Mapped[dict[str, object] | None] = mapped_column(Json)  # field: [before, after]
    reason: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int | None] = refers_to("cases.id", index=False)  # in which it was made
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor_name: Mapped[Name]


class RecordNote(Base):
    """What a member of staff wrote down about an entity."""

    __tablename__ = "record_note"
    __table_args__ = (Index("ix_record_note_entity", "entity_type", "entity_id"),)

    id: Mapped[Id]
    entity_type: Mapped[Key]
    entity_id: Mapped[int] = mapped_column(BigId)
    text: Mapped[str]
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    written_by_id: Mapped[int | None] = refers_to("user_account.id", index=False)
    written_by_name: Mapped[Name]
    written_at: Mapped[datetime]
    ended_on: Mapped[date | None]


class RecordFields(Base):
    """The values of a section of the catalogue's fields on one entity."""

    __tablename__ = "record_fields"

    entity_type: Mapped[Key] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    key: Mapped[Key] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, object]]


class ExternalReference(Base):
    """What another system calls an entity (HACT: Reference, with AllocatedBy)."""

    __tablename__ = "external_reference"
    __table_args__ = (
        UniqueConstraint("allocated_by", "entity_type", "value"),
        Index("ix_external_reference_entity", "entity_type", "entity_id"),
        Index("ix_external_reference_value", "value"),
    )

    id: Mapped[Id]
    entity_type: Mapped[Key]
    entity_id: Mapped[int] = mapped_column(BigId)
    allocated_by: Mapped[Key]
    value: Mapped[Key]
    description: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]
