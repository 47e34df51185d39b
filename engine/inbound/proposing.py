"""Proposes where an item belongs, to one person: cases and records that they may see, the likeliest first, with why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import search
from engine.inbound import contacts
from engine.inbound.reading import has_words, keys_of
from engine.instants import london
from engine.permissions import ENTITIES, Actor, may, visible_cases, visible_entities
from engine.search import Mention
from models.accounts import RentAccount
from models.case import Case, CaseLink
from models.communication import Communication
from models.people import Person
from models.places import Asset
from models.search.keys import key_of
from models.tenancies import Tenure, TenureMember
from models.work import OutboxMessage

MOST = 6
MOST_LINKS = 30
SURE = 60  # from here on the first is chosen already
APART = 20  # by which it must lead
ANSWERED, IN_SUBJECT, IN_TEXT, RECORD, SENDER, HOME, PHONE, NAME, TAKES_PART = 130, 100, 60, 55, 70, 45, 40, 25, 35
Key = tuple[str, int]


@dataclass(slots=True)
class Proposed:
    """A case, or a person, home, tenancy, account or organisation, and why an item could belong there."""

    kind: str
    id: int
    name: str = ""
    reference: str = ""
    detail: str = ""
    weight: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def value(self) -> str:
        """Return how a form names it: person:12."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, the likeliest first; `chosen` are those that are as good as certain."""

    cases: list[Proposed]
    records: list[Proposed]
    chosen: frozenset[str]


def propose(session: Session, row: Any, parts: Sequence[Any], *, find: str = "", by: Actor) -> Proposal:
    """Return where an item could belong; `find` are words by which somebody looks for more."""
    looking = _Looking(session, row, parts, by)
    if may(by, "see cases"):
        looking.at_what_it_answers()
    looking.at_its_keys()
    looking.at_its_sender()
    looking.at_its_homes()
    looking.at_whose_cases()
    looking.at_what_is_asked_for(find)
    return looking.proposal()


class _Looking:
    """One item, looked at for one person."""

    def __init__(self, session: Session, row: Any, parts: Sequence[Any], by: Actor) -> None:
        self.session, self.row, self.by = session, row, by
        self.text = "\n".join([row.text, *(part.text for part in parts if part.text)])
        self.found: dict[Key, Proposed] = {}
        self._named = search.mentioned(session, self._keys(), by=by)

    def at_what_it_answers(self) -> None:
        """Look at the message of ours that it answers."""
        key = self.row.details.get("answers")
        if not key:
            return
        columns = (OutboxMessage.case_id, OutboxMessage.sent_at, Communication.subject, Communication.person_id)
        sent = select(*columns).outerjoin(Communication, Communication.key == OutboxMessage.key)
        row = self.session.execute(sent.where(OutboxMessage.key == key)).first()
        if row is None:
            return
        subject = f" “{row.subject}”" if row.subject else ""
        why = f"It answers our message{subject}{_on(row.sent_at)}"
        if row.case_id is not None:
            self._add("case", row.case_id, ANSWERED, why)
        if row.person_id is not None:
            self._add("person", row.person_id, ANSWERED, why)

    def at_its_keys(self) -> None:
        """Look at the references, addresses and numbers that it names."""
        in_subject = set(keys_of(self.row.subject))
        for one in self._named:
            if one.word == "Postcode":
                continue  # of many homes: see `at_its_homes`
            where = "The subject names" if one.key in in_subject else "It names"
            if one.kind == "case":
                self._add("case", one.id, IN_SUBJECT if one.key in in_subject else IN_TEXT, f"{where} {one.value}")
            elif one.word == "Reached at":
                self._at_reach(one)
            elif one.word != "Tenancy":  # which is found as such
                self._add(one.kind, one.id, RECORD, f"{where} {one.word.lower()} {one.value}")

    def at_its_sender(self) -> None:
        """Look at the name that the sender goes by."""
        name = self.row.sender_name
        if not name or "@" in name or not may(self.by, "see people"):
            return
        people, _ = search.people(self.session, name, by=self.by, size=4)
        for one in people:
            if has_words(name, one.person.surname) and has_words(name, one.person.first_name):
                self._add("person", one.person.id, NAME, f"The sender is called {name}")

    def at_its_homes(self) -> None:
        """Look at the homes whose postcode and address it names, and at who lives there."""
        ids = [one.id for one in self._named if one.word == "Postcode" and one.kind == "home"]
        homes = self.session.scalars(select(Asset).where(Asset.id.in_(ids), visible_entities(self.by, "home")))
        named = [home for home in homes if home.address_lines and has_words(self.text, str(home.address_lines[0]))]
        for home in named:
            self._add("home", home.id, HOME, f"It names {home.one_line}")
        for where, tenure, person in self._residents([home.id for home in named]):
            called = has_words(f"{self.text}\n{self.row.sender_name}", person.surname)
            if called:
                self._add("person", person.id, HOME, f"It names {person.surname}, who lives at {where}")
                self._add("tenancy", tenure, NAME, f"{person.full_name} lives there")

    def at_whose_cases(self) -> None:
        """Look at the open cases of whom and what was found, and at the people of the cases."""
        self._forget_hidden_cases()
        about = {key: one for key, one in self.found.items() if key[0] != "case"}
        for case in [one for key, one in self.found.items() if key[0] == "case" and one.weight >= SURE]:
            for person_id in contacts.people_of(self.session, case.id)[:MOST]:
                self._add("person", person_id, TAKES_PART, "Takes part in the case")
        if not about or not may(self.by, "see cases"):
            return
        self._named_now(about.values())
        for link in self._open_cases(about):
            one = about[link.entity_type, link.entity_id]
            is_found = ("case", link.case_id) in self.found
            why = f"{one.name} {'takes part in it' if is_found else 'has this open case'}"
            self._add("case", link.case_id, TAKES_PART if one.weight >= SENDER else one.weight // 3, why)

    def at_what_is_asked_for(self, find: str) -> None:
        """Look for what somebody types."""
        if not find.strip():
            return
        hits = search.find(self.session, find, by=self.by, size=MOST)
        why = f"Found by “{find.strip()[:60]}”"
        for hit in (hit for group in hits.groups for hit in group.hits):
            if hit.kind == "case" or hit.kind in ENTITIES:
                self._add(hit.kind, hit.id, SURE - 1, why)

    def proposal(self) -> Proposal:
        """Return what was found, that which may be seen of it, with names."""
        seen = self._seen()
        self._named_now(seen)
        ordered = sorted((one for one in seen if one.name), key=lambda one: (-one.weight, one.kind, -one.id))
        cases = [one for one in ordered if one.kind == "case"][:MOST]
        records = [one for one in ordered if one.kind != "case"][:MOST]
        chosen = {one.value for some in (cases, records) for one in some[:1] if _leads(some)}
        return Proposal(cases, records, frozenset(chosen))

    def _keys(self) -> list[str]:
        reply_to = self.row.details.get("reply_to", [])
        return [*keys_of(self.row.subject), self.row.sender, *reply_to, *keys_of(self.text)]

    def _at_reach(self, one: Mention) -> None:
        sender = key_of(self.row.sender)
        if one.key == sender:
            self._add(one.kind, one.id, SENDER, f"It came from {self.row.sender}")
        elif "@" in one.key:
            self._add(one.kind, one.id, PHONE, f"It names {one.value}")
        else:
            self._add(one.kind, one.id, PHONE, f"It names the number {one.value}")

    def _open_cases(self, about: Iterable[Key]) -> Sequence[Any]:
        its = ((CaseLink.entity_type == kind) & (CaseLink.entity_id == number) for kind, number in about)
        return self.session.execute(
            select(CaseLink.case_id, CaseLink.entity_type, CaseLink.entity_id)
            .join(Case, Case.id == CaseLink.case_id)
            .where(or_(*its), CaseLink.until_on.is_(None), Case.status == "open", visible_cases(self.by))
            .order_by(Case.id.desc())
            .limit(MOST_LINKS)
        ).all()

    def _forget_hidden_cases(self) -> None:
        ids = [number for kind, number in self.found if kind == "case"]
        seen = set(self.session.scalars(select(Case.id).where(Case.id.in_(ids), visible_cases(self.by))))
        self.found = {key: one for key, one in self.found.items() if key[0] != "case" or key[1] in seen}

    def _residents(self, homes: Sequence[int]) -> Iterable[tuple[str, int, Person]]:
        if not homes:
            return []
        lives = (TenureMember.until_on.is_(None), Tenure.ended_on.is_(None), Tenure.asset_id.in_(homes))
        rows = self.session.execute(
            select(Asset.one_line, Tenure.id, Person)
            .join(Tenure, Tenure.asset_id == Asset.id)
            .join(TenureMember, TenureMember.tenure_id == Tenure.id)
            .join(Person, Person.id == TenureMember.person_id)
            .where(*lives, visible_entities(self.by, "person"), visible_entities(self.by, "tenancy"))
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def _add(self, kind: str, number: int, weight: int, why: str) -> None:
        one = self.found.setdefault((kind, number), Proposed(kind, number))
        if why not in one.reasons:
            one.weight += weight
            one.reasons.append(why)

    def _seen(self) -> list[Proposed]:
        """Return of what was found that which may be seen: a case that answers to a number is no proof of that."""
        seen = []
        for kind in ("case", *ENTITIES):
            ids = [number for found, number in self.found if found == kind]
            if not ids or not may(self.by, "see cases" if kind == "case" else "see people"):
                continue
            model: Any = Case if kind == "case" else ENTITIES[kind]
            may_be = visible_cases(self.by) if kind == "case" else visible_entities(self.by, kind)
            allowed = self.session.scalars(select(model.id).where(model.id.in_(ids), may_be))
            seen += [self.found[kind, number] for number in allowed]
        return seen

    def _named_now(self, those: Iterable[Proposed]) -> None:
        """Give names to those that have none yet."""
        wanted: dict[str, dict[int, Proposed]] = {}
        for one in those:
            if not one.name:
                wanted.setdefault(one.kind, {})[one.id] = one
        for kind, ones in wanted.items():
            for number, name, reference, detail in _names(self.session, kind, list(ones)):
                ones[number].name, ones[number].reference, ones[number].detail = name, reference, detail


def _names(session: Session, kind: str, ids: Sequence[int]) -> Iterable[tuple[int, str, str, str]]:
    """Return what a page calls each: id, name, reference, and what tells it from others."""
    if kind == "case":
        states = {"open": "", "closed": "Closed", "cancelled": "Cancelled"}
        for case in session.scalars(select(Case).where(Case.id.in_(ids))):
            yield case.id, case.title or case.reference, case.reference, case.stage or states[case.status]
    elif kind == "tenancy":
        rows = select(Tenure, Asset.one_line).join(Asset, Asset.id == Tenure.asset_id).where(Tenure.id.in_(ids))
        for tenancy, home in session.execute(rows):
            yield tenancy.id, home or tenancy.reference, tenancy.reference, "Tenancy"
    elif kind == "account":
        of_home = select(RentAccount, Asset.one_line).join(Tenure, Tenure.id == RentAccount.tenure_id)
        of_home = of_home.join(Asset, Asset.id == Tenure.asset_id).where(RentAccount.id.in_(ids))
        for account, home in session.execute(of_home):
            yield account.id, home or account.reference, account.reference, "Rent account"
    else:
        model_of: Any = ENTITIES[kind]
        for row in session.scalars(select(model_of).where(model_of.id.in_(ids))):
            said = {"person": "full_name", "home": "one_line", "organisation": "name"}[kind]
            yield row.id, getattr(row, said) or row.reference, row.reference, kind.capitalize()


def _leads(some: Sequence[Proposed]) -> bool:
    second = some[1].weight if len(some) > 1 else 0
    return some[0].weight >= SURE and some[0].weight - second >= APART


def _on(sent_at: datetime | None) -> str:
    if sent_at is None:
        return ""
    here = london(sent_at)
    return f" of {here.day} {here:%B %Y}"
