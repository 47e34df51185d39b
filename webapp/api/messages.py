"""Messages to cases that wait for them."""

from typing import Any

from engine import messages
from engine.forms import guards
from webapp.access import requires
from webapp.api.idempotency import idempotent, work_key
from webapp.api.resource import Resource
from webapp.api.schemas.work import MessageSchema, NewMessage
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("messages", __name__, "Messages to cases that wait for them.")


@resource.post("/messages")
@requires("send message")
@idempotent
@resource.arguments(NewMessage)
@resource.response(202, MessageSchema)
def publish(given: dict[str, Any]) -> Any:
    """Send a message to the case that waits for it, or begin one; what comes early is kept for a week."""
    published = messages.publish(
        session(),
        given["name"],
        given["correlation_key"],
        guards.check(given["variables"]),
        by=actor(),
        message_key=work_key(),
    )
    after_commit(published.job_keys)
    return {
        "message_id": published.message_id,
        "is_delivered": published.case_id is not None,
        "is_repeat": published.is_repeat,
        "begun": published.begun or None,
    }
