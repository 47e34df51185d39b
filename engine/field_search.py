"""Finds cases and entities of the record by the value of a searchable field: one walk along an index, however many."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import fields, search
from engine.errors import Invalid, NotFound
from engine.fields import CATEGORY, category_of
from engine.fields.searching import VALUE, Sought
from engine.paging import Lines, Order, Page, read_page
from engine.permissions import Actor, levels_held_back, visible_cases
from engine.search import ANYTHING, Hit, Wanted
from engine.search.finding import WORDS
from engine.search.scope import MODELS, conditions, joined, seeing
from models.case import Case
from models.staff import User

NO_FIELD = "There is no field by which one could search like this, or none that you may see."
_NAMED: Mapping[str, Callable[[Session, str], ColumnElement[bool]]] = {
    "person": search.names_person,
    "home": search.names_home,
    "tenancy": search.names_tenancy,
    "account": search.names_account,
    "organisation": search.names_organisation,
    "case": search.names_case,
}


def searchable(session: Session, owner: str, *, by: Actor) -> list[fields.FieldDef]:
    """Return the fields of an owner ("person", "category:complaint") that the actor may search by."""
    hidden = levels_held_back(by)
    found = fields.of_owner(session, owner).searchable.values()
    return [one for one in found if one.sensitivity not in hidden]


def sought(session: Session, owner: str, key: str, *, way: str, text: str, by: Actor) -> Sought:
    """Return a question about a field. Raises NotFound for a field that the actor may not know of."""
    one = next((one for one in searchable(session, owner, by=by) if one.key == key), None)
    if one is None:
        raise NotFound(NO_FIELD, remedy="Choose one of the list.")
    return Sought(one, way, text)


def narrow(statement: Lines, row_id: Any, asked: Sought) -> tuple[Lines, Order]:
    """Return a statement narrowed to the rows (by their id) that have what is sought, and the order of its pages.

    The latest come first, or, where several values fit, they come in the order of their values.

    Raises:
        Invalid: what was typed is no value of the field.
    """
    return statement.join(VALUE, VALUE.c.entity_id == row_id).where(asked.condition()), _order(asked)


def page(
    session: Session,
    asked: Sought,
    *,
    by: Actor,
    text: str = "",
    wanted: Wanted = ANYTHING,
    cursor: str = "",
    size: int = 50,
) -> tuple[list[Hit], str]:
    """Return the cases or entities that have what is sought, as answers of a search, and the cursor of the next ones.

    `text` and `wanted` narrow them as they narrow a search.

    Raises:
        Invalid: what was typed is no value of the field, or the cursor is none of this list.
    """
    kind = "case" if category_of(asked.field.owner) else asked.field.owner
    if kind not in wanted.kinds(by):
        return [], ""
    row: Any = MODELS[kind]
    statement = joined(kind, select(row.id)).where(*conditions(kind, wanted, seeing(by)))
    if text:
        statement = statement.where(_NAMED[kind](session, text))
    statement, order = narrow(statement, row.id, asked)
    found = read_page(session, statement, order, wanted.values(by), cursor=cursor, size=size)
    return [Hit(kind, row.id, WORDS, row.id) for row in found.rows], found.next


def cases(session: Session, asked: Sought, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of the cases that have what is sought: the latest first, or in the order of their values.

    Raises:
        NotFound: the field is none of a category.
        Invalid: what was typed is no value of the field, or the cursor is none of this list.
    """
    if not category_of(asked.field.owner):
        raise NotFound(NO_FIELD, remedy=f"Ask for a field of {CATEGORY} and the key of a category.")
    columns = (
        Case.id, Case.reference, Case.title, Case.status, Case.stage, Case.outcome, Case.opened_at, Case.closed_at,
        Case.restricted, Case.open_incidents, User.name.label("owner"),
    )  # fmt: skip
    statement = select(*columns).outerjoin(User, User.id == Case.owner_id).where(visible_cases(by))
    statement, order = narrow(statement, Case.id, asked)
    return read_page(session, statement, order, cursor=cursor, size=size)


def _order(asked: Sought) -> Order:
    if asked.is_exact:
        return Order(VALUE.c.entity_id, VALUE.c.entity_id, read=int, is_descending=True)
    reader: Any = {"number": float, "day": _day}.get(asked.field.kind.searched_by, str)
    return Order(asked.column, VALUE.c.entity_id, read=reader)


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise Invalid("This address names no page of the list.") from error
