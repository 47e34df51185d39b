"""Homes and other places, their certificates, repairs and hazards. Whether one is overdue is derived, never stored."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, Key, Name, refers_to


class Asset(Base):
    """A site, block, property or unit; a home is an asset that can be let."""

    __tablename__ = "asset"

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    asset_type: Mapped[Key]  # site, block, property, unit
    parent_id: Mapped[int | None] = refers_to("asset.id")
    uprn: Mapped[Key] = mapped_column(default="", index=True)
    address_lines: Mapped[list[object]] = mapped_column(default=list)
    postcode: Mapped[Key] = mapped_column(default="", index=True)
    one_line: Mapped[str] = mapped_column(default="")  # the address for lists and search; written with address_lines
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    area: Mapped[Key] = mapped_column(default="")
    patch: Mapped[Key] = mapped_column(default="", index=True)
    bedrooms: Mapped[int | None]
    built_in: Mapped[int | None]  # year
    characteristics: Mapped[dict[str, object]] = mapped_column(default=dict)
    owner_id: Mapped[int | None] = refers_to("organisation.id")  # none: the landlord itself
    agent_id: Mapped[int | None] = refers_to("organisation.id")
    ended_on: Mapped[date | None]  # sold, demolished or handed back
    revision: Mapped[int] = mapped_column(default=1)


class Certificate(Base):
    """A proof that a place was checked: gas, electricity, energy, fire; the latest of a kind is what counts."""

    __tablename__ = "certificate"

    id: Mapped[Id]
    asset_id: Mapped[int] = refers_to("asset.id")
    kind: Mapped[Key]
    number: Mapped[Key] = mapped_column(default="")
    issued_on: Mapped[date]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    result: Mapped[Name] = mapped_column(default="")  # satisfactory, C, unsatisfactory …
    issued_by: Mapped[Name] = mapped_column(default="")
    document_id: Mapped[int | None] = refers_to("document.id", index=False)
    ended_on: Mapped[date | None]  # withdrawn


class Repair(Base):
    """A repair or work order (HACT: WorkOrder)."""

    __tablename__ = "repair"

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    asset_id: Mapped[int] = refers_to("asset.id")
    reported_on: Mapped[date]
    reported_by_id: Mapped[int | None] = refers_to("person.id")
    description: Mapped[str]
    location: Mapped[Name] = mapped_column(default="")  # the room
    trade: Mapped[Key] = mapped_column(default="")
    priority: Mapped[Key]  # emergency, urgent, routine, planned
    contractor_id: Mapped[int | None] = refers_to("organisation.id")
    required_by_on: Mapped[date | None]
    appointment_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # cancelled


class Hazard(Base):
    """A hazard at a home, with the days that the law asks about (MHCLG's damp and mould model; Awaab's Law)."""

    __tablename__ = "hazard"

    id: Mapped[Id]
    asset_id: Mapped[int] = refers_to("asset.id")
    kind: Mapped[Key]  # damp_and_mould, excess_cold, …
    severity: Mapped[Key]  # emergency, significant, other
    location: Mapped[Name] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    reported_on: Mapped[date]
    reported_by_id: Mapped[int | None] = refers_to("person.id")
    investigated_on: Mapped[date | None]
    summary_sent_on: Mapped[date | None]
    made_safe_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # found to be none
