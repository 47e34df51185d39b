"""Who a communication goes to: people and organisations of a case, each with all that is needed to address them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.case_subjects import alerts_of, contacts_of
from engine.communications.words import EMAIL, LETTER, SMS
from engine.errors import StepFailed
from engine.instants import today
from engine.record.addressing import addressed, as_address, needs_large_print
from engine.record.consents import consents_of
from models.case import CaseLink
from models.people import Organisation, Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember

SUBJECT, TENANTS, EVERYBODY = "subject", "tenants", "everybody"
EMAIL_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
TELEPHONE = re.compile(r"\+?[0-9][0-9 ()-]{8,18}")
MOBILE = re.compile(r"(\+44|0044|0)7[0-9]{9}")
TYPES = {LETTER: "address", EMAIL: "email", SMS: "phone"}


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach somebody on a channel: an e-mail address, a number, or the lines of an address."""

    channel: str
    value: str
    lines: tuple[str, ...] = ()
    is_safe: bool = True
    is_preferred: bool = False
    is_home: bool = False  # the address of the home itself: nobody said that it is safe to write there
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person or an organisation, as a letter addresses them. `key` tells one from another and does not change."""

    key: str  # person:7, organisation:3, address:…
    name: str
    salutation: str = ""
    person_id: int | None = None
    organisation_id: int | None = None
    roles: tuple[str, ...] = ()
    language: str = "English"
    communication_needs: str = ""
    contact_hours: str = ""
    no_letters: bool = False
    date_of_death: date | None = None
    has_ended: bool = False
    alerts: tuple[tuple[str, str], ...] = ()  # code and text of those in force
    consents: frozenset[str] = frozenset()  # topics that the person wants to hear of
    ways: tuple[Way, ...] = field(default=())  # the best of each channel first

    @property
    def needs_large_print(self) -> bool:
        """Say whether what is written to them must be in large print."""
        return needs_large_print(self.communication_needs)

    def way(self, channel: str) -> Way | None:
        """Return the best way to reach them on a channel; a safe one before any other."""
        return next((way for way in self.ways if way.channel == channel), None)

    def context(self, way: Way | None) -> dict[str, Any]:
        """Return what a template knows of them as `recipient`, for what goes out on `way`."""
        found = addressed(
            self.name,
            self.salutation,
            way.lines if way is not None and way.lines else self._letter_lines(),
            email=way.value if way is not None and way.channel == EMAIL else None,
            phone=way.value if way is not None and way.channel == SMS else None,
            language=self.language,
            communication_needs=self.communication_needs,
            roles=self.roles,
        )
        # Whoever has no address is stopped for that, and not for a field that a template lacks.
        return found | {"address": found["address"] or as_address((), "")}

    def _letter_lines(self) -> tuple[str, ...]:
        found = self.way(LETTER)
        return found.lines if found is not None else ()


def chosen(session: Session, links: Sequence[tuple[str, int, str]], words: str) -> list[Recipient]:
    """Return whom `words` name of a case with these links (type, id, role), each once, in the order that they say.

    `words`, with commas between: "subject" (whom the case is about), "tenants" (each tenant and joint tenant
    separately), "everybody" (all people and organisations linked), a role ("complainant"), an e-mail address or a
    telephone number.

    Raises:
        StepFailed: they name nobody.
    """
    found: dict[str, Recipient] = {}
    for word in filter(None, (part.strip() for part in words.split(","))):
        meant = named(session, links, word)
        if not meant:
            roles = sorted({role for kind, _, role in links if role and kind in ("person", "organisation")})
            raise StepFailed(
                f"“{word}” is nobody on this case.",
                remedy=f"Write subject, tenants, everybody, an e-mail address or a role; the case has: "
                f"{', '.join(roles) or 'nobody with a role'}.",
            )
        found |= {one.key: one for one in meant if one.key not in found}
    return list(found.values())


def people(session: Session, person_ids: Iterable[int], *, roles: Iterable[tuple[int, str]] = ()) -> list[Recipient]:
    """Return people as recipients, in this order; one whose record was merged into another goes by that."""
    held: dict[int, list[str]] = {}
    for person_id, role in roles:
        held.setdefault(person_id, []).append(role)
    rows = [_standing(session, person_id) for person_id in person_ids]
    ids = list(dict.fromkeys(row.id for row in rows))
    contacts, homes = contacts_of(session, ids), _homes(session, ids)
    alerts, consents = alerts_of(session, ids, []), consents_of(session, ids)
    return [
        _recipient(
            row,
            contacts.get(row.id, []),
            homes.get(row.id),
            roles=tuple(dict.fromkeys(held.get(row.id, ()))),
            alerts=tuple((alert.code, alert.text) for alert in alerts if alert.person_id == row.id),
            consents=consents.get(row.id, frozenset()),
        )
        for row in {row.id: row for row in rows}.values()
    ]


def links_of(session: Session, case_id: int) -> list[tuple[str, int, str]]:
    """Return what a case is linked to today: (type, id, role), the oldest link first."""
    rows = session.execute(
        select(CaseLink.entity_type, CaseLink.entity_id, CaseLink.role)
        .where(CaseLink.case_id == case_id, CaseLink.until_on.is_(None))
        .order_by(CaseLink.id)
    )
    return [(row.entity_type, row.entity_id, row.role) for row in rows]


def of_links(session: Session, links: Sequence[tuple[str, int, str]]) -> list[Recipient]:
    """Return everybody whom a case with these links may write to: those linked, their household, organisations."""
    roles = [(entity_id, role) for kind, entity_id, role in links if kind == "person"]
    ids = [person_id for person_id, _ in roles]
    found = people(session, dict.fromkeys([*ids, *_tenants(session, links, everybody=True)]), roles=roles)
    houses = {entity_id: role for kind, entity_id, role in links if kind == "organisation"}
    return [*found, *(house(session, number, (role,) if role else ()) for number, role in houses.items())]


def one_line(lines: Iterable[str]) -> str:
    """Return an address as one line."""
    return ", ".join(lines)


def named(session: Session, links: Sequence[tuple[str, int, str]], word: str) -> list[Recipient]:
    """Return whom one word names of a case with these links; nobody where it names none."""
    if EMAIL_ADDRESS.fullmatch(word):
        return [_known(session, links, EMAIL, word) or _stranger(EMAIL, word)]
    if TELEPHONE.fullmatch(word):
        return [_known(session, links, SMS, word) or _stranger(SMS, word)]
    roles = [(entity_id, role) for kind, entity_id, role in links if kind == "person"]
    if word == TENANTS:
        return people(session, _tenants(session, links), roles=roles)
    if word == SUBJECT:
        ids = [entity_id for kind, entity_id, _ in links if kind == "person"][:1] or _tenants(session, links)[:1]
        houses = [entity_id for kind, entity_id, _ in links if kind == "organisation"] if not ids else []
        return people(session, ids, roles=roles) or [house(session, number, ()) for number in houses[:1]]
    is_meant = (lambda role: True) if word == EVERYBODY else (lambda role: role.casefold() == word.casefold())
    ids = [entity_id for kind, entity_id, role in links if kind == "person" and is_meant(role)]
    houses = [entity_id for kind, entity_id, role in links if kind == "organisation" and is_meant(role)]
    return [*people(session, ids, roles=roles), *(house(session, number, (word,)) for number in houses)]


def _known(session: Session, links: Sequence[tuple[str, int, str]], channel: str, value: str) -> Recipient | None:
    """Return whose address this is among the people of the case: what is unsafe for them is unsafe in a field too."""
    ids = [entity_id for kind, entity_id, _ in links if kind == "person"]
    for one in people(session, dict.fromkeys([*ids, *_tenants(session, links)])):
        ways = [way for way in one.ways if way.channel == channel and same(way.value, value)]
        if ways:
            return replace(one, ways=(*ways, *(way for way in one.ways if way.channel != channel)))
    return None


def same(one: str, other: str) -> bool:
    """Say whether two addresses or numbers are one."""
    return re.sub(r"[\s()-]", "", one).casefold() == re.sub(r"[\s()-]", "", other).casefold()


def _stranger(channel: str, value: str) -> Recipient:
    return Recipient(f"address:{value.casefold()}", value, ways=(Way(channel, value),))


def _tenants(session: Session, links: Sequence[tuple[str, int, str]], *, everybody: bool = False) -> list[int]:
    """Return the members of the tenancy that the case is about: its own, else its person's or home's.

    Only those who are responsible for it, unless `everybody`.
    """
    wanted = select(TenureMember.person_id).where(TenureMember.until_on.is_(None))
    wanted = wanted if everybody else wanted.where(TenureMember.is_responsible)
    ids = {kind: entity_id for kind, entity_id, _ in reversed(links)}
    if "tenancy" in ids:
        wanted = wanted.where(TenureMember.tenure_id == ids["tenancy"])
    elif "person" in ids:
        theirs = (
            select(TenureMember.tenure_id)
            .join(Tenure, Tenure.id == TenureMember.tenure_id)
            .where(TenureMember.person_id == ids["person"], TenureMember.until_on.is_(None), Tenure.ended_on.is_(None))
            .order_by(TenureMember.is_responsible.desc(), Tenure.started_on.desc())
            .limit(1)
        )
        wanted = wanted.where(TenureMember.tenure_id.in_(theirs))
    elif "home" in ids:
        wanted = wanted.join(Tenure, Tenure.id == TenureMember.tenure_id)
        wanted = wanted.where(Tenure.asset_id == ids["home"], Tenure.ended_on.is_(None))
    else:
        return []
    return list(session.scalars(wanted.order_by(TenureMember.id)))


def _homes(session: Session, person_ids: Sequence[int]) -> dict[int, Asset]:
    """Return the home that each of these people lives in; that of the latest tenancy where there are several."""
    rows = session.execute(
        select(TenureMember.person_id, Asset)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(TenureMember.person_id.in_(person_ids), TenureMember.until_on.is_(None), Tenure.ended_on.is_(None))
        .order_by(Tenure.started_on, Tenure.id)
    )
    return {row.person_id: row.Asset for row in rows}


def _standing(session: Session, person_id: int) -> Person:
    row = session.get_one(Person, person_id)
    while row.merged_into_id is not None:
        row = session.get_one(Person, row.merged_into_id)
    return row


def _recipient(row: Person, contacts: Sequence[Any], home: Asset | None, **more: Any) -> Recipient:
    ways = [way for contact in contacts if (way := _way(contact)) is not None]
    if home is not None:
        lines = (*(str(line) for line in home.address_lines), home.postcode)
        if not any(way.channel == LETTER and same(way.value, one_line(lines)) for way in ways):
            ways.append(Way(LETTER, one_line(lines), lines, is_home=True))
    ways.sort(key=lambda way: (not way.is_safe, not way.is_preferred))
    return Recipient(
        f"person:{row.id}",
        row.full_name,
        row.salutation,
        row.id,
        language=row.language,
        communication_needs=row.communication_needs,
        contact_hours=row.contact_hours,
        no_letters=row.no_letters,
        date_of_death=row.date_of_death,
        has_ended=row.ended_on is not None and row.ended_on <= today(),
        ways=tuple(ways),
        **more,
    )


def _way(contact: Any) -> Way | None:
    channel = next((channel for channel, kind in TYPES.items() if kind == contact.contact_type), None)
    if channel is None or (channel == SMS and not is_mobile(contact.value)):
        return None
    lines = (
        tuple(line.strip() for line in re.split(r"[\n,]", contact.value) if line.strip()) if channel == LETTER else ()
    )
    value = one_line(lines) if lines else contact.value.strip()
    return Way(channel, value, lines, contact.is_safe, contact.is_preferred, note=contact.note)


def is_mobile(number: str) -> bool:
    """Say whether a telephone number can take text messages: a British mobile, or any number of another country."""
    plain = re.sub(r"[\s()-]", "", number)
    return MOBILE.fullmatch(plain) is not None or (plain.startswith("+") and not plain.startswith("+44"))


def house(session: Session, organisation_id: int, roles: tuple[str, ...] = ()) -> Recipient:
    """Return an organisation as a recipient."""
    row = session.get_one(Organisation, organisation_id)
    lines = (*(str(line) for line in row.address_lines), row.postcode) if row.address_lines else ()
    ways = [Way(LETTER, one_line(lines), lines)] if lines else []
    ways += [Way(EMAIL, row.email)] if row.email else []
    ended = row.ended_on is not None and row.ended_on <= today()
    return Recipient(
        f"organisation:{row.id}", row.name, "Sir or Madam", organisation_id=row.id, roles=roles, has_ended=ended,
        ways=tuple(ways),
    )  # fmt: skip
