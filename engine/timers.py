"""Fires timers that are due: found by an indexed column, one case a transaction, each once."""

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import jobs
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
