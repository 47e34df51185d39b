"""Who is told of what: subscriptions are added, changed, paused and ended, and their secrets replaced."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine.entitlements import require_may_give
from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.instants import now
from engine.outbox import OUTBOX
from engine.permissions import Actor, require
from engine.staff_history import write_down
from engine.webhooks import signing
from engine.webhooks.addresses import check
from engine.webhooks.pausing import VERB
from models.base import table
from models.staff import User
from models.webhook_topics import BREACHED, ENTITIES, OF_RECORD, TOPICS
from models.webhooks import WebhookSubscription, WebhookTopic

TOPIC = table(WebhookTopic)
LONGEST_NAME, LONGEST_REASON = 80, 500
OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=7)
_OF_RECORD = {"created": "added", "changed": "changed", "ended": "ended", "merged": "merged with another"}
_OF_CASES = {
    "case.started": "Case started",
    "case.changed": "Fields of a case changed",
    "case.assigned": "Case handed to another owner",
    "case.linked": "Case linked to another, or detached",
    "case.merged": "Cases merged",
    "case.ended": "Case ended",
    "case.reopened": "Case reopened",
    "task.completed": "Task done",
    "clock.started": "Deadline started",
    "clock.extended": "Deadline extended",
    "clock.met": "Deadline met",
    BREACHED: "Deadline missed",
    "incident.raised": "A step failed",
}
# Each topic in words, in groups, as forms and documentation show them.
WORDS: Mapping[str, Mapping[str, str]] = {
    "Case": _OF_CASES,
    **{
        entity.capitalize(): {
            topic: f"{entity.capitalize()} {_OF_RECORD[action]}"
            for topic in OF_RECORD
            for owner, _, action in [topic.partition(".")]
            if owner == entity
        }
        for entity in ENTITIES
    },
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription as somebody wants it; `acts_as` is the e-mail address of a member of staff."""

    name: str
    address: str
    acts_as: str
    topics: Collection[str]


def every(session: Session) -> list[Any]:
    """Return (WebhookSubscription, acts_as) of those that have not ended, by name."""
    found = _lines().where(WebhookSubscription.ended_at.is_(None))
    return list(session.execute(found.order_by(WebhookSubscription.name, WebhookSubscription.id)))


def one(session: Session, number: int) -> Any:
    """Return (WebhookSubscription, acts_as) of one. Raises NotFound."""
    its = (WebhookSubscription.id == number, WebhookSubscription.ended_at.is_(None))
    found = session.execute(_lines().where(*its)).first()
    if found is None:
        raise NotFound("There is no such subscription.", remedy="Look at the list of webhooks.")
    return found


def topics_of(session: Session, numbers: Collection[int]) -> dict[int, list[str]]:
    """Return of what each of these subscriptions is told, in the order of the list."""
    found: dict[int, set[str]] = {number: set() for number in numbers}
    for row in session.execute(select(TOPIC).where(TOPIC.c.subscription_id.in_(numbers))):
        found[row.subscription_id].add(row.topic)
    return {number: [topic for topic in TOPICS if topic in topics] for number, topics in found.items()}


def add(session: Session, wish: Wish, *, by: Actor) -> tuple[WebhookSubscription, str]:
    """Add a subscription and return it with its secret, which is shown this once.

    Raises:
        Invalid: one sentence for each field.
        NotAllowed: the member of staff that it would act as may do what the actor may not.
    """
    require(by, VERB)
    acts_as = _checked(session, wish, by)
    row = WebhookSubscription(
        key=secrets.token_hex(16),
        name=_name(wish),
        url=check(wish.address),
        acts_as_id=acts_as.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()  # its number is needed
    _subscribe(session, row.id, wish.topics)
    told = {"name": row.name, "address": row.url, "acts as": acts_as.email, "topics": sorted(wish.topics)}
    write_down(session, "webhook_added", _subject(row), after=told, by=by)
    return row, signing.new_secret(session, row.id)


def change(session: Session, number: int, wish: Wish, *, revision: int | None, by: Actor) -> WebhookSubscription:
    """Change a subscription; what waits goes to the new address. Raises as `add`, and Conflict, NotFound."""
    require(by, VERB)
    acts_as = _checked(session, wish, by)
    row, was_acting = _locked(session, number, revision), one(session, number).acts_as
    before = {"name": row.name, "address": row.url, "acts as": was_acting}
    before["topics"] = sorted(topics_of(session, [number])[number])
    row.name, row.url, row.acts_as_id = _name(wish), check(wish.address), acts_as.id
    row.failing_since = row.rests_until = None  # it may be another receiver
    _raise_revision(session, row)
    session.execute(delete(TOPIC).where(TOPIC.c.subscription_id == number))
    _subscribe(session, number, wish.topics)
    after = {"name": row.name, "address": row.url, "acts as": acts_as.email, "topics": sorted(wish.topics)}
    write_down(session, "webhook_changed", _subject(row), before=before, after=after, by=by)
    return row


def pause(session: Session, number: int, *, reason: str, by: Actor) -> None:
    """Send nothing and queue nothing until it is resumed; what waits stays. Raises NotPossible: it is paused."""
    require(by, VERB)
    row = _locked(session, number)
    if row.paused_at is not None:
        raise NotPossible("This subscription is paused already.")
    row.paused_at, row.pause_reason = now(), reason.strip()[:LONGEST_REASON] or f"{by.name} paused it."
    _raise_revision(session, row)
    write_down(session, "webhook_paused", _subject(row), after={"reason": row.pause_reason}, by=by)


def resume(session: Session, number: int, *, by: Actor) -> None:
    """Send what waits and what happens from now on. Raises NotPossible: it is not paused."""
    require(by, VERB)
    row = _locked(session, number)
    if row.paused_at is None:
        raise NotPossible("This subscription is not paused.")
    row.paused_at = row.failing_since = row.rests_until = None
    row.pause_reason = ""
    _raise_revision(session, row)
    write_down(session, "webhook_resumed", _subject(row), by=by)


def new_secret(session: Session, number: int, *, overlap: timedelta = OVERLAP, by: Actor) -> str:
    """Replace the secret and return the new one, shown this once; messages carry both signatures for `overlap`.

    Raises:
        Invalid: the overlap is longer than `LONGEST_OVERLAP`, or less than none.
    """
    require(by, VERB)
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid(errors={"overlap": "Choose at most 7 days"})
    row = _locked(session, number)
    _raise_revision(session, row)
    write_down(session, "webhook_secret_replaced", _subject(row), by=by)
    return signing.new_secret(session, row.id, overlap=overlap)


def end(session: Session, number: int, *, by: Actor) -> None:
    """End a subscription for good; what waits for it or failed is discarded."""
    require(by, VERB)
    row = _locked(session, number)
    row.ended_at = now()
    _raise_revision(session, row)
    its = (OUTBOX.c.subscription_id == number, OUTBOX.c.status.in_(("waiting", "failed")))
    ended = {"status": "discarded", "error": "Discarded: the subscription has ended.", "next_at": now()}
    session.execute(update(OUTBOX).where(*its).values(**ended))
    session.execute(delete(TOPIC).where(TOPIC.c.subscription_id == number))
    write_down(session, "webhook_ended", _subject(row), by=by)


def _lines() -> Any:
    of_user = User.id == WebhookSubscription.acts_as_id
    return select(WebhookSubscription, User.email.label("acts_as")).join(User, of_user)


def _checked(session: Session, wish: Wish, by: Actor) -> User:
    """Return the member of staff that the subscription acts as. Raises Invalid or NotAllowed."""
    errors = {} if 0 < len(_name(wish)) <= LONGEST_NAME else {"name": "Enter a name of at most 80 characters"}
    try:
        check(wish.address)
    except Invalid as fault:
        errors |= fault.errors
    email = wish.acts_as.strip().lower()
    user = session.scalar(select(User).where(User.email == email, User.is_active))
    if user is None:
        errors["acts_as"] = "Enter the e-mail address of a member of staff whose account is open"
    if not wish.topics or not set(wish.topics) <= set(TOPICS):
        errors["topics"] = "Tick at least one kind of event, from the list"
    if errors or user is None:
        raise Invalid("The subscription cannot be kept.", errors=errors)
    require_may_give(session, [str(role) for role in user.roles], by=by)
    return user


def _name(wish: Wish) -> str:
    return " ".join(wish.name.split())


def _subscribe(session: Session, number: int, topics: Collection[str]) -> None:
    rows = [{"subscription_id": number, "topic": topic} for topic in TOPICS if topic in topics]
    session.execute(insert(TOPIC), rows)


def _locked(session: Session, number: int, revision: int | None = None) -> WebhookSubscription:
    row = session.get(WebhookSubscription, number, with_for_update=True, populate_existing=True)
    if row is None or row.ended_at is not None:
        raise NotFound("There is no such subscription.", remedy="Look at the list of webhooks.")
    if revision is not None and row.revision != revision:
        raise Conflict(f"Somebody else has changed “{row.name}”.", remedy="Look at it again, then change it.")
    return row


def _raise_revision(session: Session, row: WebhookSubscription) -> None:
    row.revision += 1
    session.flush()  # before it is read again


def _subject(row: WebhookSubscription) -> tuple[str, int | None, str]:
    return "webhook", row.id, row.name
