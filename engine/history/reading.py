"""Reads the events of a case, for its replay."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.history.state import HistoryEvent
from models.case import CaseEvent
from models.database import from_json

_NAMES = ("sequence", "at", "type", "actor_id", "actor_name", "payload", "digest", "key_id", "mac")
_COLUMNS = [getattr(CaseEvent, name) for name in _NAMES]


def events_of(session: Session, case_id: int) -> list[HistoryEvent]:
    """Return all events of a case in order, with their seals."""
    rows = session.execute(select(*_COLUMNS).where(CaseEvent.case_id == case_id).order_by(CaseEvent.sequence))
    return [_event(row) for row in rows]


def _event(row: Any) -> HistoryEvent:
    payload, is_readable = None, True
    if row.payload is not None:
        try:
            payload = from_json(row.payload)
        except ValueError:
            is_readable = False
    is_readable = is_readable and isinstance(payload, dict | None)
    columns = {**row._mapping, "payload": payload if is_readable else {}}
    return HistoryEvent(**columns, is_readable=is_readable)
