"""Whose address it is from which something came: of the people of a case, as the record has them now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from models.case import CaseLink
from models.people import ContactDetail, Person
from models.search.keys import KeyOf, key_of


@dataclass(frozen=True, slots=True)
class Detail:
    """A way to reach somebody that the record has."""

    id: int
    person_id: int
    value: str
    note: str


def people_of(session: Session, case_id: int) -> list[int]:
    """Return the people whom a case is about, or who take part in it."""
    its = (CaseLink.case_id == case_id, CaseLink.entity_type == "person")
    lasts = or_(CaseLink.until_on.is_(None), CaseLink.until_on >= today())
    goes_on = func.coalesce(Person.merged_into_id, Person.id)
    found = select(goes_on).join(CaseLink, CaseLink.entity_id == Person.id).where(*its, lasts).order_by(CaseLink.id)
    return list(dict.fromkeys(session.scalars(found)))


def at_address(session: Session, address: str, people: Sequence[int]) -> list[Detail]:
    """Return how these people are reached at an e-mail address that is in force."""
    if not address or not people:
        return []
    columns: tuple[Any, ...] = (ContactDetail.id, ContactDetail.person_id, ContactDetail.value, ContactDetail.note)
    lasts = or_(ContactDetail.valid_until.is_(None), ContactDetail.valid_until >= today())
    its = (ContactDetail.contact_type == "email", KeyOf(ContactDetail.value) == key_of(address))
    found = select(*columns).where(*its, lasts, ContactDetail.person_id.in_(people)).order_by(ContactDetail.id)
    return [Detail(**row._mapping) for row in session.execute(found)]


def sender_on_case(session: Session, case_id: int, address: str) -> int | None:
    """Return the person of a case whose address it is; none when it is nobody's, or of several."""
    found = {detail.person_id for detail in at_address(session, address, people_of(session, case_id))}
    return found.pop() if len(found) == 1 else None
