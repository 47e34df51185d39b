"""Pages of lists, as their schemas write them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select

from engine import field_search
from engine.paging import Order, Page, read_page
from webapp.auth import actor
from webapp.database import session


def page(found: Page, lines: list[Any] | None = None) -> dict[str, Any]:
    """Return a page for its schema; `lines` stand for its rows when those alone do not say enough."""
    items = found.rows if lines is None else lines
    return {"items": items, "next": found.next or None, "previous": found.former or None}


def read_entities(statement: Select[Any], order: Order, given: Mapping[str, Any], *, kind: str) -> Page:
    """Return the page of a list of the record that its query (`ByField`) asks for."""
    if given["field"]:
        key, way, text = given["field"], given["way"], given["value"]
        asked = field_search.sought(session(), kind, key, way=way, text=text, by=actor())
        statement, order = field_search.narrow(statement, order.id, asked)
    return read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"])
