"""Pages of a list by key: where its last line stood, never how many lines were passed."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import simplejson
from sqlalchemy import ColumnElement, Row, Select, and_, literal, or_
from sqlalchemy.orm import Session

from engine.errors import Invalid

SIZE = 50
LONGEST_CURSOR = 2_000
Lines = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by `key`, which is never null, then by `id`. `read` makes a key of a cursor's text."""

    key: Any  # a column or an expression
    id: Any
    read: Callable[[Any], Any] = str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page, and the cursors of the pages before and after it (empty where there is none)."""

    rows: list[Row[Any]]
    former: str = ""
    next: str = ""


def read_page(session: Session, statement: Lines, order: Order, *, cursor: str = "", size: int = SIZE) -> Page:
    """Return the page of `statement` at `cursor`, the first one when that is empty.

    Raises:
        Invalid: the cursor is none that this list gave out.
    """
    place = _place(cursor, order) if cursor else None
    goes_back = place is not None and place.goes_back
    falls = order.is_descending != goes_back
    keyed = statement.add_columns(order.key.label("page_key"), order.id.label("page_id"))
    if place is not None:
        keyed = keyed.where(_beyond(order, place, falls))
    keyed = keyed.order_by(*(part.desc() if falls else part.asc() for part in (order.key, order.id)))
    rows = list(session.execute(keyed.limit(size + 1)))
    has_more, rows = len(rows) > size, rows[:size]
    if goes_back:
        rows.reverse()
    has_former, has_next = (has_more, True) if goes_back else (place is not None, has_more)
    return Page(
        rows,
        former=_cursor(rows[0], goes_back=True) if rows and has_former else "",
        next=_cursor(rows[-1], goes_back=False) if rows and has_next else "",
    )


@dataclass(frozen=True, slots=True)
class _Place:
    key: Any
    id: int
    goes_back: bool


def _beyond(order: Order, place: _Place, falls: bool) -> ColumnElement[bool]:
    key, row_id = literal(place.key, order.key.type), literal(place.id)
    # The first condition says nothing new; it lets the database walk an index from there.
    if falls:
        return and_(order.key <= key, or_(order.key < key, order.id < row_id))
    return and_(order.key >= key, or_(order.key > key, order.id > row_id))


def _cursor(row: Row[Any], *, goes_back: bool) -> str:
    key = row.page_key.isoformat() if isinstance(row.page_key, datetime) else row.page_key
    text = simplejson.dumps([key, row.page_id, goes_back], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str, order: Order) -> _Place:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("longer than any that a list gives out")
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        key, row_id, goes_back = simplejson.loads(text)
        return _Place(_bindable(order.read(key)), _bindable(int(row_id)), bool(goes_back))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise Invalid("This address names no page of the list.", remedy="Start again from its first page.") from error


def _bindable(key: Any) -> Any:
    """Return a key that every database takes as a parameter; raise ValueError for any other."""
    match key:
        case datetime() if key.utcoffset() != timedelta():
            raise ValueError("not an instant in UTC")
        case int() if abs(key) >= 2**63:
            raise ValueError("not a number of a row")
        case str() if "\0" in key or key != key.encode("utf-8", "replace").decode():
            raise ValueError("not a text")
    return key
