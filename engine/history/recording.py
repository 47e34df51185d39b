"""Writes events that move no token."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.history.events import Happened, Head, sealed_rows
from engine.permissions import Actor
from models.base import table
from models.case import CaseEvent

EVENT = table(CaseEvent)


def write(
    session: Session, case_id: int, head: Head, event: str, payload: dict[str, Any], *, at: datetime, actor: Actor
) -> Head:
    """Add one event to a case's chain and return its new end; the caller has locked the case and writes it there."""
    rows, head = sealed_rows([Happened(event, payload)], case_id=case_id, head=head, at=at, actor=actor)
    session.connection().execute(insert(EVENT), rows)
    return head
