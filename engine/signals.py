"""Signals: a broadcast to every case that waits for it. Each case hears it in a step of its own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import log_context
from engine.errors import Invalid
from engine.forms.names import RESERVED
from engine.instants import now
from engine.permissions import ENTITIES, PLATFORM, Actor, require
from engine.runtime.locking import lock_case
from engine.runtime.moving import take_signal
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.start_triggers import begin_by_signal, sender
from models.base import table
from models.work import Job, SignalSubscription

JOB, SUBSCRIPTION = table(Job), table(SignalSubscription)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """How many cases a signal is on its way to, the cases that it began, and the jobs that were left."""

    case_count: int
    job_keys: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()  # references


def broadcast(
    session: Session, name: str, variables: Mapping[str, Any], *, by: Actor, sent_by: int | None = None
) -> Broadcast:
    """Send a signal to every case that waits for it, but for the case `sent_by`, and begin those that start with it.

    The variables person, home, tenancy and account say what the new cases are about, and no case that waits hears them.
    The new cases belong to whoever sends, or owns the case that does.

    Raises:
        Invalid: no name, or variables with reserved names.
    """
    require(by, "send message")
    reserved = RESERVED - ENTITIES.keys()
    wrong = {key: "This name is reserved." for key in variables if key in reserved or key.startswith("__")}
    if not name or wrong:
        raise Invalid("The signal cannot be sent.", errors=wrong or {"name": "Enter the name of the signal"})
    sent, case_ids = secrets.token_hex(8), _waiting(session, name, sent_by)
    heard = {key: value for key, value in variables.items() if key not in ENTITIES}
    rows = _jobs(name, heard, case_ids, sent)
    if rows:
        session.execute(insert(JOB), rows)
    begun = begin_by_signal(session, name, variables, sent=sent, sender=sender(session, by, sent_by))
    keys = (*(row["key"] for row in rows), *(key for started in begun for key in started.job_keys))
    return Broadcast(len(case_ids), keys, tuple(started.reference for started in begun))


def deliver(session: Session, job: Any) -> None:
    """Let the case of a job hear a signal, if it still waits for it when what was due before has happened."""
    case = lock_case(session, job.case_id, by=PLATFORM)
    if case.status != "open":
        return
    step = open_step(session, case, actor=PLATFORM, at=now())
    step.fire_due_timers()
    step.run()
    take_signal(step, job.payload["name"], job.payload["variables"])
    step.run()
    save(step)


def _waiting(session: Session, name: str, sent_by: int | None) -> list[int]:
    found = select(SUBSCRIPTION.c.case_id).where(SUBSCRIPTION.c.name == name).distinct()
    return [case_id for case_id in session.scalars(found.order_by(SUBSCRIPTION.c.case_id)) if case_id != sent_by]


def _jobs(name: str, variables: Mapping[str, Any], case_ids: list[int], sent: str) -> list[dict[str, Any]]:
    common = {"kind": "deliver_signal", "token_id": "", "element_id": "", "status": "waiting", "attempts": 0}
    common["request_id"] = log_context.request_id()
    payload = {"name": name, "variables": dict(variables)}
    return [
        {**common, "key": f"{case_id}:signal:{sent}", "case_id": case_id, "payload": payload, "run_at": now()}
        for case_id in case_ids
    ]
