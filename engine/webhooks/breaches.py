"""Queues a message for each clock whose date has passed unmet: nothing is written down when that happens.

A clock is told of once for each date that it misses, within a week after it; none that was late before somebody
subscribed.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.instants import now
from engine.outbox import OUTBOX
from engine.transactions import Sessions, reading, writing
from engine.webhooks.delivering import message
from models.among import among_texts
from models.base import table
from models.case import Case
from models.webhook_topics import BREACHED
from models.webhooks import WebhookSubscription, WebhookTopic
from models.work import Clock

CLOCK = table(Clock)
LOOKS_BACK = timedelta(days=7)


def queue(sessions: Sessions) -> None:
    """Queue what is not queued yet; nothing is written where there is nothing to tell."""
    with reading(sessions) as session:
        new = [row for one in _subscriptions(session) for row in _untold(session, one)]
    if not new:
        return
    with writing(sessions) as session:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(OUTBOX).on_conflict_do_nothing(index_elements=["key"]), new)


def _subscriptions(session: Session) -> list[WebhookSubscription]:
    is_told = (WebhookTopic.subscription_id == WebhookSubscription.id) & (WebhookTopic.topic == BREACHED)
    is_on = (WebhookSubscription.paused_at.is_(None), WebhookSubscription.ended_at.is_(None))
    return list(session.scalars(select(WebhookSubscription).join(WebhookTopic, is_told).where(*is_on)))


def _untold(session: Session, one: WebhookSubscription) -> list[dict[str, Any]]:
    since = max(one.created_at, now() - LOOKS_BACK)
    is_late = (CLOCK.c.state == "running", CLOCK.c.due_at > since, CLOCK.c.due_at <= now())
    of_case = (Case.id == CLOCK.c.case_id) & Case.restricted.is_(False)
    late = session.execute(select(CLOCK.c.id, CLOCK.c.case_id, CLOCK.c.due_at).join(Case, of_case).where(*is_late))
    messages = {}
    for clock in late:
        due_at = clock.due_at.isoformat()
        key = f"webhook:{one.id}:clock:{clock.id}:{due_at}"
        payload = {"type": BREACHED, "source": "clock", "id": clock.id, "due_at": due_at}
        messages[key] = message(key, one.id, payload, case_id=clock.case_id)
    for key in session.scalars(select(OUTBOX.c.key).where(among_texts(OUTBOX.c.key, list(messages)))):
        del messages[key]
    return list(messages.values())
