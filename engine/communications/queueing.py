"""Puts communications into the outbox, in the transaction that wrote them; nothing leaves before its commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from models.base import table
from models.work import OutboxMessage

CHANNEL = "communication"  # in the outbox: one channel for all of them
OUTBOX = table(OutboxMessage)
HELD = "held"  # in the outbox: until a person decides


def queue(session: Session, row: Mapping[str, Any], *, status: str, at: datetime) -> None:
    """Queue a communication that was written, `row` being its columns; one that is not `waiting` is held."""
    session.execute(
        insert(OUTBOX),
        {
            "key": row["key"],
            "channel": CHANNEL,
            "case_id": row["case_id"],
            "payload": {"to": row["address"], "subject": row["subject"], "by": row["channel"]},
            "status": "waiting" if status == "waiting" else HELD,
            "attempts": 0,
            "next_at": at,
            "error": "",
        },
    )


def release(session: Session, key: str, *, at: datetime) -> None:
    """Let a message go that was held."""
    session.execute(update(OUTBOX).where(OUTBOX.c.key == key).values(status="waiting", next_at=at, attempts=0))


def hold(session: Session, key: str) -> None:
    """Hold a message until a person decides."""
    session.execute(update(OUTBOX).where(OUTBOX.c.key == key).values(status=HELD))


def drop(session: Session, key: str, *, reason: str) -> None:
    """Give a message up for good."""
    session.execute(update(OUTBOX).where(OUTBOX.c.key == key).values(status="discarded", error=reason))
