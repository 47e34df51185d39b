"""Pauses a subscription whose receiver wants nothing more, or has failed for days, and tells whoever looks after it."""

from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import configuration, outbox
from engine.instants import now
from engine.permissions import PLATFORM, book
from engine.staff_history import write_down
from engine.webhooks.sending import Answer
from models.staff import User
from models.webhooks import WebhookSubscription

HOPELESS = timedelta(days=5)  # of failures without a message that was taken
VERB = "change webhooks"


def pause_if_hopeless(session: Session, one: WebhookSubscription, answer: Answer) -> None:
    """Pause a failing subscription when it has answered 410 (gone), or failed for `HOPELESS`."""
    has_failed_long = one.failing_since is not None and now() - one.failing_since >= HOPELESS
    if one.paused_at is not None or not (answer.is_gone or has_failed_long):
        return
    one.paused_at = now()
    one.pause_reason = (
        "The receiver answered that it is gone (410)."
        if answer.is_gone
        else f"The receiver took no message for {HOPELESS.days} days. At last: {answer.error}"
    )
    one.revision += 1
    session.flush()  # before others are told
    write_down(
        session, "webhook_paused", ("webhook", one.id, one.name), after={"reason": one.pause_reason}, by=PLATFORM
    )
    _tell(session, one)


def _tell(session: Session, one: WebhookSubscription) -> None:
    """Send a message to everybody who may change subscriptions."""
    roles = book(session).granting(VERB)
    page = configuration.current().address(f"/admin/webhooks/{one.id}")
    text = f"{one.pause_reason}\n\nNothing is sent to “{one.name}” until somebody resumes it. {page}".strip()
    for user in session.execute(select(User.id, User.email, User.roles).where(User.is_active)):
        if roles.intersection(map(str, user.roles)):
            key = f"webhook paused:{one.id}:{one.revision}:{user.id}"
            subject = f"Webhooks to {one.name} are paused"
            session.execute(insert(outbox.OUTBOX), outbox.message(key, user.email, subject, text, at=now()))
