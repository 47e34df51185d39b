"""Fires timers that are due, and begins the cases whose time has come: found by an indexed column, each once."""

import logging
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import jobs, start_triggers
from engine.errors import EngineError
from engine.instants import now
from engine.permissions import PLATFORM
from engine.runtime.locking import lock_case
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.base import table
from models.work import Timer

TIMER = table(Timer)
BATCH = 200

log = logging.getLogger(__name__)


def sweep(sessions: sessionmaker[Session]) -> int:
    """Advance every case that has a timer due. Returns how many cases moved.

    Any number of nodes may sweep at once: the case's row lock lets one through, and the other finds nothing due.
    """
    with sessions() as session, session.begin():
        due = session.scalars(select(TIMER.c.case_id).where(TIMER.c.due_at <= now()).distinct().limit(BATCH)).all()
    return sum(_fire(sessions, case_id) for case_id in due)


def begin_cases(sessions: sessionmaker[Session]) -> int:
    """Begin a case for every start event whose time has come. Returns how many were begun."""
    with sessions() as session, session.begin():
        due = start_triggers.due(session)
    return sum(_begin(sessions, row) for row in due)


def _begin(sessions: sessionmaker[Session], row: Any) -> bool:
    """Begin a case; where it cannot be begun, the time passes, so that it is not tried again every few seconds."""
    try:
        with sessions() as session, session.begin():
            started = start_triggers.begin_due(session, row)
    except EngineError:
        log.exception("no case of %s could be begun by its time", row.category)
        with sessions() as session, session.begin():
            start_triggers.take(session, row)
        return False
    if started is None:
        return False
    jobs.run_all(sessions, started.job_keys)
    return True


def _fire(sessions: sessionmaker[Session], case_id: int) -> bool:
    try:
        with sessions() as session, session.begin():
            case = lock_case(session, case_id, by=PLATFORM)
            step = open_step(session, case, actor=PLATFORM, at=now())
            if not step.due_timers():
                return False
            step.fire_due_timers()
            step.run()
            save(step)
            left = step.job_keys
    except EngineError:
        log.exception("the timers of case %s could not be fired", case_id)
        return False
    jobs.run_all(sessions, left)
    return True
