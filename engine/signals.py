"""Signals: a broadcast to every case that waits for it. Each case hears it in a step of its own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.instants import now
from engine.permissions import PLATFORM, Actor, require
from engine.runtime.locking import lock_case
from engine.runtime.moving import take_signal
from engine.runtime.saving import save
from engine.runtime.scope import RESERVED
from engine.runtime.step import open_step
from models.base import table
from models.work import Job, SignalSubscription

JOB, SUBSCRIPTION = table(Job), table(SignalSubscription)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """How many cases a signal is on its way to, and the jobs that bring it to them."""

    case_count: int
    job_keys: tuple[str, ...] = ()


def broadcast(
    session: Session, name: str, variables: Mapping[str, Any], *, by: Actor, but_for: int | None = None
) -> Broadcast:
    """Send a signal to every case that waits for it, but for the case that threw it.

    Raises:
        Invalid: no name, or variables with reserved names.
    """
    require(by, "send message")
    wrong = {key: "This name is reserved." for key in variables if key in RESERVED or key.startswith("__")}
    if not name or wrong:
        raise Invalid("The signal cannot be sent.", errors=wrong or {"name": "Enter the name of the signal"})
    waiting = select(SUBSCRIPTION.c.case_id).where(SUBSCRIPTION.c.name == name).distinct()
    case_ids = [case_id for case_id in session.scalars(waiting.order_by(SUBSCRIPTION.c.case_id)) if case_id != but_for]
    rows = _jobs(name, variables, case_ids)
    if rows:
        session.execute(insert(JOB), rows)
    return Broadcast(len(case_ids), tuple(row["key"] for row in rows))


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


def _jobs(name: str, variables: Mapping[str, Any], case_ids: list[int]) -> list[dict[str, Any]]:
    at, sent = now(), secrets.token_hex(8)
    common = {"kind": "deliver_signal", "token_id": "", "element_id": "", "status": "waiting", "attempts": 0}
    payload = {"name": name, "variables": dict(variables)}
    return [
        {**common, "key": f"{case_id}:signal:{sent}", "case_id": case_id, "payload": payload, "run_at": at}
        for case_id in case_ids
    ]
