"""Search over the shared record, cases, documents and notes: exact references first, then names, words, misspellings.

Callers use these; how a question is read and asked lies in the modules beneath.
"""

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.search import keys
from engine.search.finding import Found, Group, Hit, find, page
from engine.search.lines import Line, lines
from engine.search.matching import fits, prepare
from engine.search.reading import Question, read
from engine.search.residents import FoundHome, FoundPerson, with_homes, with_residents
from engine.search.scope import ANYTHING, KINDS, Wanted, patches
from engine.search.spelling import mended
from models.case import Case
from models.people import Person
from models.places import Asset
from models.search import indexes

__all__ = [
    "ANYTHING", "KINDS", "Found", "FoundHome", "FoundPerson", "Group", "Hit", "Line", "Question", "Wanted", "find",
    "homes", "lines", "names_case", "names_home", "names_person", "page", "patches", "people", "read",
]  # fmt: skip


def people(session: Session, text: str, *, by: Actor, size: int) -> tuple[list[FoundPerson], bool]:
    """Return the people whom a text names, those whom it fits best first, and whether there are more."""
    found = find(session, text, by=by, wanted=Wanted(kind="person"), size=size)
    return with_homes(session, _in_order(session, Person, found)), _has_more(found)


def homes(session: Session, text: str, *, by: Actor, size: int, lettable: bool = False) -> tuple[list[FoundHome], bool]:
    """Return the homes that a text names, those that it fits best first, and whether there are more."""
    wanted = Wanted(kind="home", is_lettable=lettable)
    found = find(session, text, by=by, wanted=wanted, size=size)
    return with_residents(session, _in_order(session, Asset, found)), _has_more(found)


def names_person(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Person` for those whom `text` names, in whatever order they are to stand."""
    return _names(session, text, "person", indexes.PERSON, Person.id)


def names_home(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Asset` for the places that `text` names, by address, key, or tenancy."""
    return _names(session, text, "home", indexes.HOME, Asset.id)


def names_case(session: Session, text: str) -> ColumnElement[bool]:
    """Return the condition on `Case` for those that `text` names by their reference or title."""
    return _names(session, text, "case", indexes.CASE, Case.id)


def _names(session: Session, text: str, kind: str, index: indexes.WordIndex, row: Any) -> ColumnElement[bool]:
    question = read(text)
    if question.is_empty:
        return true() if not question.text else row.is_(None)
    prepare(session)
    ids = [one.id for one in keys.named(session, question) if one.kind == kind]
    fitting = fits(session, index, row, question.words)
    if index.knows_words and not ids and session.scalar(select(row).where(fitting).limit(1)) is None:
        likely = mended(session, index, question)
        fitting = fits(session, index, row, likely.words) if likely else fitting
    return or_(row.in_(ids), fitting) if ids else fitting


def _in_order(session: Session, model: Any, found: Found) -> list[Any]:
    ids = [hit.id for group in found.groups for hit in group.hits]
    rows = {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
    return [rows[row_id] for row_id in ids if row_id in rows]


def _has_more(found: Found) -> bool:
    return any(group.next for group in found.groups)
