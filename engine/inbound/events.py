"""Writes down what was done to an item, and locks it for whoever does."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.instants import now
from engine.permissions import Actor
from models.base import table
from models.inbound import InboundEvent

EVENT = table(InboundEvent)


def write(session: Session, item_id: int, action: str, text: str = "", *, by: Actor) -> None:
    """Add a line to the history of an item."""
    row = {"item_id": item_id, "at": now(), "by_id": by.user_id, "by_name": by.name, "action": action, "text": text}
    session.execute(insert(EVENT), row)


def of(session: Session, item_id: int) -> list[Any]:
    """Return what was done to an item, the latest first: at, by_name, action, text."""
    return list(session.execute(select(EVENT).where(EVENT.c.item_id == item_id).order_by(EVENT.c.id.desc())))
