"""Which communications concern somebody or something of the record: where “what did we tell them?” looks."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select, union
from sqlalchemy.orm import Session

from engine.instants import LONDON
from models.accounts import RentAccount
from models.case import CaseLink
from models.communication import Communication
from models.document import DocumentLink
from models.tenancies import Tenure, TenureMember

MOST_MEMBERS = 500


def concerning(session: Session, kind: str, entity_id: int) -> ColumnElement[bool]:
    """Return the condition on `Communication` for what concerns an entity of the record.

    Of a person or organisation: what went to them or came from them. Of a home, tenancy or account: what belongs to a
    case about it or is filed under it, and what its tenants and their households were told while they lived there.
    """
    if kind == "person":
        return Communication.person_id == entity_id
    if kind == "organisation":
        return Communication.organisation_id == entity_id
    # A union, each part of which the database finds by an index of its own.
    parts = (*_of_its_cases(kind, entity_id), *_to_its_people(session, kind, entity_id))
    return Communication.id.in_(union(*parts))


def _of_its_cases(kind: str, entity_id: int) -> tuple[Select[int], ...]:
    cases = select(CaseLink.case_id).where(CaseLink.entity_type == kind, CaseLink.entity_id == entity_id)
    filed = select(DocumentLink.document_id).where(
        DocumentLink.entity_type == kind, DocumentLink.entity_id == entity_id
    )
    ids = select(Communication.id)
    return ids.where(Communication.case_id.in_(cases)), ids.where(Communication.document_id.in_(filed))


def _to_its_people(session: Session, kind: str, entity_id: int) -> list[Select[int]]:
    """Return what went to each of those who live or lived there, in their time."""
    began = func.coalesce(TenureMember.from_on, Tenure.started_on)
    ended = func.coalesce(TenureMember.until_on, Tenure.ended_on)
    members = (
        select(TenureMember.person_id, began, ended)
        .join(Tenure, Tenure.id == TenureMember.tenure_id)
        .where(_its_tenancies(kind, entity_id))
    )
    rows = session.execute(members.order_by(TenureMember.id.desc()).limit(MOST_MEMBERS)).all()
    return [select(Communication.id).where(_in_their_time(*row)) for row in rows]


def _its_tenancies(kind: str, entity_id: int) -> ColumnElement[bool]:
    if kind == "tenancy":
        return Tenure.id == entity_id
    if kind == "home":
        return Tenure.asset_id == entity_id
    return Tenure.id.in_(select(RentAccount.tenure_id).where(RentAccount.id == entity_id))


def _in_their_time(person_id: int, began: date | None, ended: date | None) -> ColumnElement[bool]:
    conditions = [Communication.person_id == person_id]
    if began is not None:
        conditions.append(Communication.created_at >= midnight(began))
    if ended is not None:
        conditions.append(Communication.created_at < midnight(ended, days=1))
    return and_(*conditions)


def midnight(day: date, *, days: int = 0) -> datetime:
    """Return the instant in London at which a day begins, or one so many days later; within what databases hold."""
    within = min(max(day, date(1900, 1, 1)), date.max - timedelta(days=2))
    return datetime.combine(within + timedelta(days=days), time(), LONDON)
