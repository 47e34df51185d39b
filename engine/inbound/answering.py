"""Keeps what somebody wrote to us among the communications of a case or person, and lets the case's diagram know.

A diagram that waits for the message `reply_received` under its case's reference, or under whichever key it draws, goes
on with it; the variable `reply` holds what came: `from`, `subject`, `text`, `channel`, `received_at`, `document_id`.
One that does not wait for it just then hears nothing: an answer to the letter before must not be taken for one to the
next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import messages
from engine.communications import telling
from engine.communications.words import EMAIL, LETTER
from engine.instants import now
from engine.permissions import PLATFORM, Actor
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.base import table
from models.communication import Communication
from models.work import MessageSubscription

NAME = "reply_received"
COMMUNICATION, SUBSCRIPTION = table(Communication), table(MessageSubscription)
CHANNELS = {"email": EMAIL, "post": LETTER}
LONGEST_TEXT = 5_000  # characters that the diagram gets


@dataclass(frozen=True, slots=True)
class Filed:
    """Where an item was filed, and what that left: documents by number with their version, who it is from."""

    case: CaseRow | None
    person_id: int | None
    organisation_id: int | None
    documents: Sequence[int]


def keep(session: Session, row: Any, where: Filed, *, by: Actor) -> int:
    """Keep an item that is being filed as a communication that we received, tell where it is filed; return its id."""
    values = {
        "key": f"in:{row.id}:{row.revision}",
        "direction": "in",
        "channel": CHANNELS[row.channel],
        "case_id": where.case.id if where.case is not None else None,
        "person_id": where.person_id,
        "organisation_id": where.organisation_id if where.person_id is None else None,
        "recipient": (row.sender_name or row.sender)[:200],
        "address": row.sender,
        "subject": row.subject,
        "text": row.text,
        "attachments": [[document_id, 1] for document_id in where.documents],
        "status": "received",
        "created_at": row.received_at,
        "created_by_id": by.user_id,
        "sent_at": row.sent_at,
        "settled_at": now(),
        "provider_reference": str(row.details.get("number", ""))[:200],
        "in_reply_to_id": _answered(session, row),
    }
    number: int = session.execute(insert(COMMUNICATION).returning(COMMUNICATION.c.id), values).scalar_one()
    told = {name: values[name] for name in ("channel", "recipient", "address", "subject")}
    told |= {"communication_id": number, "reason": "", "item_id": row.id}
    step = None
    if where.case is not None:
        step = open_step(session, lock_case(session, where.case.id, by=PLATFORM), actor=by, at=now())
    telling.tell(session, "communication_received", {**values, "id": number}, told, step=step, by=by)
    if step is not None:
        save(step)
    return number


def withdraw(session: Session, communication_id: int, reason: str) -> None:
    """Take back that something was received, as it was filed wrongly."""
    gone = {"status": "cancelled", "reason": reason, "revision": COMMUNICATION.c.revision + 1}
    session.execute(update(COMMUNICATION).where(COMMUNICATION.c.id == communication_id).values(**gone))


def tell_diagram(session: Session, row: Any, case: CaseRow, documents: Sequence[int]) -> tuple[str, ...] | None:
    """Let the diagram of a case go on that waits for a reply. Returns the keys of jobs; none when it does not wait."""
    its = (SUBSCRIPTION.c.case_id == case.id, SUBSCRIPTION.c.name == NAME)
    waited = select(SUBSCRIPTION.c.correlation_key).where(*its).order_by(SUBSCRIPTION.c.id).limit(1)
    key = session.scalar(waited)
    if key is None:
        return None
    reply = {
        "from": row.sender_name or row.sender,
        "address": row.sender,
        "subject": row.subject,
        "text": row.text[:LONGEST_TEXT],
        "channel": row.channel,
        "received_at": row.received_at.isoformat(),
        "document_id": documents[0] if documents else None,
    }
    told = f"inbound:{row.id}:{row.revision}"
    published = messages.publish(session, NAME, key, {"reply": reply}, by=PLATFORM, message_key=told)
    return published.job_keys if published.case_id == case.id else None


def _answered(session: Session, row: Any) -> int | None:
    """Return the communication of ours that an item answers."""
    key = row.details.get("answers")
    return session.scalar(select(COMMUNICATION.c.id).where(COMMUNICATION.c.key == key)) if key else None
