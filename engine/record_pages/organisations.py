"""An organisation: how to reach it, what it is doing for the landlord, and what is filed under it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.permissions import Actor, visible_entities
from engine.record.changing import found_entity
from engine.record.reading import parts
from engine.record_pages.filed import Filed, filed
from models.people import ContactDetail, Organisation, Person, PersonRelation
from models.places import Asset, Repair

MOST = 50


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation with everything that its page shows."""

    organisation: Organisation
    contacts: list[ContactDetail]
    repairs: list[Any]  # (Repair, Asset), those to be done first
    open_repairs: int
    people: list[Any]  # (PersonRelation, Person)
    filed: Filed


def organisation_page(session: Session, organisation_id: int, *, by: Actor) -> OrganisationPage:
    """Return what the page of an organisation shows. Raises NotFound."""
    organisation = found_entity(session, "organisation", organisation_id, by=by)
    contacts = parts(session, "contact_detail", "organisation", organisation_id)
    return OrganisationPage(
        organisation,
        [row for row in contacts if row.valid_until is None],
        _repairs(session, organisation_id, by),
        _open_repairs(session, organisation_id, by),
        _people(session, organisation_id, by),
        filed(session, "organisation", organisation_id, by=by),
    )


def _repairs(session: Session, organisation_id: int, by: Actor) -> list[Any]:
    is_done = Repair.completed_on.is_not(None) | Repair.ended_on.is_not(None)
    statement = (
        select(Repair, Asset)
        .join(Asset, Asset.id == Repair.asset_id)
        .where(Repair.contractor_id == organisation_id, visible_entities(by, "home"))
        .order_by(is_done, Repair.reported_on.desc(), Repair.id.desc())
    )
    return list(session.execute(statement.limit(MOST)))


def _open_repairs(session: Session, organisation_id: int, by: Actor) -> int:
    is_open = (Repair.completed_on.is_(None), Repair.ended_on.is_(None))
    statement = select(func.count()).select_from(Repair).join(Asset, Asset.id == Repair.asset_id)
    statement = statement.where(Repair.contractor_id == organisation_id, *is_open, visible_entities(by, "home"))
    return session.scalar(statement) or 0


def _people(session: Session, organisation_id: int, by: Actor) -> list[Any]:
    statement = (
        select(PersonRelation, Person)
        .join(Person, Person.id == PersonRelation.person_id)
        .where(PersonRelation.organisation_id == organisation_id, PersonRelation.until_on.is_(None))
        .where(visible_entities(by, "person"))
        .order_by(Person.surname, Person.id)
    )
    return list(session.execute(statement.limit(MOST)))
