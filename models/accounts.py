"""Rent accounts. Nothing derivable is stored: a balance is the sum of transactions, a rent the charge in force."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, Key, Name, refers_to

PAYMENTS = ("payment", "housing_benefit", "universal_credit")
"""Kinds of entry by which money comes in."""


class RentAccount(Base):
    """The account on which a tenancy's rent is charged and paid."""

    __tablename__ = "rent_account"

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    tenure_id: Mapped[int] = refers_to("tenure.id")
    billing_frequency: Mapped[Key] = mapped_column(default="weekly")
    ended_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1)


class Charge(Base):
    """What is charged to an account at regular intervals while it is in force, in pounds."""

    __tablename__ = "charge"

    id: Mapped[Id]
    account_id: Mapped[int] = refers_to("rent_account.id")
    kind: Mapped[Key]  # rent, service, water, garage, …
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    frequency: Mapped[Key] = mapped_column(default="weekly")
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Transaction(Base):
    """A charge (positive) or payment (negative) on a rent account, in pounds. Corrected by a reversing one."""

    __tablename__ = "rent_transaction"
    __table_args__ = (
        Index("ix_rent_transaction_account", "account_id", "posted_on", "id"),
        Index("uq_rent_transaction_source", "source_reference", unique=True),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = refers_to("rent_account.id", index=False)
    posted_on: Mapped[date]
    kind: Mapped[Key]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    description: Mapped[str] = mapped_column(default="")
    source_reference: Mapped[Key | None]  # in the system that it came from: the same one is posted once


class AccountStanding(Base):
    """What is owed on an account and when was paid last: kept by the database itself (`models.standings`)."""

    __tablename__ = "account_standing"
    __table_args__ = {"info": {"is_derived": True}}  # noqa: RUF012 (SQLAlchemy's own pattern)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("rent_account.id"), primary_key=True, autoincrement=False)
    balance: Mapped[int] = mapped_column(BigId, index=True)  # pence; positive is owed by the tenant
    last_paid_on: Mapped[date | None]


class Agreement(Base):
    """A promise to pay arrears by instalments."""

    __tablename__ = "agreement"

    id: Mapped[Id]
    account_id: Mapped[int] = refers_to("rent_account.id")
    started_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))  # of an instalment, beside what is charged
    frequency: Mapped[Key] = mapped_column(default="weekly")
    agreed_by: Mapped[Name] = mapped_column(default="")
    ended_on: Mapped[date | None]
    outcome: Mapped[Key] = mapped_column(default="")  # kept, broken, replaced
    note: Mapped[str] = mapped_column(default="")
