"""People, organisations and how to reach them. Names follow Hackney's shared models and HACT's data standard."""

from datetime import date

from sqlalchemy import Index, String, column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, Key, Name, only_where, refers_to


class Person(Base):
    """A tenant, household member, applicant or other person."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_merged_into_id", "merged_into_id", **only_where(column("merged_into_id").is_not(None))),
    )

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(40), default="")
    first_name: Mapped[Name]
    middle_name: Mapped[Name] = mapped_column(default="")
    surname: Mapped[Name] = mapped_column(index=True)
    preferred_name: Mapped[Name] = mapped_column(default="")
    date_of_birth: Mapped[date | None]
    date_of_death: Mapped[date | None]
    gender: Mapped[Key] = mapped_column(default="")
    national_insurance_number: Mapped[Key] = mapped_column(default="")
    language: Mapped[Key] = mapped_column(default="English")
    communication_needs: Mapped[str] = mapped_column(default="")
    contact_hours: Mapped[str] = mapped_column(default="")  # when it is safe or welcome to ring or call
    no_letters: Mapped[bool] = mapped_column(default=False)  # nothing by post: somebody else may open it
    is_sensitive: Mapped[bool] = mapped_column(default=False)  # each reading of the record is written down
    merged_into_id: Mapped[int | None] = refers_to("person.id", index=False)  # the same person, whose record goes on
    ended_on: Mapped[date | None]  # since when the landlord has nothing to do with them
    revision: Mapped[int] = mapped_column(default=1)

    contact_details: Mapped[list["ContactDetail"]] = relationship(order_by="ContactDetail.id", viewonly=True)
    alerts: Mapped[list["Alert"]] = relationship(order_by="Alert.id", viewonly=True)

    @property
    def full_name(self) -> str:
        """Return title, first name and surname, as on an envelope."""
        return " ".join(part for part in (self.title, self.first_name, self.surname) if part)

    @property
    def salutation(self) -> str:
        """Return what stands after "Dear": title and surname, or the first name where no title is known."""
        return f"{self.title} {self.surname}" if self.title else self.first_name


class ContactDetail(Base):
    """A telephone number, e-mail address or correspondence address of a person or an organisation."""

    __tablename__ = "contact_detail"
    __table_args__ = (
        Index(
            "ix_contact_detail_organisation_id", "organisation_id", **only_where(column("organisation_id").is_not(None))
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int | None] = refers_to("person.id")
    organisation_id: Mapped[int | None] = refers_to("organisation.id", index=False)
    contact_type: Mapped[Key]  # phone, email, address
    sub_type: Mapped[Key] = mapped_column(default="")  # mobile, home, work, correspondence
    value: Mapped[str]
    is_preferred: Mapped[bool] = mapped_column(default=False)
    is_safe: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(default="")
    valid_until: Mapped[date | None]


class Alert(Base):
    """A warning about a person or a place that staff must see first (HACT person and location alert codes)."""

    __tablename__ = "alert"

    id: Mapped[Id]
    person_id: Mapped[int | None] = refers_to("person.id")
    asset_id: Mapped[int | None] = refers_to("asset.id")
    code: Mapped[Key]
    text: Mapped[str]
    source: Mapped[Name] = mapped_column(default="")  # who reported it
    informed_on: Mapped[date | None]  # when the person was told of it
    from_on: Mapped[date | None]
    review_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Organisation(Base):
    """The landlord itself, a contractor or a partner agency."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    reference: Mapped[Key] = mapped_column(unique=True)
    kind: Mapped[Key]  # landlord, contractor, agency, …; see `engine.record.codes`
    name: Mapped[Name] = mapped_column(index=True)
    address_lines: Mapped[list[object]] = mapped_column(default=list)
    postcode: Mapped[Key] = mapped_column(default="")
    phone: Mapped[Key] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")
    website: Mapped[Name] = mapped_column(default="")
    registered_number: Mapped[Key] = mapped_column(default="")
    complaints_email: Mapped[Name] = mapped_column(default="")
    ended_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1)


class PersonRelation(Base):
    """What another person or an organisation is to a person: their carer, parent, advocate or support worker."""

    __tablename__ = "person_relation"

    id: Mapped[Id]
    person_id: Mapped[int] = refers_to("person.id")
    other_id: Mapped[int | None] = refers_to("person.id")
    organisation_id: Mapped[int | None] = refers_to("organisation.id")
    role: Mapped[Key]  # of the other: partner, child, carer, …
    may_act: Mapped[bool] = mapped_column(default=False)  # has authority to speak for the person
    note: Mapped[str] = mapped_column(default="")
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
