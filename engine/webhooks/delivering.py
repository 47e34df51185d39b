"""Delivers what the outbox holds for subscriptions, each message at least once and in no promised order.

A node that dies between sending and writing it down leaves the message to the next one, whose repeat has the same
webhook-id. A receiver that is out of reach is left alone for as long as it has been, up to a quarter of an hour.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from engine import outbox
from engine.errors import NotFound
from engine.instants import now, unmoved_now
from engine.outbox import OUTBOX, Delivered
from engine.transactions import Sessions, reading, writing
from engine.webhooks import messages, pausing, sending, signing
from engine.webhooks.messages import PING, Withheld
from engine.webhooks.sending import Answer
from models.base import table
from models.webhooks import WebhookAttempt, WebhookSubscription

log = logging.getLogger(__name__)
ATTEMPT, SUBSCRIPTION = table(WebhookAttempt), table(WebhookSubscription)
CHANNEL = "webhook"
# How long after each failed attempt the next one is made; after the last the message has failed, two days on.
PAUSES = (timedelta(seconds=5), *(timedelta(minutes=m) for m in (5, 30, 120, 300, 600, 840, 1200)))
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=15)
KEPT = timedelta(days=30)  # what was delivered or withheld, with its attempts
AT_ONCE = 4  # subscriptions that are sent to
LONGEST_TURN = 20.0  # seconds that one of them may take before the others have their turn again
USER_AGENT = "Casewright-Webhooks/1"


def deliver(sessions: Sessions, *, is_over: Callable[[], bool] = lambda: False) -> Delivered:
    """Send what is due, to several subscriptions at once: a slow receiver keeps no other waiting for long.

    Nothing more is begun once `is_over` says so.
    """
    done = Delivered()
    if not (due := _with_due(sessions)):
        return done
    with ThreadPoolExecutor(AT_ONCE, "webhooks") as pool:
        for one in pool.map(lambda number: _deliver_to(sessions, number, is_over), due):
            done.sent, done.postponed = done.sent + one.sent, done.postponed + one.postponed
            done.failed += one.failed
    return done


def send_ping(sessions: Sessions, subscription_id: int) -> Any:
    """Send a message that tells of nothing, also to a paused subscription, and return its row of attempts.

    Raises:
        NotFound: there is no such subscription.
    """
    key = f"webhook:{subscription_id}:{PING}:{unmoved_now().isoformat()}"
    with writing(sessions) as session:
        one = session.get(WebhookSubscription, subscription_id)
        if one is None or one.ended_at is not None:
            raise NotFound("There is no such subscription.")
        session.execute(
            insert(OUTBOX), message(key, subscription_id, {"type": PING, "source": PING, "at": now().isoformat()})
        )
    _send_one(sessions, key, Delivered())
    with reading(sessions) as session:
        return session.execute(select(ATTEMPT).join(OUTBOX).where(OUTBOX.c.key == key)).first()


def message(key: str, subscription_id: int, payload: dict[str, Any], *, case_id: int | None = None) -> dict[str, Any]:
    """Return the row of a message that no change of the record or of a case queues."""
    return {
        "key": key,
        "channel": CHANNEL,
        "case_id": case_id,
        "subscription_id": subscription_id,
        "payload": payload,
        "status": "waiting",
        "attempts": 0,
        "next_at": now(),
        "error": "",
    }


def forget_old(session: Session) -> None:
    """Clear away what was delivered or withheld long ago, with what was sent and answered."""
    is_over = OUTBOX.c.status.in_(("sent", "discarded"))
    old = select(OUTBOX.c.id).where(OUTBOX.c.channel == CHANNEL, is_over, OUTBOX.c.next_at < now() - KEPT)
    ids = session.scalars(old.limit(5_000)).all()  # the rest in half an hour
    session.execute(delete(ATTEMPT).where(ATTEMPT.c.outbox_id.in_(ids)))
    session.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(ids)))


def _with_due(sessions: Sessions) -> list[int]:
    """Return the subscriptions that have something to be sent now, and may be sent it."""
    columns = SUBSCRIPTION.c
    has_due = exists().where(OUTBOX.c.subscription_id == columns.id, outbox.is_due(CHANNEL))
    is_awake = or_(columns.rests_until.is_(None), columns.rests_until <= now())
    with reading(sessions) as session:
        return list(session.scalars(select(columns.id).where(columns.paused_at.is_(None), is_awake, has_due)))


def _due(sessions: Sessions, subscription_id: int) -> list[str]:
    keys = select(OUTBOX.c.key).where(OUTBOX.c.subscription_id == subscription_id, outbox.is_due(CHANNEL))
    with reading(sessions) as session:
        return list(session.scalars(keys.order_by(OUTBOX.c.id).limit(outbox.BATCH)))


def _deliver_to(sessions: Sessions, subscription_id: int, is_over: Callable[[], bool]) -> Delivered:
    """Send what is due to one subscription, until it is out of reach or has had its time of this round."""
    done, until = Delivered(), time.monotonic() + LONGEST_TURN
    for key in _due(sessions, subscription_id):
        if is_over() or time.monotonic() > until or not _send_one(sessions, key, done):
            break  # the others of it wait
    return done


def _send_one(sessions: Sessions, key: str, done: Delivered) -> bool:
    """Send one message. Says whether the next one to the same receiver is worth a try."""
    row = outbox.claim(sessions, key, CHANNEL)
    if row is None:
        return True  # another node has it
    try:
        url, body, headers = _composed(sessions, row)
    except Withheld as why:
        with writing(sessions) as session:
            _mark(session, row, status="discarded", error=f"Withheld: {why}.")
        return True
    except Exception as fault:  # of ours: it must end as a dead letter too, and not keep the others waiting
        log.exception("webhook message %s could not be composed", key)
        with writing(sessions) as session:
            _try_later(session, row, f"It could not be composed: {type(fault).__name__}.", done)
        return True
    answer = sending.post(url, body, headers)
    with writing(sessions) as session:
        _write_down(session, row, headers, body, answer)
        _settle(session, row, answer, done)
    return not answer.is_out_of_reach


def _composed(sessions: Sessions, row: Any) -> tuple[str, bytes, dict[str, str]]:
    """Return where a message goes, its body and its headers. Raises Withheld."""
    with reading(sessions) as session:
        subscription = session.get_one(WebhookSubscription, row.subscription_id)
        body = messages.body_of(session, row, subscription)
        keys = signing.keys_in_use(session, subscription.id)
    own = {"Content-Type": "application/json", "User-Agent": USER_AGENT}
    signed = signing.headers(messages.id_of(row, subscription), unmoved_now(), body, keys)
    return subscription.url, body, own | signed


def _write_down(session: Session, row: Any, headers: dict[str, str], body: bytes, answer: Answer) -> None:
    values = {"outbox_id": row.id, "at": now(), "headers": headers, "body": body.decode()}
    said = {"seconds": answer.seconds, "status": answer.status, "answer": answer.text, "error": answer.error}
    session.execute(insert(ATTEMPT), {**values, **said})


def _settle(session: Session, row: Any, answer: Answer, done: Delivered) -> None:
    """Write down what became of a message, and of its subscription."""
    if not answer.error:
        _mark(session, row, status="sent", sent_at=now(), error="")
        done.sent += 1
        _note(session, row.subscription_id, failing_since=None, rests_until=None)
        return
    if row.payload["type"] == PING:  # whoever asked for it sees what came of it
        _mark(session, row, status="discarded", error=answer.error)
    else:
        _try_later(session, row, answer.error, done, retry_after=answer.retry_after)
        _rest(session, row.subscription_id, answer)


def _try_later(session: Session, row: Any, error: str, done: Delivered, *, retry_after: int = 0) -> None:
    """Have another attempt made after a pause; after the last one the message is a dead letter."""
    if row.attempts > len(PAUSES):
        _mark(session, row, status="failed", error=f"Given up after {row.attempts} attempts. {error}")
        done.failed += 1
    else:
        pause = max(PAUSES[row.attempts - 1], timedelta(seconds=min(retry_after, 86_400)))
        _mark(session, row, next_at=now() + pause, error=error)
        done.postponed += 1


def _rest(session: Session, subscription_id: int, answer: Answer) -> None:
    """Leave a receiver that fails alone for a while; pause it when it wants nothing more, or has failed for days."""
    one = session.get_one(WebhookSubscription, subscription_id, with_for_update=True)
    since = one.failing_since or now()
    if answer.is_out_of_reach:
        rest = min(max(now() - since, SHORTEST_REST), LONGEST_REST)
        one.rests_until = now() + max(rest, timedelta(seconds=min(answer.retry_after, 3_600)))
    one.failing_since = since
    session.flush()  # before it is paused
    pausing.pause_if_hopeless(session, one, answer)


def _mark(session: Session, row: Any, **columns: Any) -> None:
    columns = {"next_at": now(), **columns}
    session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**columns))


def _note(session: Session, subscription_id: int, **columns: Any) -> None:
    differs = or_(*(SUBSCRIPTION.c[name].is_not(value) for name, value in columns.items()))
    session.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == subscription_id, differs).values(**columns))
