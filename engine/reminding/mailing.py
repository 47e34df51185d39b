"""Sends notifications by e-mail: all that waits for one member of staff in one message, handed to the outbox once."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from engine import configuration
from engine.instants import now
from engine.outbox import message
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.case import Case
from models.staff import User
from models.work import Notification, OutboxMessage, UserTask

NOTICE, USER, CASE, TASK, OUTBOX = table(Notification), table(User), table(Case), table(UserTask), table(OutboxMessage)
BATCH = 500
MOST_NAMED = 30  # in one message; a longer one is read by nobody

log = logging.getLogger(__name__)


def post(sessions: Sessions) -> int:
    """Queue what is due to be mailed. Returns how many messages that made.

    The row of the member of staff is locked first: the second node then finds nothing left to queue.
    """
    with reading(sessions) as session:
        users = session.scalars(waiting(now())).all()
    return sum(_post_to(sessions, user_id) for user_id in dict.fromkeys(users))


def waiting(at: datetime) -> Select[Any]:
    """Return the statement that finds who has mail waiting; not distinct, so that it reads its own index alone."""
    return select(NOTICE.c.user_id).where(NOTICE.c.mail_at <= at).order_by(NOTICE.c.mail_at).limit(BATCH)


def _post_to(sessions: Sessions, user_id: int) -> bool:
    with writing(sessions) as session:
        user = session.execute(select(USER).where(USER.c.id == user_id).with_for_update()).one()
        rows = session.execute(_waiting(user_id)).all()
        if not rows:
            return False
        session.execute(update(NOTICE).where(NOTICE.c.id.in_([row.id for row in rows])).values(mail_at=None))
        wanted = [row for row in rows if row.read_at is None and row.task_status in (None, "open")]
        if not user.is_active or not wanted:
            return False
        _queue(session, user, wanted)
        return True


def _waiting(user_id: int) -> Any:
    columns = (NOTICE.c.id, NOTICE.c.case_id, NOTICE.c.kind, NOTICE.c.text, NOTICE.c.read_at, NOTICE.c.user_task_id)
    return (
        select(*columns, CASE.c.reference, CASE.c.restricted, TASK.c.status.label("task_status"), TASK.c.name)
        .join(CASE, CASE.c.id == NOTICE.c.case_id)
        .outerjoin(TASK, TASK.c.id == NOTICE.c.user_task_id)
        .where(NOTICE.c.user_id == user_id, NOTICE.c.mail_at <= now())
        .order_by(NOTICE.c.id)
    )


def _queue(session: Session, user: Any, rows: Sequence[Any]) -> None:
    key = f"reminders:{user.id}:{rows[-1].id}"
    cases = {row.case_id for row in rows}
    session.execute(
        insert(OUTBOX),
        message(key, user.email, subject(rows), text(rows), at=now(), case_id=cases.pop() if len(cases) == 1 else None),
    )
    session.execute(update(NOTICE).where(NOTICE.c.id.in_([row.id for row in rows])).values(outbox_key=key))


def subject(rows: Sequence[Any]) -> str:
    """Return the subject: the case's number and the task's name, nothing else that a passer-by could read."""
    if len(rows) == 1:
        return f"{rows[0].reference}: {line(rows[0])}"[:200]
    references = list(dict.fromkeys(row.reference for row in rows))
    more = f" and {len(references) - 3} more cases" if len(references) > 3 else ""
    return f"{len(rows)} reminders: {', '.join(references[:3])}{more}"


def line(row: Any) -> str:
    """Return what is said of a notification outside the house; of a restricted case no more than that there is one."""
    if not row.restricted:
        return str(row.text)
    return {"escalation": "a task is still not done", "warning": "a task is overdue"}.get(row.kind, "a reminder")


def text(rows: Sequence[Any]) -> str:
    """Return the message in plain text, each reminder with the address of its task."""
    parts = ["\n".join(filter(None, (row.reference, line(row), link(row)))) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        parts.append(f"And {len(rows) - MOST_NAMED} more, on your home page.")
    return "\n\n".join([*parts, footer()])


def link(row: Any) -> str:
    """Return the address of what a notification is about; "" where the installation has not said where it is."""
    path = f"/tasks/{row.user_task_id}" if row.user_task_id else f"/cases/{row.reference}"
    return configuration.current().address(path)


def footer() -> str:
    """Return how to get fewer of these."""
    where = configuration.current().address("/account/reminders") or "Casewright, under your account"
    return f"What you are told by e-mail, and when, is your choice: {where}."
