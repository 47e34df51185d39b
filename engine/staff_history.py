"""The history of what was changed about staff, roles and teams: written with each change, never changed after."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.instants import now
from engine.paging import Order, Page, read_page
from engine.permissions import Actor
from models.base import table
from models.rights import StaffChange

CHANGE = table(StaffChange)
Subject = tuple[str, int | None, str]  # what was changed: its type, number and name


def write_down(
    session: Session,
    action: str,
    subject: Subject,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: Actor,
) -> None:
    """Write one change with the values that it changed, before and after; nothing is written where none did."""
    was, became = dict(before or {}), dict(after or {})
    changed = [name for name in {**was, **became} if was.get(name) != became.get(name)]
    if not changed and before is not None and after is not None:
        return
    row = {
        "at": now(),
        "by_id": by.user_id,
        "by_name": by.name,
        "action": action,
        **dict(zip(("subject_type", "subject_id", "subject_name"), subject, strict=True)),
        "before": {name: was[name] for name in changed if name in was},
        "after": {name: became[name] for name in changed if name in became},
    }
    session.execute(insert(CHANGE), row)


def changes(session: Session, *, cursor: str = "", size: int = 50) -> Page:
    """Return a page of what was changed, the latest first."""
    latest_first = Order(StaffChange.id, StaffChange.id, read=int, is_descending=True)
    return read_page(session, select(StaffChange), latest_first, cursor=cursor, size=size)
