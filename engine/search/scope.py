"""What each kind of answer is looked up in, who may see it, and how filters narrow it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from engine.instants import today
from engine.permissions import Actor, may, visible_cases, visible_documents
from models.accounts import RentAccount
from models.base import Base
from models.case import Case, CaseLink, Note
from models.category import Category
from models.document import Document
from models.people import Person
from models.places import Asset
from models.tenancies import Tenure, TenureMember

# In the order in which answers of the same worth stand.
KINDS = {
    "person": "People",
    "home": "Homes",
    "case": "Cases",
    "tenancy": "Tenancies",
    "account": "Rent accounts",
    "document": "Documents",
    "note": "Notes",
}
MODELS: dict[str, type[Base]] = {
    "person": Person,
    "home": Asset,
    "case": Case,
    "tenancy": Tenure,
    "account": RentAccount,
    "document": Document,
    "note": Note,
}
_SEEN_BY = {"case": "see cases", "note": "see cases", "document": "see documents"}
_OF_CASES = ("case", "document", "note")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers are asked for; "" leaves a question open. A kind that a filter says nothing of is left out."""

    kind: str = ""
    status: str = ""  # open, closed
    category: str = ""
    patch: str = ""
    asset_types: tuple[str, ...] = ()

    def kinds(self, by: Actor) -> list[str]:
        """Return the kinds that can be answered, and that the actor may see at all."""
        kinds = [kind for kind in KINDS if self.kind in ("", kind) and may(by, _SEEN_BY.get(kind, "see people"))]
        if self.category:
            kinds = [kind for kind in kinds if kind in _OF_CASES]
        if self.status:
            kinds = [kind for kind in kinds if kind in (*_OF_CASES, "tenancy", "account")]
        return kinds


ANYTHING = Wanted()


def conditions(kind: str, wanted: Wanted, by: Actor) -> Iterator[ColumnElement[bool]]:
    """Yield what holds of the answers of a kind: what the actor may see of it, narrowed by the filters.

    Whoever works for another organisation sees of the record what the cases that they see are about.
    """
    if by.organisation_id is not None and kind not in _OF_CASES:
        row: Any = MODELS[kind]
        about = select(CaseLink.entity_id).join(Case, Case.id == CaseLink.case_id)
        yield row.id.in_(about.where(CaseLink.entity_type == kind, visible_cases(by)))
    if kind in ("case", "note"):
        yield visible_cases(by)
    elif kind == "document":
        yield visible_documents(by)
    if kind in _OF_CASES:
        yield from _case_conditions(wanted)
    elif kind == "home":
        yield from _home_conditions(wanted)
    elif wanted.patch and kind == "person":
        yield Person.id.in_(_living_in(wanted.patch))
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
        yield Case.category_id == select(Category.id).where(Category.key == wanted.category).scalar_subquery()
    if wanted.patch:
        homes = select(Asset.id).where(Asset.patch == wanted.patch)
        tenancies = select(Tenure.id).join(Asset, Asset.id == Tenure.asset_id).where(Asset.patch == wanted.patch)
        there = or_(
            and_(CaseLink.entity_type == "home", CaseLink.entity_id.in_(homes)),
            and_(CaseLink.entity_type == "tenancy", CaseLink.entity_id.in_(tenancies)),
            and_(CaseLink.entity_type == "person", CaseLink.entity_id.in_(_living_in(wanted.patch))),
        )
        yield exists().where(CaseLink.case_id == Case.id, there)


def _home_conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.patch:
        yield Asset.patch == wanted.patch
    if wanted.asset_types:
        yield Asset.asset_type.in_(wanted.asset_types)


def _tenancy_conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    runs = or_(Tenure.ended_on.is_(None), Tenure.ended_on >= today())
    if wanted.status:
        yield runs if wanted.status == "open" else not_(runs)
    if wanted.patch:
        yield Asset.patch == wanted.patch


def _living_in(patch: str) -> Select[Any]:
    return (
        select(TenureMember.person_id)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .join(Asset, Asset.id == Tenure.asset_id)
        .where(Asset.patch == patch, TenureMember.until_on.is_(None))
    )
