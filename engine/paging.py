"""Pages of a list by key: where its last line stood, never how many lines were passed."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import simplejson
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, or_
from sqlalchemy.orm import Session

from engine.errors import Invalid
from models.prepared import Prepared

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

    rows: list[Any]
    former: str = ""
    next: str = ""


def read_page(
    session: Session,
    statement: Lines,
    order: Order,
    values: Mapping[str, Any] | None = None,
    *,
    cursor: str = "",
    size: int = SIZE,
) -> Page:
    """Return the page of `statement` at `cursor`, the first one when that is empty.

    `values` are those that the statement binds by name.

    Raises:
        Invalid: the cursor is none that this list gave out.
    """
    place = _place(cursor, order) if cursor else None
    rows = list(session.execute(_keyed(statement, order, _way(place)), {**(values or {}), **_given(place, size)}))
    return _page(rows, place, size)


class Pages:
    """A list that many look at: its statement is worked out once for each way of turning its pages."""

    def __init__(self, statement: Lines, order: Order) -> None:
        """Keep the statement, whose values are bound by name."""
        self._statement = statement
        self._order = order
        self._prepared: dict[Way, Prepared] = {}

    def read(
        self, session: Session, values: Mapping[str, Any] | None = None, *, cursor: str = "", size: int = SIZE
    ) -> Page:
        """Return the page at `cursor`, the first one when that is empty, for the values of the statement.

        Raises:
            Invalid: the cursor is none that this list gave out.
        """
        place = _place(cursor, self._order) if cursor else None
        rows = self.prepared(_way(place)).rows(session.connection(), {**(values or {}), **_given(place, size)})
        return _page(rows, place, size)

    def prepared(self, way: "Way" = "first") -> Prepared:
        """Return the statement of the first page, or of one that is turned to forwards or backwards."""
        if way not in self._prepared:
            self._prepared[way] = Prepared(_keyed(self._statement, self._order, way))
        return self._prepared[way]


@dataclass(frozen=True, slots=True)
class _Place:
    key: Any
    id: int
    goes_back: bool


Way = Literal["first", "on", "back"]


def _way(place: _Place | None) -> Way:
    if place is None:
        return "first"
    return "back" if place.goes_back else "on"


def _keyed(statement: Lines, order: Order, way: Way) -> Lines:
    falls = order.is_descending != (way == "back")
    keyed = statement.add_columns(order.key.label("page_key"), order.id.label("page_id"))
    if way != "first":
        keyed = keyed.where(_beyond(order, falls))
    keyed = keyed.order_by(*(part.desc() if falls else part.asc() for part in (order.key, order.id)))
    return keyed.limit(bindparam("page_limit", type_=Integer()))


def _given(place: _Place | None, size: int) -> dict[str, Any]:
    beyond = {} if place is None else {"beyond_key": place.key, "beyond_id": place.id}
    return {"page_limit": size + 1, **beyond}


def _beyond(order: Order, falls: bool) -> ColumnElement[bool]:
    key, row_id = bindparam("beyond_key", type_=order.key.type), bindparam("beyond_id", type_=order.id.type)
    # The first condition says nothing new; it lets the database walk an index from there.
    if falls:
        return and_(order.key <= key, or_(order.key < key, order.id < row_id))
    return and_(order.key >= key, or_(order.key > key, order.id > row_id))


def _page(rows: list[Any], place: _Place | None, size: int) -> Page:
    """Return the rows as a page; there is one more than it holds when another follows."""
    goes_back = place is not None and place.goes_back
    has_more, rows = len(rows) > size, rows[:size]
    if goes_back:
        rows.reverse()
    has_former, has_next = (has_more, True) if goes_back else (place is not None, has_more)
    return Page(
        rows,
        former=_cursor(rows[0], goes_back=True) if rows and has_former else "",
        next=_cursor(rows[-1], goes_back=False) if rows and has_next else "",
    )


def _cursor(row: Any, *, goes_back: bool) -> str:
    key = row.page_key.isoformat() if isinstance(row.page_key, date) else row.page_key
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
