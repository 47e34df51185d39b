"""Search over the shared record, cases, documents and notes: exact references first, then names, words, misspellings.

Callers use these; how a question is read and asked lies in the modules beneath.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.search.finding import Found, Group, Hit, find, page
from engine.search.lines import Line, lines
from engine.search.mentions import Mention, mentioned
from engine.search.naming import (
    names_account,
    names_case,
    names_home,
    names_organisation,
    names_person,
    names_tenancy,
)
from engine.search.reading import Question, read
from engine.search.residents import FoundHome, FoundPerson, with_homes, with_residents
from engine.search.scope import ANYTHING, KINDS, Wanted, patches
from models.people import Person
from models.places import Asset

__all__ = [
    "ANYTHING", "KINDS", "Found", "FoundHome", "FoundPerson", "Group", "Hit", "Line", "Mention", "Question", "Wanted",
    "find", "homes", "lines", "mentioned", "names_account", "names_case", "names_home", "names_organisation",
    "names_person", "names_tenancy", "page", "patches", "people", "read",
]  # fmt: skip


def people(session: Session, text: str, *, by: Actor, size: int) -> tuple[list[FoundPerson], bool]:
    """Return the people whom a text names, those whom it fits best first, and whether there are more."""
    found = find(session, text, by=by, wanted=Wanted(kind="person"), size=size)
    return with_homes(session, _in_order(session, Person, found), by=by), _has_more(found)


def homes(session: Session, text: str, *, by: Actor, size: int, lettable: bool = False) -> tuple[list[FoundHome], bool]:
    """Return the homes that a text names, those that it fits best first, and whether there are more."""
    wanted = Wanted(kind="home", is_lettable=lettable)
    found = find(session, text, by=by, wanted=wanted, size=size)
    return with_residents(session, _in_order(session, Asset, found), by=by), _has_more(found)


def _in_order(session: Session, model: Any, found: Found) -> list[Any]:
    ids = [hit.id for group in found.groups for hit in group.hits]
    rows = {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
    return [rows[row_id] for row_id in ids if row_id in rows]


def _has_more(found: Found) -> bool:
    return any(group.next for group in found.groups)
