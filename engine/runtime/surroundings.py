"""What surrounds a case, as expressions and letters know it: case, person, home, tenancy, officer, clocks and so on.

Every value is plain data (no model object), so that neither FEEL nor a letter can reach anything else. Each is read
from the database only when it is asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions.category import Definition
from engine.instants import london, now, today
from engine.permissions import PLATFORM, Actor
from engine.record import fields
from engine.record.accounts import balance, weekly_charges
from engine.record.addressing import addressed, as_address, lines_of
from engine.runtime.deadlines import Deadlines, as_value
from engine.runtime.header import CaseRow
from models.accounts import RentAccount
from models.case import CaseLink
from models.people import Organisation, Person
from models.places import Asset
from models.staff import User
from models.tenancies import Tenure, TenureMember


class Surrounded(Protocol):
    """A case in reach of the database: a step on it, or somebody reading it."""

    session: Session
    case: CaseRow
    actor: Actor
    deadlines: Deadlines

    @property
    def definition(self) -> Definition: ...


class LaterRead(Mapping[str, Any]):
    """A context that is read from the database when somebody asks for an entry."""

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        return self._read()

    def __getitem__(self, name: str) -> Any:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Surroundings:
    """The reserved names of one case during one step."""

    def __init__(self, case: Surrounded) -> None:
        self._step = case
        self._known: dict[str, Any] = {}
        self._links: dict[str, int] | None = None
        self.fields_seen_by = PLATFORM  # the case itself reads the fields of every level of sensitivity

    def get(self, name: str) -> Any:
        """Return what `name` stands for; none when the case has no such thing."""
        if name not in self._known:
            read = _READERS.get(name)
            self._known[name] = read(self) if read is not None else None
        return self._known[name]

    def all(self) -> dict[str, Any]:
        """Return every name: what a letter is merged with."""
        return {name: _read_now(self.get(name)) for name in _READERS}

    def forget(self) -> None:
        """Read again what was read, when it is asked for next: the record was changed."""
        self._known.clear()

    def link(self, entity_type: str) -> int | None:
        """Return the first entity of a type that the case is linked to."""
        if self._links is None:
            rows = self._step.session.execute(
                select(CaseLink.entity_type, CaseLink.entity_id)
                .where(CaseLink.case_id == self._step.case.id, CaseLink.until_on.is_(None))
                .order_by(CaseLink.id.desc())
            ).all()
            self._links = {row.entity_type: row.entity_id for row in rows}
        return self._links.get(entity_type)

    def entity_id(self, name: str) -> int | None:
        """Return the id of the person, home, tenancy or account that `name` stands for here."""
        if name == "home" and self.link("home") is None:
            tenure = self._tenure()
            return tenure.asset_id if tenure is not None else None
        if name == "tenancy" and self.link("tenancy") is None:
            tenure = self._tenure()
            return tenure.id if tenure is not None else None
        return self.link(name)

    def _fields(self, entity_type: str, row: Any) -> Mapping[str, Any]:
        return LaterRead(lambda: fields.of_entity(self._step.session, entity_type, row.id, by=self.fields_seen_by))

    def _case(self) -> dict[str, Any]:
        case, definition = self._step.case, self._step.definition
        owner = self._step.session.get(User, case.owner_id) if case.owner_id else None
        return {
            "reference": case.reference,
            "category": definition.settings.key,
            "category_name": definition.settings.name,
            "status": case.status,
            "stage": case.stage,
            "title": case.title,
            "opened_on": london(case.opened_at).date(),
            "owner": {"name": owner.name, "email": owner.email} if owner else None,
        }

    def _person(self) -> dict[str, Any] | None:
        person = self._entity(Person, "person")
        if person is None:
            return None
        contact = _contact(person)
        lines = lines_of(contact.get("address", ""))
        return {
            "reference": person.reference,
            "title": person.title,
            "first_name": person.first_name,
            "surname": person.surname,
            "full_name": person.full_name,
            "salutation": person.salutation,
            "date_of_birth": person.date_of_birth,
            "email": contact.get("email"),
            "phone": contact.get("phone"),
            "language": person.language,
            "communication_needs": person.communication_needs,
            "fields": self._fields("person", person),
            "address": as_address(lines[:-1], lines[-1]) if lines else (self.get("home") or {}).get("address"),
        }

    def _recipient(self) -> dict[str, Any] | None:
        """Return whom a letter goes to that names nobody else: the person of the case, else the organisation."""
        person = self._entity(Person, "person")
        if person is not None:
            contact, home = _contact(person), (self.get("home") or {}).get("address")
            lines = lines_of(contact.get("address", "")) or ([*home["lines"], home["postcode"]] if home else [])
            return addressed(
                person.full_name,
                person.salutation,
                lines,
                email=contact.get("email"),
                phone=contact.get("phone"),
                language=person.language,
                communication_needs=person.communication_needs,
            )
        house = self._entity(Organisation, "organisation")
        if house is None:
            return None
        lines = [*map(str, house.address_lines), house.postcode] if house.address_lines else []
        return addressed(house.name, "Sir or Madam", lines, email=house.email or None, phone=house.phone or None)

    def _home(self) -> dict[str, Any] | None:
        home = self._entity(Asset, "home")
        if home is None and (tenure := self._tenure()) is not None:
            home = tenure.asset
        if home is None:
            return None
        return {
            "reference": home.reference,
            "uprn": home.uprn,
            "address": as_address([str(line) for line in home.address_lines], home.postcode),
            "bedrooms": home.bedrooms,
            "patch": home.patch,
            "fields": self._fields("home", home),
        }

    def _tenancy(self) -> dict[str, Any] | None:
        tenure = self._tenure()
        if tenure is None:
            return None
        return {
            "reference": tenure.reference,
            "type": tenure.tenure_type,
            "type_name": tenure.tenure_type_name,
            "started_on": tenure.started_on,
            "ended_on": tenure.ended_on,
            "fields": self._fields("tenancy", tenure),
            "members": [_member(one) for one in tenure.members if one.until_on is None],
        }

    def _account(self) -> dict[str, Any] | None:
        account = self._entity(RentAccount, "account")
        if account is None and (tenure := self._tenure()) is not None:
            account = self._step.session.scalar(select(RentAccount).where(RentAccount.tenure_id == tenure.id))
        if account is None:
            return None
        session, weekly = self._step.session, weekly_charges(self._step.session, [account.id])[account.id]
        return {
            "reference": account.reference,
            "fields": self._fields("account", account),
            "weekly_rent": weekly.rent,
            "weekly_charges": weekly.other,
            "balance": balance(session, account.id),
        }

    def _tenure(self) -> Tenure | None:
        tenure: Tenure | None = self._entity(Tenure, "tenancy")
        person_id = self.link("person")
        if tenure is None and person_id is not None:
            tenure = self._step.session.scalar(
                select(Tenure)
                .join(TenureMember, TenureMember.tenure_id == Tenure.id)
                .where(TenureMember.person_id == person_id, TenureMember.is_responsible, Tenure.ended_on.is_(None))
                .order_by(Tenure.started_on.desc())
                .limit(1)
            )
        return tenure

    def _entity(self, model: Any, entity_type: str) -> Any:
        entity_id = self.link(entity_type)
        return self._step.session.get(model, entity_id) if entity_id is not None else None

    def _subject(self) -> Any:
        self.link("case")  # fills the links
        return next((self.get(name) for name in self._links or {} if name in _READERS), None)

    @property
    def officer_id(self) -> int | None:
        """Return the number of the officer who writes: the actor, or of what nobody does the owner of the case."""
        actor = self._step.actor
        return self._step.case.owner_id if actor.is_platform else actor.user_id

    def _officer(self) -> dict[str, Any]:
        actor, officer_id = self._step.actor, self.officer_id
        if actor.is_platform and officer_id:
            owner = self._step.session.get(User, officer_id)
            if owner is not None:
                return _officer(owner.name, owner.job_title, owner.email, owner.phone, "")
        return _officer(actor.name, actor.job_title, actor.email, actor.phone, next(iter(actor.team_names), ""))

    def _organisation(self) -> dict[str, Any] | None:
        found = self._step.session.scalar(select(Organisation).where(Organisation.kind == "landlord").limit(1))
        if found is None:
            return None
        return {
            "name": found.name,
            "fields": self._fields("organisation", found),
            "address": as_address([str(line) for line in found.address_lines], found.postcode),
            "phone": found.phone,
            "email": found.email,
            "website": found.website,
            "registered_number": found.registered_number,
            "complaints_email": found.complaints_email,
        }

    def _clocks(self) -> dict[str, Any]:
        """Return the clocks by their rules; of several of one rule the one that goes on, else the latest."""
        rows = sorted(self._step.deadlines.rows.values(), key=lambda row: row.goes_on)
        return {row.rule_id.replace(".", "_"): as_value(row) for row in rows}


def _read_now(value: Any) -> Any:
    """Return a value as plain data: a letter is merged by another process."""
    if not isinstance(value, dict):
        return value
    return {name: dict(part) if isinstance(part, LaterRead) else part for name, part in value.items()}


def _officer(name: str, job_title: str, email: str, phone: str, team: str) -> dict[str, Any]:
    return {"name": name, "job_title": job_title, "email": email, "phone": phone, "team": team}


def _member(member: TenureMember) -> dict[str, Any]:
    return {"name": member.person.full_name, "role": member.role, "age": _age(member.person.date_of_birth)}


def _age(born: date | None) -> int | None:
    """Return how many birthdays somebody has had."""
    day = today()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born is not None else None


def _contact(person: Person) -> dict[str, str]:
    """Return how a person may be reached safely, by type: in the way that they prefer, else in the first one kept."""
    safe = [one for one in person.contact_details if one.is_safe and (one.valid_until or today()) >= today()]
    best_first = sorted(safe, key=lambda one: not one.is_preferred)
    return {one.contact_type: one.value for one in reversed(best_first)}


_READERS: dict[str, Callable[[Surroundings], Any]] = {
    "case": Surroundings._case,
    "person": Surroundings._person,
    "home": Surroundings._home,
    "tenancy": Surroundings._tenancy,
    "account": Surroundings._account,
    "subject": Surroundings._subject,
    "officer": Surroundings._officer,
    "organisation": Surroundings._organisation,
    "recipient": Surroundings._recipient,
    "clocks": Surroundings._clocks,
    "today": lambda _: today(),
    "now": lambda _: london(now()),
}
