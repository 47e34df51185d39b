"""What each kind of answer is, who may see it, and how filters narrow it: conditions whose values are bound by name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, not_, or_, select
from sqlalchemy.orm import Session

from engine import permissions
from engine.permissions import Actor, Sight, cases_in, documents_in, entities_in, known_by, links_in, may, sight
from models.accounts import RentAccount
from models.base import Base
from models.case import Case, CaseLink, Note
from models.category import Category
from models.document import Document
from models.people import Person
from models.places import Asset
from models.record import RecordNote
from models.tenancies import Tenure, TenureMember

# In the order in which answers of the same worth stand.
KINDS = {
    "person": "People",
    "home": "Homes",
    "organisation": "Organisations",
    "case": "Cases",
    "tenancy": "Tenancies",
    "account": "Rent accounts",
    "document": "Documents",
    "note": "Notes on cases",
    "record_note": "Notes on the record",
}
MODELS: dict[str, type[Base]] = {
    **permissions.ENTITIES,
    "case": Case,
    "document": Document,
    "note": Note,
    "record_note": RecordNote,
}
LETTABLE = ("property", "unit")
_OF_RECORD = "see people"
_SEEN_BY = {"case": "see cases", "note": "see cases", "document": "see documents"}
_OF_CASES = ("case", "document", "note")
_SOMETHING = "something"  # stands in a shape for a value


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers are asked for; "" leaves a question open. A kind that a filter says nothing of is left out."""

    kind: str = ""
    status: str = ""  # open, closed
    category: str = ""
    patch: str = ""
    is_lettable: bool = False  # of homes: no site or block

    def kinds(self, by: Actor) -> list[str]:
        """Return the kinds that can be answered, and that the actor may see at all."""
        kinds = [kind for kind in KINDS if self.kind in ("", kind) and may(by, _SEEN_BY.get(kind, _OF_RECORD))]
        if self.patch:
            kinds = [kind for kind in kinds if kind not in ("organisation", "record_note")]
        if self.category:
            kinds = [kind for kind in kinds if kind in _OF_CASES]
        if self.status:
            kinds = [kind for kind in kinds if kind in (*_OF_CASES, "tenancy", "account")]
        return kinds

    @property
    def shape(self) -> "Wanted":
        """Return it without the values that are bound to a statement: those of one shape have one in common."""
        category, patch = _SOMETHING if self.category else "", _SOMETHING if self.patch else ""
        return replace(self, kind="", category=category, patch=patch)

    def values(self, by: Actor) -> dict[str, Any]:
        """Return the values of the conditions."""
        return {**known_by(by), "category": self.category, "patch": self.patch}


ANYTHING = Wanted()


class Seeing(NamedTuple):
    """How somebody sees cases, and how the record of people and homes."""

    cases: Sight
    record: Sight


def seeing(by: Actor) -> Seeing:
    """Return how somebody sees what can be searched."""
    return Seeing(sight(by), sight(by, _OF_RECORD))


def conditions(kind: str, wanted: Wanted, seen: Seeing) -> Iterator[ColumnElement[bool]]:
    """Yield what holds of the answers of a kind: what may be seen of it so, narrowed by the filters."""
    if kind in ("case", "note"):
        yield cases_in(seen.cases)
    elif kind == "document":
        yield documents_in(seen.cases, seen.record)
        yield Document.ended_at.is_(None)
    elif kind == "record_note":
        yield from _note_conditions(seen.record)
    else:
        yield entities_in(kind, seen.record)
    if kind in _OF_CASES:
        yield from _case_conditions(wanted)
    elif kind == "home":
        yield from _home_conditions(wanted)
    elif kind == "person":
        yield Person.merged_into_id.is_(None)
        if wanted.patch:
            yield Person.id.in_(_living_there())
    elif kind in ("tenancy", "account"):
        yield from _tenancy_conditions(wanted)


def patches(session: Session) -> list[str]:
    """Return the patches in which there are homes, by name."""
    return list(session.scalars(select(Asset.patch).where(Asset.patch != "").distinct().order_by(Asset.patch)))


def joined(kind: str, rows: Select[Any]) -> Select[Any]:
    """Return the statement with the tables that the conditions of a kind ask of."""
    if kind == "document":
        return rows.outerjoin(Case, Case.id == Document.case_id)
    if kind == "note":
        return rows.join(Case, Case.id == Note.case_id)
    if kind == "account":
        return rows.join(Tenure, Tenure.id == RentAccount.tenure_id).join(Asset, Asset.id == Tenure.asset_id)
    return rows.join(Asset, Asset.id == Tenure.asset_id) if kind == "tenancy" else rows


def _case_conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.status:
        yield Case.status == "open" if wanted.status == "open" else Case.status != "open"
    if wanted.category:
        yield Case.category_id == select(Category.id).where(Category.key == bindparam("category")).scalar_subquery()
    if wanted.patch:
        homes = select(Asset.id).where(_is_there())
        tenancies = select(Tenure.id).join(Asset, Asset.id == Tenure.asset_id).where(_is_there())
        there = or_(
            and_(CaseLink.entity_type == "home", CaseLink.entity_id.in_(homes)),
            and_(CaseLink.entity_type == "tenancy", CaseLink.entity_id.in_(tenancies)),
            and_(CaseLink.entity_type == "person", CaseLink.entity_id.in_(_living_there())),
        )
        yield exists().where(CaseLink.case_id == Case.id, there)


def _note_conditions(record: Sight) -> Iterator[ColumnElement[bool]]:
    """Yield what holds of notes on the record that are found: one marked as sensitive is only read where it stands."""
    yield RecordNote.ended_on.is_(None)
    yield RecordNote.is_sensitive.is_(False)
    yield links_in(RecordNote, record)


def _home_conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.patch:
        yield _is_there()
    if wanted.is_lettable:
        yield or_(*(Asset.asset_type == kind for kind in LETTABLE))


def _tenancy_conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    runs = or_(Tenure.ended_on.is_(None), Tenure.ended_on >= bindparam("by_day"))
    if wanted.status:
        yield runs if wanted.status == "open" else not_(runs)
    if wanted.patch:
        yield _is_there()


def _is_there() -> ColumnElement[bool]:
    return Asset.patch == bindparam("patch")


def _living_there() -> Select[Any]:
    return (
        select(TenureMember.person_id)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(_is_there(), TenureMember.until_on.is_(None))
    )
