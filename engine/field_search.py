"""Finds cases by the value of a searchable field: one walk along an index, however many cases there are."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import fields
from engine.errors import Invalid, NotFound
from engine.fields import CATEGORY, Catalogue
from engine.fields.searching import VALUE, Sought
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, levels_held_back, visible_cases
from models.case import Case
from models.staff import User

NO_FIELD = "There is no field by which one could search like this, or none that you may see."


def catalogue(session: Session, category_key: str) -> Catalogue:
    """Return the fields of a category."""
    return fields.of_owner(session, f"{CATEGORY}{category_key}")


def searchable(found: Catalogue, *, by: Actor) -> list[fields.FieldDef]:
    """Return the fields that the actor may search by."""
    hidden = levels_held_back(by)
    return [one for one in found.searchable.values() if one.sensitivity not in hidden]


def sought(session: Session, category_key: str, key: str, *, way: str, text: str, by: Actor) -> Sought:
    """Return a question about a field. Raises NotFound for a field that the actor may not know of."""
    found = catalogue(session, category_key)
    one = next((one for one in searchable(found, by=by) if one.key == key), None)
    if one is None:
        raise NotFound(NO_FIELD, remedy="Choose one of the list.")
    return Sought(one, way, text)


def cases(session: Session, asked: Sought, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of the cases that have what is sought: the latest first, or in the order of their values.

    Raises:
        Invalid: what was typed is no value of the field, or the cursor is none of this list.
    """
    columns = (
        Case.id, Case.reference, Case.title, Case.status, Case.stage, Case.outcome, Case.opened_at, Case.closed_at,
        Case.restricted, Case.open_incidents, User.name.label("owner"),
    )  # fmt: skip
    statement = (
        select(*columns)
        .select_from(VALUE)
        .join(Case, Case.id == VALUE.c.entity_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(asked.condition(), visible_cases(by))
    )
    return read_page(session, statement, _order(asked), cursor=cursor, size=size)


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
