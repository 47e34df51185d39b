"""People who are likely the same as one who is about to be added."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz.distance import OSA
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotPossible
from engine.permissions import Actor, visible_entities
from models.people import ContactDetail, Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember

ALIKE = 0.75  # of two names, by the letters that must change: Okafor and Okafur are, Okafor and Baker are not
LAST_DIGITS = 9  # of a telephone number: +44 7700 900184 is 07700 900184
MOST = 20
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is in the record already, with what speaks for their being the same."""

    person: Person
    reasons: list[str]


class Likely(NotPossible):
    """Somebody in the record is likely the same person."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        """Keep who they are."""
        count = len(candidates)
        said = "Somebody in the record is" if count == 1 else f"{count} people in the record are"
        super().__init__(f"{said} likely the same person.", remedy="Use that record, or add this one all the same.")
        self.candidates = list(candidates)
        self.members = {
            "candidates": [
                {
                    "id": one.person.id,
                    "reference": one.person.reference,
                    "name": one.person.full_name,
                    "reasons": one.reasons,
                }
                for one in candidates
            ]
        }


def refuse_likely(session: Session, values: Mapping[str, Any], contacts: Sequence[str] = (), *, by: Actor) -> None:
    """Raise Likely where somebody in the record is likely the person with these values. See `likely`."""
    found = likely(session, values, contacts, by=by)
    if found:
        raise Likely(found)


def likely(session: Session, values: Mapping[str, Any], contacts: Sequence[str] = (), *, by: Actor) -> list[Candidate]:
    """Return who of those whom `by` may see is likely the same, those for whom most speaks first.

    Args:
        session: of the transaction.
        values: of the new person as they are sent; what cannot be read says nothing.
        contacts: telephone numbers, e-mail and postal addresses of theirs.
        by: who adds the person; nobody learns so of one outside their reach.
    """
    name = _name(values.get("first_name"), values.get("surname"))
    found: dict[int, list[str]] = defaultdict(list)
    for person_id in _with_insurance_number(session, str(values.get("national_insurance_number") or "")):
        found[person_id].append("the same National Insurance number")
    for person_id, their_name in _born_on(session, values.get("date_of_birth")):
        if _is_alike(name, their_name):
            found[person_id].append("the same date of birth and a similar name")
    for person_id, value in _reached_by(session, contacts):
        found[person_id].append(f"reached by {value} too")
    for person_id in _called_so_at(session, values, contacts):
        found[person_id].append("the same name at the same address")
    seen = (Person.merged_into_id.is_(None), visible_entities(by, "person"))
    people = session.scalars(select(Person).where(Person.id.in_(found), *seen))
    candidates = [Candidate(person, found[person.id]) for person in people]
    return sorted(candidates, key=lambda one: (-len(one.reasons), one.person.id))[:MOST]


def _with_insurance_number(session: Session, number: str) -> Sequence[int]:
    plain = number.replace(" ", "").upper()
    if not plain:
        return ()
    theirs = func.upper(func.replace(Person.national_insurance_number, " ", ""))
    return session.scalars(select(Person.id).where(theirs == plain).limit(MOST)).all()


def _born_on(session: Session, day: Any) -> list[tuple[int, str]]:
    try:
        on = day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError:
        return []
    rows = session.execute(select(Person.id, Person.first_name, Person.surname).where(Person.date_of_birth == on))
    return [(row.id, _name(row.first_name, row.surname)) for row in rows]


def _reached_by(session: Session, contacts: Sequence[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for value in contacts:
        theirs: Any = ContactDetail.value
        if "@" in value:
            is_it = func.lower(theirs) == value.strip().lower()
        elif len(digits := re.sub(r"\D", "", value)) >= LAST_DIGITS and not _POSTCODE.search(value):
            for mark in " -()":
                theirs = func.replace(theirs, mark, "")
            is_it = (ContactDetail.contact_type == "phone") & theirs.endswith(digits[-LAST_DIGITS:])
        else:
            continue
        rows = session.scalars(
            select(ContactDetail.person_id).where(is_it, ContactDetail.person_id.is_not(None)).distinct().limit(MOST)
        )
        found += [(person_id, value.strip()) for person_id in rows if person_id is not None]
    return found


def _called_so_at(session: Session, values: Mapping[str, Any], contacts: Sequence[str]) -> Sequence[int]:
    postcodes = [found[0].replace(" ", "").upper() for value in contacts if (found := _POSTCODE.search(value))]
    if not postcodes:
        return ()
    statement = (
        select(Person.id)
        .join(TenureMember, TenureMember.person_id == Person.id)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(
            func.lower(Person.surname) == str(values.get("surname") or "").strip().lower(),
            func.lower(Person.first_name) == str(values.get("first_name") or "").strip().lower(),
            func.upper(func.replace(Asset.postcode, " ", "")).in_(postcodes),
        )
    )
    return session.scalars(statement.distinct().limit(MOST)).all()


def _name(first: Any, last: Any) -> str:
    return f"{first or ''} {last or ''}".strip().casefold()


def _is_alike(one: str, other: str) -> bool:
    """Say whether two whole names are similar, in this order or with the surname first."""
    turned = " ".join(reversed(other.split(" ", 1)))
    return max(OSA.normalized_similarity(one, other), OSA.normalized_similarity(one, turned)) >= ALIKE
