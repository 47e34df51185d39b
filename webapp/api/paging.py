"""Pages of lists, as their schemas write them."""

from typing import Any

from engine.paging import Page


def page(found: Page, lines: list[Any] | None = None) -> dict[str, Any]:
    """Return a page for its schema; `lines` stand for its rows when those alone do not say enough."""
    items = found.rows if lines is None else lines
    return {"items": items, "next": found.next or None, "previous": found.former or None}
