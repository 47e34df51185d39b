"""A test message of an administrator to themselves: written, fenced, sent and followed like every other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.communications import queueing, words
from engine.communications.dispatching import dispatch
from engine.communications.providers import Providers
from engine.communications.recipients import is_mobile
from engine.errors import NotPossible
from engine.instants import now
from engine.permissions import Actor, require
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.communication import Communication
from models.staff import User
from models.work import AdministrativeAction, OutboxMessage

VERB = "send test message"
CHANNELS = (words.EMAIL, words.SMS)
SUBJECT = "Casewright: a test message"
TEXT = "This message was sent to test how messages leave Casewright. Nothing needs to be done."


@dataclass(frozen=True, slots=True)
class Sent:
    """A test message and what became of it; `next_at` is when it is tried next, while it waits."""

    id: int
    channel: str
    address: str
    status: str
    reason: str
    next_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """Return what became of it in words."""
        what = f"{words.CHANNELS[self.channel]} to {self.address}"
        if self.status == "waiting":
            return f"{what}: it waits. {self.reason}".strip()
        return f"{what}: {words.STATUSES[self.status].lower()}. {self.reason}".strip()


def send(sessions: Sessions, channel: str, providers: Providers, *, by: Actor) -> Sent:
    """Send a test message to the actor's own address or number, and return what became of it.

    Raises:
        NotAllowed: by who may not.
        NotPossible: the channel has no provider or takes none, or the actor has no such address.
    """
    require(by, VERB)
    if channel not in CHANNELS or channel not in providers:
        raise NotPossible(
            f"No test message goes by {words.CHANNELS.get(channel, channel).lower()} from this installation."
        )
    with writing(sessions) as session:
        key = _write(session, channel, by)
    dispatch(sessions, {channel: providers[channel]}, only=key)
    with reading(sessions) as session:
        return _sent(session, key)


def own_address(session: Session, channel: str, *, by: Actor) -> str:
    """Return the actor's own address or mobile number; "" where their account has none."""
    row = session.get(User, by.user_id) if by.user_id is not None else None
    if row is None or channel == words.LETTER:
        return ""
    return row.email if channel == words.EMAIL else row.phone if is_mobile(row.phone) else ""


def _write(session: Session, channel: str, by: Actor) -> str:
    address = own_address(session, channel, by=by)
    if not address:
        raise NotPossible(
            "Your account has no mobile number.", remedy="Enter it on your page under Staff, and try again."
        )
    at = now()
    row: dict[str, Any] = {
        "key": f"test:{by.user_id}:{channel}:{at.isoformat()}",
        "direction": "out",
        "channel": channel,
        "purpose": words.SERVICE,
        "recipient": by.name,
        "address": address,
        "subject": SUBJECT,
        "text": TEXT,
        "status": "waiting",
        "created_at": at,
        "created_by_id": by.user_id,
        "case_id": None,
    }
    session.execute(insert(table(Communication)), row)
    queueing.queue(session, row, status="waiting", at=at)
    told = {"at": at, "user_id": by.user_id, "action": "sent a test message"}
    told |= {"subject": f"{words.CHANNELS[channel]} to {address}", "reason": ""}
    session.execute(insert(table(AdministrativeAction)), told)
    return str(row["key"])


def _sent(session: Session, key: str) -> Sent:
    one = session.scalars(select(Communication).where(Communication.key == key)).one()
    queued = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
    is_waiting = one.status == "waiting"
    reason = one.reason or (queued.error if is_waiting else "")
    return Sent(one.id, one.channel, one.address, one.status, reason, queued.next_at if is_waiting else None)
