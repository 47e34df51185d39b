"""A person: how to reach them, with whom they live and lived, what they owe, and what is filed under them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.case_subjects import alerts_of, contacts_of
from engine.permissions import Actor, visible_entities
from engine.record.changing import found_entity
from engine.record.households import Household, households_of_person
from engine.record_pages.accounts import Account, account_of
from engine.record_pages.filed import Filed, filed
from models.communication import Consent
from models.people import Alert, ContactDetail, Organisation, Person, PersonRelation


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with everything that their page shows."""

    person: Person
    merged: list[Person]  # records that were merged into this one
    contacts: list[ContactDetail]
    alerts: list[Alert]
    households: list[Household]
    accounts: dict[int, Account]  # by tenancy
    relations: list[Any]  # (PersonRelation, Person or Organisation, whether the reader may see them)
    consents: list[Consent]  # the latest first
    filed: Filed

    @property
    def now_in(self) -> list[Household]:
        """Return the households that the person lives in."""
        return [one for one in self.households if one.lives_here(self.person.id)]

    @property
    def formerly_in(self) -> list[Household]:
        """Return the households that the person lived in before."""
        return [one for one in self.households if not one.lives_here(self.person.id)]


def person_page(session: Session, person_id: int, *, by: Actor) -> PersonPage:
    """Return what the page of a person shows. Raises NotFound."""
    person = found_entity(session, "person", person_id, by=by)
    households = households_of_person(session, person_id, by=by)
    living = [one for one in households if one.lives_here(person_id)]
    return PersonPage(
        person,
        list(session.scalars(select(Person).where(Person.merged_into_id == person_id).order_by(Person.id))),
        contacts_of(session, [person_id]).get(person_id, []),
        alerts_of(session, [person_id], [one.home.id for one in living]),
        households,
        _accounts(session, [one for one in households if _is_responsible(one, person_id)]),
        relations_of(session, person_id, by=by),
        list(session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc()))),
        filed(session, "person", person_id, by=by),
    )


def relations_of(session: Session, person_id: int, *, by: Actor) -> list[Any]:
    """Return what others are to a person: each relation, the person or organisation, and whether `by` may see them."""
    other, seen = aliased(Person), select(Person.id).where(visible_entities(by, "person"))
    rows = session.execute(
        select(PersonRelation, other, Organisation, PersonRelation.other_id.in_(seen))
        .outerjoin(other, other.id == PersonRelation.other_id)
        .outerjoin(Organisation, Organisation.id == PersonRelation.organisation_id)
        .where(PersonRelation.person_id == person_id, PersonRelation.until_on.is_(None))
        .order_by(PersonRelation.id)
    )
    return [(relation, person or house, person is None or is_seen) for relation, person, house, is_seen in rows]


def _accounts(session: Session, households: list[Household]) -> dict[int, Account]:
    found = {one.tenancy.id: account_of(session, one.tenancy.id) for one in households}
    return {key: account for key, account in found.items() if account is not None}


def _is_responsible(one: Household, person_id: int) -> bool:
    resident = one.of(person_id)
    return one.lives_here(person_id) and resident is not None and resident.member.is_responsible
