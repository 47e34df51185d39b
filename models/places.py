"""Homes, tenancies and rent accounts. Nothing derivable is stored: a balance is the sum of its transactions."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, Key, Name, refers_to
from models.people import Person


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
    patch: Mapped[Key] = mapped_column(default="")
    bedrooms: Mapped[int | None]
    characteristics: Mapped[dict[str, object]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=1)


class Tenure(Base):
    """A tenancy, licence or lease of a home."""

    __tablename__ = "tenure"

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)  # Hackney: paymentReference
    tenure_type: Mapped[Key]  # SEC, INT, NON, LEA, …
    tenure_type_name: Mapped[Name]
    asset_id: Mapped[int] = refers_to("asset.id")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1)

    asset: Mapped[Asset] = relationship(viewonly=True)
    members: Mapped[list["TenureMember"]] = relationship(order_by="TenureMember.id", viewonly=True)


class TenureMember(Base):
    """A person on a tenancy, with the part they have in it."""

    __tablename__ = "tenure_member"

    id: Mapped[Id]
    tenure_id: Mapped[int] = refers_to("tenure.id")
    person_id: Mapped[int] = refers_to("person.id")
    is_responsible: Mapped[bool] = mapped_column(default=False)
    role: Mapped[Key]  # tenant, joint tenant, household member
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]

    person: Mapped[Person] = relationship(viewonly=True)
    tenure: Mapped[Tenure] = relationship(viewonly=True)


class RentAccount(Base):
    """The account on which a tenancy's rent is charged and paid."""

    __tablename__ = "rent_account"

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    tenure_id: Mapped[int] = refers_to("tenure.id")
    weekly_rent: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    service_charge: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))


class Transaction(Base):
    """A charge (positive) or payment (negative) on a rent account, in pounds."""

    __tablename__ = "rent_transaction"

    id: Mapped[Id]
    account_id: Mapped[int] = refers_to("rent_account.id")
    posted_on: Mapped[date]
    kind: Mapped[Key]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    description: Mapped[str] = mapped_column(default="")
