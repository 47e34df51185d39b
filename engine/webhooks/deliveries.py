"""What was sent to whom, and what came of it: the log of a subscription, and sending a message again."""

from typing import Any

from sqlalchemy import Select, case, false, func, null, select, true
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.instants import now
from engine.paging import Order
from engine.permissions import Actor, require, visible_cases, visible_links
from engine.webhooks.delivering import ATTEMPT
from engine.webhooks.messages import PING
from engine.webhooks.pausing import VERB
from models.case import Case
from models.record import RecordChange
from models.webhooks import WebhookAttempt, WebhookSubscription
from models.work import OutboxMessage

STATES = {"waiting": "Waiting", "sent": "Delivered", "failed": "Failed", "discarded": "Withheld or discarded"}
NEWEST_FIRST = Order(OutboxMessage.id, OutboxMessage.id, int, is_descending=True)


def lines(subscription_id: int, *, state: str = "", topic: str = "", by: Actor) -> Select[*tuple[Any, ...]]:
    """Return the statement of the log: OutboxMessage, last_status, last_seconds, reference, entity_type, entity_id.

    What it is about, and by `is_hidden` what was sent, is kept from an actor who may not see the case or the entity.

    Raises:
        Invalid: there is no such state.
    """
    require(by, VERB)
    if state and state not in STATES:
        raise Invalid(f"There is no state “{state}” of a delivery.", remedy=f"There are: {', '.join(STATES)}.")
    its = ATTEMPT.alias()
    newest = select(func.max(its.c.id)).where(its.c.outbox_id == OutboxMessage.id).scalar_subquery()
    payload = OutboxMessage.payload
    of_record = (payload["source"].as_string() == "record_change") & (RecordChange.id == payload["id"].as_integer())
    is_seen = case(
        (OutboxMessage.case_id.is_not(None), visible_cases(by)),
        (RecordChange.id.is_not(None), visible_links(by, RecordChange)),
        else_=true(),
    )
    found = (
        select(
            OutboxMessage,
            WebhookAttempt.status.label("last_status"),
            WebhookAttempt.seconds.label("last_seconds"),
            case((is_seen, Case.reference), else_=null()).label("reference"),
            case((is_seen, RecordChange.entity_type), else_=null()).label("entity_type"),
            RecordChange.entity_id,
            case((is_seen, false()), else_=true()).label("is_hidden"),
        )
        .outerjoin(Case, Case.id == OutboxMessage.case_id)
        .outerjoin(RecordChange, of_record)
        .outerjoin(WebhookAttempt, WebhookAttempt.id == newest)
        .where(OutboxMessage.subscription_id == subscription_id)
    )
    if state:
        found = found.where(OutboxMessage.status == state)
    return found.where(OutboxMessage.payload["type"].as_string() == topic) if topic else found


def open_counts(session: Session) -> dict[int, dict[str, int]]:
    """Return how many messages of each subscription wait and failed: {subscription: {state: number}}."""
    of_each = (OutboxMessage.subscription_id, OutboxMessage.status)
    is_open = (OutboxMessage.subscription_id.is_not(None), OutboxMessage.status.in_(("waiting", "failed")))
    found: dict[int, dict[str, int]] = {}
    for number, state, count in session.execute(select(*of_each, func.count()).where(*is_open).group_by(*of_each)):
        found.setdefault(number or 0, {})[state] = count
    return found


def one(session: Session, subscription_id: int, number: int, *, by: Actor) -> Any:
    """Return the line of one message. Raises NotFound."""
    found = session.execute(lines(subscription_id, by=by).where(OutboxMessage.id == number)).first()
    if found is None:
        raise NotFound("There is no such delivery; those that were taken are kept for 30 days.")
    return found


def attempts(session: Session, line: Any) -> list[WebhookAttempt]:
    """Return the attempts to deliver a message, the last first; none of one that the actor may not see."""
    if line.is_hidden:
        return []
    its = WebhookAttempt.outbox_id == line.OutboxMessage.id
    return list(session.scalars(select(WebhookAttempt).where(its).order_by(WebhookAttempt.id.desc())))


def send_again(session: Session, subscription_id: int, number: int, *, by: Actor) -> None:
    """Put a message back among those that wait, under the same id: a receiver that has it drops the repeat.

    Raises:
        Conflict: it waits already, tells of nothing, or its subscription has ended.
    """
    row = one(session, subscription_id, number, by=by).OutboxMessage
    has_ended = session.get_one(WebhookSubscription, subscription_id).ended_at is not None
    if has_ended or row.status == "waiting" or row.payload["type"] == PING:
        raise Conflict("This message cannot be sent again.", remedy="Send a test, or wait for its next attempt.")
    row.status, row.attempts, row.next_at, row.error = "waiting", 0, now(), ""
    session.flush()  # before the list is read again
