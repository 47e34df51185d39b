"""Finds people, homes, tenancies and cases by name, address, postcode, UPRN, reference, telephone number or e-mail."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor, may, visible_cases
from models.case import Case
from models.category import Category
from models.people import Alert, ContactDetail, Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember

MOST_WORDS = 8
LETTABLE = ("property", "unit")
_POSTCODE = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d?[A-Za-z]{0,2}")


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


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, at most `size` of a kind; `has_more` names the kinds of which there is more."""

    cases: list[Any] = field(default_factory=list)
    people: list[FoundPerson] = field(default_factory=list)
    homes: list[FoundHome] = field(default_factory=list)
    has_more: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was found."""
        return not (self.cases or self.people or self.homes)


def find(
    session: Session, text: str, *, by: Actor, size: int = 10, kinds: Collection[str] = ("cases", "people", "homes")
) -> Found:
    """Return what `text` names. Every word must fit; a tenancy is found as its home."""
    words = text.split()[:MOST_WORDS]
    if not words:
        return Found()
    sees_people = may(by, "see people")
    cases = _cases(session, words, by, size + 1) if "cases" in kinds else []
    people = _people(session, text, size + 1) if "people" in kinds and sees_people else []
    homes = _homes(session, text, size + 1) if "homes" in kinds and sees_people else []
    lists = {"cases": cases, "people": people, "homes": homes}
    return Found(
        cases[:size],
        with_homes(session, people[:size]),
        with_residents(session, homes[:size]),
        frozenset(name for name, rows in lists.items() if len(rows) > size),
    )


def with_homes(session: Session, people: list[Person]) -> list[FoundPerson]:
    """Return people with the tenancy that each lives in now; the one that they are responsible for comes first."""
    ids = [person.id for person in people]
    if not ids:
        return []
    rows = session.execute(
        select(TenureMember.person_id, Tenure, Asset)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(TenureMember.person_id.in_(ids), TenureMember.until_on.is_(None), _runs())
        .order_by(TenureMember.is_responsible, Tenure.started_on)  # the last one read wins
    )
    homes = {person_id: (tenure, home) for person_id, tenure, home in rows}
    warned = _warned(session, Alert.person_id, ids)
    at_home = {p.id: homes.get(p.id, (None, None)) for p in people}
    return [FoundPerson(p, at_home[p.id][0], at_home[p.id][1], p.id in warned) for p in people]


def with_residents(session: Session, homes: list[Asset]) -> list[FoundHome]:
    """Return homes with their tenancy now and the people on it."""
    ids = [home.id for home in homes]
    if not ids:
        return []
    tenures = {t.asset_id: t for t in session.scalars(select(Tenure).where(Tenure.asset_id.in_(ids), _runs()))}
    rows = session.execute(
        select(TenureMember.tenure_id, Person)
        .join(Person, Person.id == TenureMember.person_id)
        .where(TenureMember.tenure_id.in_([t.id for t in tenures.values()]), TenureMember.until_on.is_(None))
        .order_by(TenureMember.is_responsible.desc(), TenureMember.id)
    )
    residents: dict[int, list[Person]] = {}
    for tenure_id, person in rows:
        residents.setdefault(tenure_id, []).append(person)
    warned = _warned(session, Alert.asset_id, ids)
    return [
        FoundHome(home, t := tenures.get(home.id), residents.get(t.id, []) if t else [], has_alert=home.id in warned)
        for home in homes
    ]


def _cases(session: Session, words: list[str], by: Actor, most: int) -> list[Any]:
    statement = (
        select(Case.reference, Case.title, Case.status, Case.stage, Case.opened_at, Category.name.label("category"))
        .join(Category, Category.id == Case.category_id)
        .where(visible_cases(by))
    )
    for word in words:
        statement = statement.where(
            or_(Case.reference.icontains(word, autoescape=True), Case.title.icontains(word, autoescape=True))
        )
    return list(session.execute(statement.order_by(Case.status.desc(), Case.id.desc()).limit(most)))


def names_person(text: str) -> ColumnElement[bool]:
    """Return the condition on `Person` for those whom `text` names; every word must fit."""
    words = text.split()[:MOST_WORDS]
    by_name, by_reach = and_(true(), *(_is_called(word) for word in words)), _is_reached_at(words)
    return by_name if by_reach is None else or_(by_name, by_reach)


def names_home(text: str) -> ColumnElement[bool]:
    """Return the condition on `Asset` for the places that `text` names: by address, reference, UPRN or tenancy."""
    words = text.split()[:MOST_WORDS]
    by_address = and_(true(), *(Asset.one_line.icontains(word, autoescape=True) for word in words))
    fits = [by_address, Asset.reference.istartswith(text.strip(), autoescape=True), Asset.uprn == text.strip()]
    if _POSTCODE.fullmatch(text.strip()):
        bare = text.replace(" ", "").upper()
        fits.append(func.replace(func.upper(Asset.postcode), " ", "").startswith(bare, autoescape=True))
    by_tenancy = exists().where(
        Tenure.asset_id == Asset.id, Tenure.reference.istartswith(text.strip(), autoescape=True)
    )
    return or_(*fits, by_tenancy)


def _people(session: Session, text: str, most: int) -> list[Person]:
    statement = select(Person).where(names_person(text))
    return list(session.scalars(statement.order_by(Person.surname, Person.first_name, Person.id).limit(most)))


def _is_called(word: str) -> ColumnElement[bool]:
    bare = word.strip(".,")
    names = (Person.first_name, Person.surname, Person.preferred_name, Person.middle_name)
    return or_(
        *(name.istartswith(bare, autoescape=True) for name in names),
        func.lower(Person.title) == bare.lower(),
        Person.reference.istartswith(bare, autoescape=True),
    )


def _is_reached_at(words: list[str]) -> ColumnElement[bool] | None:
    """Return whether a telephone number or e-mail address fits, when the words look like one."""
    text = "".join(words)
    digits = re.sub(r"\D", "", text)
    of_person = ContactDetail.person_id == Person.id
    if "@" in text:
        return exists().where(of_person, ContactDetail.value.istartswith(text, autoescape=True))
    if len(digits) >= 6 and re.fullmatch(r"[\d+() -]+", text):
        number = func.replace(func.replace(ContactDetail.value, " ", ""), "-", "")
        return exists().where(of_person, ContactDetail.contact_type == "phone", number.contains(digits.lstrip("0")))
    return None


def _homes(session: Session, text: str, most: int) -> list[Asset]:
    statement = select(Asset).where(Asset.asset_type.in_(LETTABLE), names_home(text))
    return list(session.scalars(statement.order_by(Asset.one_line, Asset.id).limit(most)))


def _runs() -> ColumnElement[bool]:
    return or_(Tenure.ended_on.is_(None), Tenure.ended_on >= today())


def _warned(session: Session, column: Any, ids: Collection[int]) -> set[int]:
    in_force = or_(Alert.ended_on.is_(None), Alert.ended_on > today())
    return set(session.scalars(select(column).where(column.in_(list(ids)), in_force)))
