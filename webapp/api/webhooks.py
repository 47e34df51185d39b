"""Webhooks: other systems that are told of changes, and the log of what was sent to them."""

from datetime import timedelta
from typing import Any

from engine.errors import NotPossible
from engine.paging import read_page
from engine.webhooks import deliveries, delivering, subscriptions
from engine.webhooks.subscriptions import Wish
from webapp import database
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.preconditions import check_revision, must_match
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.webhooks import (
    AttemptSchema,
    DeliveryFilter,
    DeliveryPage,
    NewPause,
    NewSecret,
    NewWebhook,
    SecretSchema,
    WebhookChange,
    WebhookListSchema,
    WebhookSchema,
    WholeDeliverySchema,
)
from webapp.auth import actor
from webapp.database import session

resource = Resource("webhooks", __name__, "Webhooks: other systems that are told of changes.")
VERB = "change webhooks"
ONE = f"/webhooks/<{ID}:webhook_id>"


@resource.get("/webhooks")
@requires(VERB)
@resource.response(200, WebhookListSchema)
def find() -> Any:
    """List the subscriptions."""
    return {"items": _told(subscriptions.every(session()))}


@resource.post("/webhooks")
@requires(VERB)
@idempotent
@resource.arguments(NewWebhook)
@resource.response(201, WebhookSchema)
def add(given: dict[str, Any]) -> Any:
    """Add a subscription; PUT its `secret` to be given one: no secret stands in an answer that is kept for repeats."""
    wish = Wish(given["name"], given["address"], given["acts_as"], given["topics"])
    row, _ = subscriptions.add(session(), wish, by=actor())
    return _one(row.id)


@resource.get(ONE)
@requires(VERB)
@resource.response(200, WebhookSchema)
def one(webhook_id: int) -> Any:
    """Show a subscription."""
    return _one(webhook_id)


@resource.patch(ONE)
@requires(VERB)
@must_match
@resource.arguments(WebhookChange)
@resource.response(200, WebhookSchema)
def change(given: dict[str, Any], webhook_id: int) -> Any:
    """Change a subscription; what waits goes to the address that it then has."""
    before = _one(webhook_id)
    check_revision(before["revision"], "subscription")
    wanted = {name: given.get(name, before[name]) for name in ("name", "address", "acts_as", "topics")}
    wish = Wish(wanted["name"], wanted["address"], wanted["acts_as"], wanted["topics"])
    subscriptions.change(session(), webhook_id, wish, revision=before["revision"], by=actor())
    return _one(webhook_id)


@resource.delete(ONE)
@requires(VERB)
@resource.response(204)
def end(webhook_id: int) -> None:
    """End a subscription for good; what waits for it and what failed is discarded."""
    subscriptions.end(session(), webhook_id, by=actor())


@resource.post(f"{ONE}/pause")
@requires(VERB)
@idempotent
@resource.arguments(NewPause)
@resource.response(204)
def pause(given: dict[str, Any], webhook_id: int) -> None:
    """Send nothing and queue nothing until it is resumed; what waits is kept."""
    subscriptions.pause(session(), webhook_id, reason=given["reason"], by=actor())


@resource.delete(f"{ONE}/pause")
@requires(VERB)
@resource.response(204)
def resume(webhook_id: int) -> None:
    """Send what waits and what happens from now on."""
    subscriptions.resume(session(), webhook_id, by=actor())


@resource.put(f"{ONE}/secret")
@requires(VERB)
@resource.arguments(NewSecret)
@resource.response(200, SecretSchema)
def replace_secret(given: dict[str, Any], webhook_id: int) -> Any:
    """Replace the secret; for some hours messages carry the signatures of both. It is in the answer, this once."""
    overlap = timedelta(hours=given["overlap_hours"])
    return {"secret": subscriptions.new_secret(session(), webhook_id, overlap=overlap, by=actor())}


@resource.put(f"{ONE}/test")
@requires(VERB)
@resource.response(200, AttemptSchema)
def test(webhook_id: int) -> Any:
    """Send a message that tells of nothing, and answer with what the receiver said."""
    database.roll_back()  # gives the write lock back: a receiver may take its time
    attempt = delivering.send_ping(database.sessions(), webhook_id)
    if attempt is None:
        raise NotPossible("Nothing was sent: the account that it acts as is closed, or its secret cannot be read.")
    return attempt


@resource.get(f"{ONE}/deliveries")
@requires(VERB)
@resource.arguments(DeliveryFilter, location=QUERY)
@resource.response(200, DeliveryPage)
def find_deliveries(given: dict[str, Any], webhook_id: int) -> Any:
    """List what was sent or waits, the latest first."""
    subscriptions.one(session(), webhook_id)
    wanted = deliveries.lines(webhook_id, state=given["state"], topic=given["topic"], by=actor())
    found = read_page(session(), wanted, deliveries.NEWEST_FIRST, cursor=given["cursor"], size=given["limit"])
    return page(found, [_delivery(line) for line in found.rows])


@resource.get(f"{ONE}/deliveries/<{ID}:number>")
@requires(VERB)
@resource.response(200, WholeDeliverySchema)
def one_delivery(webhook_id: int, number: int) -> Any:
    """Show a message with its attempts: what was sent, and what was answered."""
    line = deliveries.one(session(), webhook_id, number, by=actor())
    return {**_delivery(line), "log": deliveries.attempts(session(), line)}


@resource.post(f"{ONE}/deliveries/<{ID}:number>/retry")
@requires(VERB)
@idempotent
@resource.response(204)
def send_again(webhook_id: int, number: int) -> None:
    """Send a message again, under the same `webhook-id`: a receiver that has it drops the repeat."""
    deliveries.send_again(session(), webhook_id, number, by=actor())


def _one(webhook_id: int) -> dict[str, Any]:
    return _told([subscriptions.one(session(), webhook_id)])[0]


def _told(lines: list[Any]) -> list[dict[str, Any]]:
    topics = subscriptions.topics_of(session(), [line.WebhookSubscription.id for line in lines])
    same = ("id", "name", "paused_at", "pause_reason", "failing_since", "created_at", "revision")
    return [
        {name: getattr(row, name) for name in same}
        | {"address": row.url, "acts_as": line.acts_as, "topics": topics[row.id]}
        for line in lines
        for row in [line.WebhookSubscription]
    ]


def _delivery(line: Any) -> dict[str, Any]:
    row = line.OutboxMessage
    told = {"topic": row.payload["type"], "state": row.status, "case": line.reference}
    return {name: getattr(row, name) for name in ("id", "attempts", "next_at", "error")} | told
