"""What becomes of work that failed: tried again after growing pauses where the reason may pass, else given up.

What was given up is a dead letter: it is listed, and somebody tries it again or discards it (`engine.dead_letters`).
"""

import logging
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError
from sqlalchemy.orm import Session

from engine.errors import EngineError, Unavailable
from engine.instants import now
from engine.permissions import PLATFORM
from engine.recording import record
from engine.runtime.locking import lock_case
from engine.transactions import Sessions, writing
from models.base import table
from models.work import Notification, Setback

SETBACK, NOTICE = table(Setback), table(Notification)
# After each failed attempt the next one waits so long; after the last it is given up.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 3 * 3600))
MOST_ATTEMPTS = len(PAUSES) + 1
LONGEST_ERROR = 1_000
# Classes of PostgreSQL's error codes: connection, transaction rolled back, resources, not ready, operator intervenes.
PASSING_STATES = ("08", "40", "53", "55", "57")
# SQLite has sentences instead.
PASSING_SENTENCES = ("database is locked", "disk I/O error", "disk is full", "unable to open database")

log = logging.getLogger(__name__)


def may_pass(error: BaseException) -> bool:
    """Say whether the same may succeed later: a database, disk, network or child process that is away just now."""
    if isinstance(error, DBAPIError):
        return is_passing(error)
    return isinstance(error, Unavailable | OSError | TimeoutError)


def is_passing(error: DBAPIError | TimeoutError) -> bool:
    """Say whether the database may do it a moment later: lock, deadlock, lost connection, full pool."""
    if isinstance(error, TimeoutError) or error.connection_invalidated:
        return True
    if isinstance(error.orig, psycopg.Error):
        state = error.orig.sqlstate
        return state[:2] in PASSING_STATES if state else isinstance(error.orig, psycopg.OperationalError)
    return any(said in str(error.orig) for said in PASSING_SENTENCES)


def sentence(error: BaseException) -> str:
    """Return why something failed, for people: what is ours in full, of anything else no more than its kind."""
    if isinstance(error, EngineError):
        return str(error)[:LONGEST_ERROR]
    if isinstance(error, SQLAlchemyError):
        return f"The database could not be used ({type(error).__name__})."
    if isinstance(error, OSError):
        return f"A file or a connection could not be used ({error.strerror or type(error).__name__})."
    return f"It failed for a technical reason ({type(error).__name__})."


def pause_after(attempts: int, error: BaseException) -> timedelta | None:
    """Return how long to wait after so many failed attempts; none when it is to be given up."""
    return PAUSES[attempts - 1] if may_pass(error) and attempts < MOST_ATTEMPTS else None


def note(
    sessions: Sessions, key: str, error: BaseException, *, kind: str, case_id: int | None, payload: dict[str, Any]
) -> bool:
    """Write down that what has no row of its own failed. Returns whether it is tried again."""
    with writing(sessions) as session:
        before = session.execute(select(SETBACK.c.attempts).where(SETBACK.c.key == key).with_for_update()).first()
        attempts = before.attempts + 1 if before is not None else 1
        pause = pause_after(attempts, error)
        values = {
            "status": "failed" if pause is None else "waiting",
            "next_at": now() + (pause or timedelta()),
            "attempts": attempts,
            "error": sentence(error),
            "payload": payload,
        }
        if before is None:
            session.execute(insert(SETBACK).values(key=key, kind=kind, case_id=case_id, **values))
        else:
            session.execute(update(SETBACK).where(SETBACK.c.key == key).values(**values))
    level, trace = (logging.WARNING if pause else logging.ERROR), None if isinstance(error, EngineError) else error
    log.log(level, "%s failed %s times: %s", key, attempts, sentence(error), exc_info=trace)
    if pause is None and case_id is not None:
        tell_case(sessions, case_id, {"kind": kind, "key": key, "message": sentence(error)})
    return pause is not None


def forget(session: Session, key: str) -> None:
    """Take away a setback that is over."""
    session.execute(delete(SETBACK).where(SETBACK.c.key == key))


def tell_case(sessions: Sessions, case_id: int, told: dict[str, Any]) -> None:
    """Write into a case's history, and put before its owner, that work for it was given up.

    A case that cannot even be told is only logged: its dead letter is listed all the same.
    """
    try:
        with writing(sessions) as session:
            case = lock_case(session, case_id, by=PLATFORM)
            record(session, case, "work_given_up", told, by=PLATFORM)
            if case.owner_id is not None:
                session.execute(insert(NOTICE), _notice(case, told, now()))
    except (EngineError, SQLAlchemyError):
        log.exception("case %s could not be told that %s was given up", case_id, told["key"])


def _notice(case: Any, told: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "key": f"given up:{told['key']}:{at.isoformat()}"[:200],
        "user_id": case.owner_id,
        "case_id": case.id,
        "user_task_id": None,
        "kind": "incident",
        "text": f"Something that {case.reference} needed could not be done: {told['message']}",
        "created_at": at,
    }
