"""Conditions on tables for the rows that a text names, for lists that are in an order of their own."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from engine.search import keys
from engine.search.matching import fits, prepare
from engine.search.reading import Question, read
from engine.search.spelling import mended
from models.accounts import RentAccount
from models.case import Case
from models.people import Organisation, Person
from models.places import Asset
from models.search import indexes
from models.tenancies import Tenure, TenureMember


def names_person(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Person` for those whom `text` names."""
    return _names(session, text, "person", indexes.PERSON, Person.id)


def names_organisation(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Organisation` for those that `text` names."""
    return _names(session, text, "organisation", indexes.ORGANISATION, Organisation.id)


def names_home(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Asset` for the places that `text` names, by address, key, or tenancy."""
    return _names(session, text, "home", indexes.HOME, Asset.id)


def names_case(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Case` for those that `text` names by their reference or title."""
    return _names(session, text, "case", indexes.CASE, Case.id)


def names_tenancy(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Tenure` for those that `text` names: itself, who is on it, or its home."""
    question = read(text)
    if question.is_empty:
        return true() if not question.text else Tenure.id.is_(None)
    prepare(session)
    people = select(Person.id).where(fits(session, indexes.PERSON, Person.id, question.words))
    homes = select(Asset.id).where(fits(session, indexes.HOME, Asset.id, question.words))
    members = select(TenureMember.tenure_id).where(TenureMember.person_id.in_(people))
    ids = _named(session, question, "tenancy")
    return or_(Tenure.id.in_(ids), Tenure.id.in_(members), Tenure.asset_id.in_(homes))


def names_account(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `RentAccount` for those that `text` names: itself, or its tenancy."""
    question = read(text)
    tenancies = select(Tenure.id).where(names_tenancy(session, text))
    return or_(RentAccount.id.in_(_named(session, question, "account")), RentAccount.tenure_id.in_(tenancies))


def _names(session: Session, text: str, kind: str, index: indexes.WordIndex, row: Any) -> ColumnElement[bool]:
    question = read(text)
    if question.is_empty:
        return true() if not question.text else row.is_(None)
    prepare(session)
    ids = _named(session, question, kind)
    fitting = fits(session, index, row, question.words)
    if index.knows_words and not ids and session.scalar(select(row).where(fitting).limit(1)) is None:
        likely = mended(session, index, question)
        fitting = fits(session, index, row, likely.words) if likely else fitting
    return or_(row.in_(ids), fitting) if ids else fitting


def _named(session: Session, question: Question, kind: str) -> list[int]:
    return [one.id for one in keys.named(session, question) if one.kind == kind]
