"""Tenancies, licences and leases, who is on them, and the notices served."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, Key, Name, refers_to
from models.people import Person
from models.places import Asset


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
    end_reason: Mapped[Name] = mapped_column(default="")
    potential_end_on: Mapped[date | None]
    evicted_on: Mapped[date | None]
    succeeded_on: Mapped[date | None]
    is_mutual_exchange: Mapped[bool] = mapped_column(default=False)
    is_sublet: Mapped[bool] = mapped_column(default=False)
    informs_housing_benefit: Mapped[bool] = mapped_column(default=False)
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


class Notice(Base):
    """A notice served on a tenancy: to quit, of seeking possession, of a rent increase."""

    __tablename__ = "notice"

    id: Mapped[Id]
    tenure_id: Mapped[int] = refers_to("tenure.id")
    kind: Mapped[Key]
    ground: Mapped[str] = mapped_column(default="")
    served_on: Mapped[date]
    effective_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # withdrawn
    note: Mapped[str] = mapped_column(default="")
