"""Writes down what happened in a case that moves no token."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.history.recording import write
from engine.instants import now
from engine.permissions import Actor
from engine.runtime.header import CaseRow
from models.base import table
from models.case import Case

CASE = table(Case)


def record(session: Session, case: CaseRow, event: str, payload: dict[str, Any], *, by: Actor, **columns: Any) -> None:
    """Write one event of a locked case that moves no token, with the columns of the case that it changes."""
    head = write(session, case.id, case.head, event, payload, at=now(), actor=by)
    session.connection().execute(
        update(CASE).where(CASE.c.id == case.id).values(event_count=head.count, event_mac=head.mac, **columns)
    )
    case.event_count, case.event_mac = head.count, head.mac
