"""Who lives, or lived, where: the people of tenancies, and the tenancies of people and of homes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor, visible_entities
from models.people import Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody on a tenancy, with the part that they have, or had, in it."""

    member: TenureMember
    person: Person
    is_seen: bool = True  # by who asks; of others a page shows the name, and no more

    def is_on_it(self, on: date | None = None) -> bool:
        """Say whether they are on the tenancy on a day (today)."""
        return self.member.until_on is None or self.member.until_on >= (on or today())


@dataclass(frozen=True, slots=True)
class Household:
    """A tenancy of a home with everybody who is, or was, on it; those responsible come first."""

    tenancy: Tenure
    home: Asset
    residents: list[Resident]

    @property
    def runs(self) -> bool:
        """Say whether the tenancy runs today."""
        return self.tenancy.ended_on is None or self.tenancy.ended_on >= today()

    @property
    def present(self) -> list[Resident]:
        """Return those who are on it: today, or on its last day when it is over."""
        last = None if self.runs else self.tenancy.ended_on
        return [one for one in self.residents if one.is_on_it(last)]

    @property
    def left(self) -> list[Resident]:
        """Return those who left while it went on."""
        here = {one.member.id for one in self.present}
        return [one for one in self.residents if one.member.id not in here]

    def of(self, person_id: int) -> Resident | None:
        """Return the part of one person in it, the one they have now before one that is over."""
        found = [one for one in self.residents if one.person.id == person_id]
        return max(found, key=lambda one: (one.is_on_it(), one.member.id), default=None)

    def lives_here(self, person_id: int) -> bool:
        """Say whether the tenancy runs and the person is on it."""
        found = self.of(person_id)
        return self.runs and found is not None and found.is_on_it()


def households_of_person(session: Session, person_id: int, *, by: Actor) -> list[Household]:
    """Return the tenancies that a person is or was on and `by` may see, where they live now first, then the latest."""
    theirs = select(TenureMember.tenure_id).where(TenureMember.person_id == person_id)
    found = _households(session, select(Tenure, Asset).where(Tenure.id.in_(theirs)), by)
    return sorted(found, key=lambda one: not one.lives_here(person_id))


def households_of_home(session: Session, asset_id: int, *, by: Actor) -> list[Household]:
    """Return the tenancies of a home that `by` may see, those that run first, then the latest."""
    return _households(session, select(Tenure, Asset).where(Tenure.asset_id == asset_id), by)


def household(session: Session, tenancy: Tenure, *, by: Actor) -> Household:
    """Return one tenancy, which `by` may see, with its home and its people."""
    return _households(session, select(Tenure, Asset).where(Tenure.id == tenancy.id), by)[0]


def living_in(households: Iterable[Household]) -> list[Person]:
    """Return the people who live in these households now and may be seen, each once."""
    found = {one.person.id: one.person for place in households if place.runs for one in place.present if one.is_seen}
    return list(found.values())


def residents_of(session: Session, tenure_ids: Collection[int], *, by: Actor) -> dict[int, list[Resident]]:
    """Return the people of tenancies, those responsible first."""
    found: dict[int, list[Resident]] = {tenure_id: [] for tenure_id in tenure_ids}
    if not tenure_ids:
        return found
    statement = (
        select(TenureMember, Person, visible_entities(by, "person"))
        .join(Person, Person.id == TenureMember.person_id)
        .where(TenureMember.tenure_id.in_(list(tenure_ids)))
        .order_by(TenureMember.is_responsible.desc(), TenureMember.id)
    )
    for member, person, is_seen in session.execute(statement):
        found[member.tenure_id].append(Resident(member, person, bool(is_seen)))
    return found


def _households(session: Session, statement: Any, by: Actor) -> list[Household]:
    rows = session.execute(
        statement.join(Asset, Asset.id == Tenure.asset_id)
        .where(visible_entities(by, "tenancy"))
        .order_by(Tenure.ended_on.is_not(None), Tenure.started_on.desc(), Tenure.id.desc())
    ).all()
    residents = residents_of(session, [tenancy.id for tenancy, _ in rows], by=by)
    return [Household(tenancy, home, residents[tenancy.id]) for tenancy, home in rows]
