"""Follows what was sent: asks its provider now and then, and listens to what the provider tells of its own accord.

Only what is `sent` is changed, once, with its case locked: what comes twice, late or in another order changes nothing.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.communications.dispatching import BATCH, FIRST_LOOK, record
from engine.communications.providers import Providers
from engine.communications.providers.base import NEVER, Progress, Provider, Unreachable
from engine.instants import now
from engine.transactions import Sessions, writing
from models.base import table
from models.communication import Communication

COMMUNICATION = table(Communication)
LONGEST_PAUSE = timedelta(days=1)
MOST_ROUNDS = 20

Heard = Literal["noted", "known", "too early", "unknown"]

log = logging.getLogger(__name__)


def follow(sessions: Sessions, providers: Providers, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Ask the providers of these channels what has become of what is due to be asked about. Returns what was settled.

    The pause before the next question is as long as the message has been on its way, up to a day; after what a
    provider keeps (`follows_for`) it is asked no more.
    """
    settled = 0
    for channel, provider in providers.items():
        for _ in range(MOST_ROUNDS if provider.follows_for > NEVER else 0):
            due = _claim(sessions, channel, provider)
            if not due or is_over():
                break
            try:
                found = provider.follow(list(due))
            except Unreachable as error:
                log.warning("%s could not be asked what was delivered: %s", provider.name, error)
                break
            for reference, progress in found.items():
                with writing(sessions) as session:
                    settled += settle(session, due[reference], progress)
    return settled


def hear(
    session: Session,
    provider: str,
    reference: str,
    progress: Progress | None,
    *,
    channels: Collection[str],
    key: str = "",
) -> Heard:
    """Take note of what a provider tells of its own accord about one message, by its reference or our key.

    "too early" is what we have not written down as sent yet: the provider should tell it again.
    """
    its = (COMMUNICATION.c.provider == provider) & (COMMUNICATION.c.provider_reference == reference)
    wanted = select(COMMUNICATION.c.key, COMMUNICATION.c.status).where(COMMUNICATION.c.channel.in_(channels))
    row = session.execute(wanted.where(its)).first() if reference else None
    if row is None and key:
        row = session.execute(wanted.where(COMMUNICATION.c.key == key)).first()
    if row is None:
        return "unknown"
    if row.status == "waiting":
        return "too early"
    return "noted" if progress is not None and settle(session, row.key, progress) else "known"


def settle(session: Session, key: str, progress: Progress) -> bool:
    """Write down what became of a message, and tell its case. Returns whether that was news."""
    if progress.status == "sent":
        _note(session, key, progress)
        return False
    columns: dict[str, Any] = {"status": progress.status, "settled_at": _instant(progress.at), "follow_at": None}
    if progress.status == "failed":
        columns["reason"] = progress.reason
    if progress.cost is not None:
        columns["cost"] = progress.cost
    return record(session, key, columns, f"communication_{progress.status}", only_from="sent")


def _note(session: Session, key: str, progress: Progress) -> None:
    """Write down what is no change of status: what it cost, and that nothing more will be told."""
    columns: dict[str, Any] = {"follow_at": None} if progress.is_last else {}
    if progress.cost is not None:
        columns["cost"] = progress.cost
    if columns:
        its = (COMMUNICATION.c.key == key, COMMUNICATION.c.status == "sent")
        session.execute(update(COMMUNICATION).where(*its).values(**columns))


def _claim(sessions: Sessions, channel: str, provider: Provider) -> dict[str, str]:
    """Take what is due to be asked about, by reference: the next question is put off before this one is asked."""
    at = now()
    wanted = (
        select(COMMUNICATION.c.id, COMMUNICATION.c.key, COMMUNICATION.c.sent_at, COMMUNICATION.c.provider_reference)
        .where(
            COMMUNICATION.c.follow_at <= at,
            COMMUNICATION.c.status == "sent",
            COMMUNICATION.c.channel == channel,
            COMMUNICATION.c.provider == provider.name,
        )
        .order_by(COMMUNICATION.c.follow_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with writing(sessions) as session:
        rows = session.execute(wanted).all()
        if rows:
            later = [{"its_id": row.id, "next": _next(row.sent_at, at, provider.follows_for)} for row in rows]
            put_off = update(COMMUNICATION).where(COMMUNICATION.c.id == bindparam("its_id"))
            session.connection().execute(put_off.values(follow_at=bindparam("next")), later)
    return {row.provider_reference: row.key for row in rows}


def _next(sent_at: datetime, at: datetime, longest: timedelta) -> datetime | None:
    """Return when to ask again; none when the provider will have forgotten it."""
    pause = min(max(at - sent_at, FIRST_LOOK), LONGEST_PAUSE)
    end = sent_at + longest
    return min(at + pause, end) if at < end else None


def _instant(told: datetime | None) -> datetime:
    """Return when it happened, as far as that can be true."""
    at = now()
    return told if told is not None and at - timedelta(days=60) < told <= at else at
