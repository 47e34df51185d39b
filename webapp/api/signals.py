"""Signals to every case that waits for them."""

from typing import Any

from engine import signals
from engine.forms import guards
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import Resource
from webapp.api.schemas.work import NewSignal, SignalSchema
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("signals", __name__, "Signals to every case that waits for them.")
AT_ONCE = 20  # cases that hear a signal before the answer leaves; the others hear it within seconds


@resource.post("/signals")
@requires("send message")
@idempotent
@resource.arguments(NewSignal)
@resource.response(202, SignalSchema)
def broadcast(given: dict[str, Any]) -> Any:
    """Send a signal to every case that waits for it, and begin those that start with it."""
    sent = signals.broadcast(session(), given["name"], guards.check(given["variables"]), by=actor())
    after_commit(sent.job_keys[:AT_ONCE])
    return {"case_count": sent.case_count, "begun": sent.begun}
