"""What a case is about: people, homes and tenancies, with their contact details, and the alerts that come first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import ENTITIES, Actor, sees_all, visible_entities
from models.accounts import RentAccount
from models.among import among
from models.case import CaseLink
from models.people import Alert, ContactDetail, Organisation, Person
from models.places import Asset
from models.prepared import Prepared
from models.tenancies import Tenure, TenureMember

# Statements that each page needs are built once: building one costs more than running it.
_LINKS = Prepared(
    select(CaseLink.entity_type, CaseLink.entity_id, CaseLink.role)
    .where(CaseLink.case_id == bindparam("case_id"), CaseLink.until_on.is_(None))
    .order_by(CaseLink.id)
)
_WITH_ID: dict[Any, Any] = {
    model: select(model).where(among(model.id, bindparam("ids")))
    for model in (Person, Asset, Tenure, RentAccount, Organisation)
}
_ALERTS = (
    select(Alert)
    .where(or_(among(Alert.person_id, bindparam("people")), among(Alert.asset_id, bindparam("homes"))))
    .where(or_(Alert.ended_on.is_(None), Alert.ended_on > bindparam("today")))
    .order_by(Alert.id)
)
_CONTACTS = (
    select(ContactDetail)
    .where(among(ContactDetail.person_id, bindparam("people")))
    .order_by(ContactDetail.is_preferred.desc(), ContactDetail.id)
)
_MEMBERS = (
    select(TenureMember, Person)
    .join(Person, Person.id == TenureMember.person_id)
    .where(among(TenureMember.tenure_id, bindparam("tenancies")))
    .order_by(TenureMember.id)
)


@dataclass(frozen=True, slots=True)
class About:
    """What a case is about, with whatever must be seen first. Lists are of model rows."""

    people: list[Person] = field(default_factory=list)
    homes: list[Asset] = field(default_factory=list)
    tenancies: list[Tenure] = field(default_factory=list)
    accounts: list[RentAccount] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    contacts: dict[int, list[ContactDetail]] = field(default_factory=dict)
    members: dict[int, list[Any]] = field(default_factory=dict)
    roles: dict[tuple[str, int], str] = field(default_factory=dict)
    seen: frozenset[tuple[str, int]] = frozenset()  # whose pages the reader may open


def about(session: Session, case_id: int, *, by: Actor) -> About:
    """Return what a case is about, contact details and alerts with it: whoever sees the case may know."""
    links = _LINKS.rows(session.connection(), {"case_id": case_id})
    return about_these(session, [(row.entity_type, row.entity_id, row.role) for row in links], by=by)


def about_these(session: Session, links: Sequence[tuple[str, int, str]], *, by: Actor) -> About:
    """Return the same for things that no case is linked to yet: (type, id, role)."""
    ids: dict[str, list[int]] = {}
    for entity_type, entity_id, _ in links:
        ids.setdefault(entity_type, []).append(entity_id)
    tenancies = _in_order(session, Tenure, ids.get("tenancy", []))
    homes = _in_order(session, Asset, [*ids.get("home", []), *(t.asset_id for t in tenancies)])
    people = _in_order(session, Person, ids.get("person", []))
    members = _members(session, [tenancy.id for tenancy in tenancies])
    named = {**ids, "home": [home.id for home in homes]}
    named["person"] = [*ids.get("person", []), *(who.id for rows in members.values() for _, who in rows)]
    return About(
        people,
        homes,
        tenancies,
        _in_order(session, RentAccount, ids.get("account", [])),
        _in_order(session, Organisation, ids.get("organisation", [])),
        alerts_of(session, [person.id for person in people], [home.id for home in homes]),
        contacts_of(session, [person.id for person in people]),
        members,
        {(entity_type, entity_id): role for entity_type, entity_id, role in reversed(links)},
        _seen(session, named, by),
    )


def alerts_of(session: Session, person_ids: Collection[int], asset_ids: Collection[int]) -> list[Alert]:
    """Return the alerts in force about these people and places."""
    if not person_ids and not asset_ids:
        return []
    return list(session.scalars(_ALERTS, {"people": person_ids, "homes": asset_ids, "today": today()}))


def contacts_of(session: Session, person_ids: Collection[int]) -> dict[int, list[ContactDetail]]:
    """Return the contact details in force of these people, the preferred ones first."""
    found: dict[int, list[ContactDetail]] = {}
    if person_ids:
        for detail in session.scalars(_CONTACTS, {"people": person_ids}):
            if detail.person_id is not None and (detail.valid_until is None or detail.valid_until >= today()):
                found.setdefault(detail.person_id, []).append(detail)
    return found


def _seen(session: Session, named: dict[str, list[int]], by: Actor) -> frozenset[tuple[str, int]]:
    """Return which of these, by kind, the reader may see; no statement for whoever sees all."""
    found: set[tuple[str, int]] = set()
    for kind, ids in named.items():
        if kind in ENTITIES and ids:
            model: Any = ENTITIES[kind]
            seen = select(model.id).where(model.id.in_(ids), visible_entities(by, kind))
            found |= {(kind, row_id) for row_id in (ids if sees_all(by) else session.scalars(seen))}
    return frozenset(found)


def _in_order(session: Session, model: Any, ids: Sequence[int]) -> list[Any]:
    """Return the rows with these ids, in their order, each once."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {row.id: row for row in session.scalars(_WITH_ID[model], {"ids": wanted})}
    return [found[row_id] for row_id in wanted if row_id in found]


def _members(session: Session, tenure_ids: Collection[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if tenure_ids:
        for member, person in session.execute(_MEMBERS, {"tenancies": tenure_ids}):
            found.setdefault(member.tenure_id, []).append((member, person))
    return found
