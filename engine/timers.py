"""Fires timers that are due, and begins the cases whose time has come: found by an indexed column, each once."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine import jobs, setbacks, start_triggers
from engine.errors import StepFailed
from engine.instants import now
from engine.permissions import PLATFORM
from engine.runtime.locking import lock_if_due
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.work import Setback, Timer

TIMER, SETBACK = table(Timer), table(Setback)
BATCH = 200


def sweep(sessions: Sessions, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Advance every case that has a timer due, until `is_over`. Returns how many cases moved.

    Any number of nodes may sweep at once: each passes over the cases that another has in hand. A case whose timers
    cannot be fired keeps no other waiting: it is tried again after a pause, and given up in the end.
    """
    with reading(sessions) as session:
        due = {row.case_id: row for row in _due(session)}  # a case may have several
    return sum(_fire(sessions, row) for row in due.values() if not is_over())


def begin_cases(sessions: Sessions) -> int:
    """Begin a case for every start event whose time has come. Returns how many were begun."""
    with reading(sessions) as session:
        is_known, due = start_triggers.is_registered(session), start_triggers.due(session)
    if not is_known:
        with writing(sessions) as session:
            start_triggers.register(session)
            due = start_triggers.due(session)
    return sum(_begin(sessions, row) for row in due)


def key_of(case_id: int) -> str:
    """Return the key under which it is written down that the timers of a case could not be fired."""
    return f"timer:{case_id}"


def _due(session: Session) -> list[Row[Any]]:
    """Return the cases that have a timer due, the longest due first, without those that are paused or given up."""
    return list(
        session.execute(
            select(TIMER.c.case_id, SETBACK.c.id.label("setback_id"))
            .outerjoin(SETBACK, (SETBACK.c.case_id == TIMER.c.case_id) & (SETBACK.c.kind == "timer"))
            .where(TIMER.c.due_at <= now())
            .where(SETBACK.c.id.is_(None) | ((SETBACK.c.status == "waiting") & (SETBACK.c.next_at <= now())))
            .order_by(TIMER.c.due_at)
            .limit(BATCH)
        )
    )


def _fire(sessions: Sessions, row: Row[Any]) -> bool:
    try:
        left = fire(sessions, row.case_id, is_set_back=row.setback_id is not None)
    except Exception as error:
        setbacks.note(sessions, key_of(row.case_id), error, kind="timer", case_id=row.case_id, payload={})
        return False
    if left is None:
        return False
    jobs.run_all(sessions, left)
    return True


def fire(sessions: Sessions, case_id: int, *, is_set_back: bool = False) -> tuple[str, ...] | None:
    """Fire what is due in a case. Returns the keys of the jobs left; none when another node has it, or did it.

    Raises:
        StepFailed: what the case waits for is not what its rows say.
    """
    with writing(sessions) as session:
        case = lock_if_due(session, case_id, at=now())
        if case is None:
            return None
        step = open_step(session, case, actor=PLATFORM, at=now())
        if not step.due_timers():
            raise StepFailed(
                f"A timer of {case.reference} is due, and nothing in the case waits for it.",
                remedy="Tell whoever looks after this installation.",
            )
        step.fire_due_timers()
        step.run()
        save(step)
        if is_set_back:
            setbacks.forget(session, key_of(case_id))
        return step.job_keys


def _begin(sessions: Sessions, row: Row[Any]) -> bool:
    """Begin a case; where it cannot be begun, the time passes, and a dead letter says so."""
    try:
        with writing(sessions) as session:
            started = start_triggers.begin_due(session, row)
    except Exception as error:
        start_key = start_triggers.start_key(row)
        payload = start_triggers.as_payload(row, {}, start_key, start_triggers.Sender(PLATFORM))
        key = start_triggers.setback_key(start_key)
        if not setbacks.note(sessions, key, error, kind="start", case_id=None, payload=payload):
            with writing(sessions) as session:
                start_triggers.take(session, row)
        return False
    if started is None:
        return False
    jobs.run_all(sessions, started.job_keys)
    return True
