"""Messages to cases: stored, matched by name and key through an index, and delivered once."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.forms.names import RESERVED
from engine.instants import now
from engine.permissions import ENTITIES, PLATFORM, Actor, require
from engine.runtime.locking import lock_case
from engine.runtime.moving import take_message
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.start_triggers import Sender, begin_by_message, sender
from models.base import table
from models.work import Message, MessageSubscription

MESSAGE, SUBSCRIPTION = table(Message), table(MessageSubscription)
KEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a message: the case that took it or was begun by it, or none yet; and the jobs that were left."""

    message_id: int
    case_id: int | None = None
    job_keys: tuple[str, ...] = ()
    is_repeat: bool = False
    begun: str = ""  # the reference of the case that it began


def publish(
    session: Session,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    *,
    by: Actor,
    message_key: str | None = None,
    sent_by: int | None = None,
) -> Published:
    """Deliver a message to the case that waits for it under this key, or begin a case that starts with it.

    When there is neither, the message is kept for a week. A case that it begins is about the person, home, tenancy or
    account that the variables of these names refer to; it belongs to whoever sends, or owns the case `sent_by`.

    `message_key` makes a second delivery of the same message the same. Without a key in the diagram, a case takes a
    message under its reference.

    Raises:
        Invalid: no name, or variables with reserved names.
    """
    require(by, "send message")
    wrong = _wrong(variables, RESERVED - ENTITIES.keys())
    if not name or wrong:
        raise Invalid("The message cannot be taken.", errors=wrong or {"name": "Enter the name of the message"})
    if message_key is not None and (earlier := _earlier(session, message_key)) is not None:
        return earlier
    message_id, row = _stored(session, name, correlation_key, variables, message_key)
    case_id = _waiting_case(session, name, correlation_key)
    if case_id is None:
        return _begin(session, message_id, row, sender(session, by, sent_by))
    if about := _wrong(variables, RESERVED):
        raise Invalid("The message cannot be taken.", errors=about)
    return _deliver(session, case_id, message_id, row, by=by)


def deliver_kept(session: Session, case_id: int) -> tuple[str, ...]:
    """Give a case the messages that came before it waited for them. Returns the keys of jobs that were left."""
    found = (
        session.execute(
            select(MESSAGE)
            .join(
                SUBSCRIPTION,
                (SUBSCRIPTION.c.name == MESSAGE.c.name) & (SUBSCRIPTION.c.correlation_key == MESSAGE.c.correlation_key),
            )
            .where(
                SUBSCRIPTION.c.case_id == case_id, MESSAGE.c.taken_by_case_id.is_(None), MESSAGE.c.expires_at > now()
            )
            .order_by(MESSAGE.c.id)
            .limit(1)
        )
        .mappings()
        .first()
    )
    return _deliver(session, case_id, found["id"], dict(found), by=PLATFORM).job_keys if found else ()


def _stored(
    session: Session, name: str, correlation_key: str, variables: Mapping[str, Any], message_key: str | None
) -> tuple[int, dict[str, Any]]:
    at = now()
    row = {
        "name": name,
        "correlation_key": correlation_key,
        "variables": dict(variables),
        "message_key": message_key,
        "received_at": at,
        "expires_at": at + KEEP,
        "taken_by_case_id": None,
    }
    return session.execute(insert(MESSAGE).returning(MESSAGE.c.id), row).scalar_one(), row


def _waiting_case(session: Session, name: str, correlation_key: str) -> int | None:
    """Return the case that has waited longest for a message under this key."""
    waiting = select(SUBSCRIPTION.c.case_id).where(
        SUBSCRIPTION.c.name == name, SUBSCRIPTION.c.correlation_key == correlation_key
    )
    return session.scalar(waiting.order_by(SUBSCRIPTION.c.id).limit(1))


def _wrong(variables: Mapping[str, Any], reserved: Set[str]) -> dict[str, str]:
    return {key: "This name is reserved." for key in variables if key in reserved or key.startswith("__")}


def _begin(session: Session, message_id: int, message: dict[str, Any], sender: Sender) -> Published:
    name, key, variables = (message[part] for part in ("name", "correlation_key", "variables"))
    begun = begin_by_message(session, name, key, variables, message_id=message_id, sender=sender)
    if begun is None:
        return Published(message_id)
    session.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(taken_by_case_id=begun.id))
    return Published(message_id, begun.id, begun.job_keys, begun=begun.reference)


def _earlier(session: Session, message_key: str) -> Published | None:
    row = session.execute(
        select(MESSAGE.c.id, MESSAGE.c.taken_by_case_id).where(MESSAGE.c.message_key == message_key)
    ).first()
    return Published(row.id, row.taken_by_case_id, is_repeat=True) if row else None


def _deliver(session: Session, case_id: int, message_id: int, message: dict[str, Any], *, by: Actor) -> Published:
    case = lock_case(session, case_id, by=PLATFORM)
    step = open_step(session, case, actor=by, at=now())
    step.fire_due_timers()
    step.run()
    if not take_message(step, message["name"], message["correlation_key"], message["variables"]):
        save(step)  # the deadline came first; the message stays for whoever waits for it next
        return Published(message_id)
    step.run()
    save(step)
    session.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(taken_by_case_id=case_id))
    return Published(message_id, case_id, step.job_keys)
