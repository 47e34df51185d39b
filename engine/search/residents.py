"""People with where they live now, and homes with who lives there: as lists and pickers show them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor, visible_entities
from models.people import Alert, Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person, with the tenancy that they live in now, if any."""

    person: Person
    tenure: Tenure | None = None
    home: Asset | None = None
    has_alert: bool = False


@dataclass(frozen=True, slots=True)
class FoundHome:
    """A home, with its tenancy now and who is on it."""

    home: Asset
    tenure: Tenure | None = None
    people: list[Person] = field(default_factory=list)
    has_alert: bool = False


def with_homes(session: Session, people: list[Person], *, by: Actor) -> list[FoundPerson]:
    """Return people with the tenancy that each lives in now, of those that `by` may see.

    One that they are responsible for comes before others.
    """
    ids = [person.id for person in people]
    if not ids:
        return []
    rows = session.execute(
        select(TenureMember.person_id, Tenure, Asset)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(TenureMember.person_id.in_(ids), TenureMember.until_on.is_(None), _runs())
        .where(visible_entities(by, "tenancy"))
        .order_by(TenureMember.is_responsible, Tenure.started_on)  # the last one read wins
    )
    homes = {person_id: (tenure, home) for person_id, tenure, home in rows}
    warned = alerted(session, Alert.person_id, ids)
    at_home = {p.id: homes.get(p.id, (None, None)) for p in people}
    return [FoundPerson(p, at_home[p.id][0], at_home[p.id][1], p.id in warned) for p in people]


def with_residents(session: Session, homes: list[Asset], *, by: Actor) -> list[FoundHome]:
    """Return homes with their tenancy now and the people on it, where `by` may see that."""
    ids = [home.id for home in homes]
    if not ids:
        return []
    running = select(Tenure).where(Tenure.asset_id.in_(ids), _runs(), visible_entities(by, "tenancy"))
    tenures = {tenure.asset_id: tenure for tenure in session.scalars(running)}
    residents = members(session, [tenure.id for tenure in tenures.values()])
    warned = alerted(session, Alert.asset_id, ids)
    return [
        FoundHome(home, t := tenures.get(home.id), residents.get(t.id, []) if t else [], has_alert=home.id in warned)
        for home in homes
    ]


def members(session: Session, tenure_ids: Collection[int]) -> dict[int, list[Person]]:
    """Return who is on each of these tenancies now, those first who are responsible for it."""
    rows = session.execute(
        select(TenureMember.tenure_id, Person)
        .join(Person, Person.id == TenureMember.person_id)
        .where(TenureMember.tenure_id.in_(tenure_ids), TenureMember.until_on.is_(None))
        .order_by(TenureMember.is_responsible.desc(), TenureMember.id)
    )
    found: dict[int, list[Person]] = {}
    for tenure_id, person in rows:
        found.setdefault(tenure_id, []).append(person)
    return found


def _runs() -> ColumnElement[bool]:
    return or_(Tenure.ended_on.is_(None), Tenure.ended_on >= today())


def alerted(session: Session, column: Any, ids: Collection[int]) -> set[int]:
    """Return the ids, among these, about which an alert is in force; `column` of `Alert` says whose they are."""
    in_force = or_(Alert.ended_on.is_(None), Alert.ended_on > today())
    return set(session.scalars(select(column).where(column.in_(list(ids)), in_force)))
