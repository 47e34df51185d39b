"""One digest a day for who wants one: what is overdue, due today, coming near, new, and what was escalated to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.orm import Session

from engine.absences import absent_for
from engine.instants import LONDON, london, now
from engine.outbox import message
from engine.permissions import Actor, actor_of, visible_cases
from engine.reminders.delivery import DIGEST, KINDS, NONE, Preference
from engine.reminding.mailing import footer, line, link
from engine.reminding.words import day
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.case import Case
from models.telling import Digest, NotificationPreference
from models.work import Notification, OutboxMessage, UserTask

DIGESTS, PREFERENCE, OUTBOX = table(Digest), table(NotificationPreference), table(OutboxMessage)
BATCH = 200
MOST_TASKS = 200  # that are read for one digest
MOST_NAMED = 20  # in each part of it


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a digest, with what stands under it."""

    heading: str
    word: str  # in the subject, after the number
    lines: Sequence[str]


def post(sessions: Sessions) -> int:
    """Queue the digests whose hour has come. Returns how many messages that made."""
    with reading(sessions) as session:
        users = session.scalars(waiting(now())).all()
    return sum(_post_to(sessions, user_id) for user_id in users)


def waiting(at: datetime) -> Any:
    """Return the statement that finds whose digest is due."""
    due = select(PREFERENCE.c.user_id).where(PREFERENCE.c.digest_at <= at)
    return due.order_by(PREFERENCE.c.digest_at).limit(BATCH)


def _post_to(sessions: Sessions, user_id: int) -> bool:
    """Make the digest of one member of staff: the row of their preferences is locked, and a day has one digest."""
    with writing(sessions) as session:
        at = now()
        row = session.get_one(NotificationPreference, user_id, with_for_update=True)
        if row.digest_at is None or row.digest_at > at:
            return False
        row.digest_at = Preference.of(row).next_digest(at)
        actor = actor_of(session, user_id)
        last = session.scalar(select(Digest).where(Digest.user_id == user_id).order_by(Digest.day_on.desc()).limit(1))
        today = london(at).date()
        if actor is None or (last is not None and last.day_on >= today):
            return False
        parts = _parts(session, actor, Preference.of(row), at, last.made_at if last else at - timedelta(days=1))
        key = f"digest:{user_id}:{today.isoformat()}" if parts else None
        session.execute(insert(DIGESTS), {"user_id": user_id, "day_on": today, "made_at": at, "outbox_key": key})
        if key is not None:
            session.execute(insert(OUTBOX), message(key, actor.email, subject(parts), text(parts), at=at))
        return key is not None


def subject(parts: Sequence[Part]) -> str:
    """Return how much stands in a digest: 2 overdue, 1 due today."""
    return f"Your day: {', '.join(f'{len(part.lines)} {part.word}' for part in parts)}"


def text(parts: Sequence[Part]) -> str:
    """Return a digest in plain text."""
    return "\n\n".join([*(f"{part.heading}\n\n{_listed(part.lines)}" for part in parts), footer()])


def _listed(lines: Sequence[str]) -> str:
    shown = list(lines[:MOST_NAMED])
    if len(lines) > MOST_NAMED:
        shown.append(f"And {len(lines) - MOST_NAMED} more, on your home page.")
    return "\n\n".join(shown)


def _parts(session: Session, actor: Actor, wanted: Preference, at: datetime, since: datetime) -> list[Part]:
    tasks = session.execute(_tasks(actor, wanted, absent_for(session, actor.user_id or 0, at), at, since)).all()
    notices = _notices(session, actor, wanted, {task.user_task_id for task in tasks}, since)
    return [*_by_urgency(tasks, at), *_told(notices)]


def _by_urgency(tasks: Sequence[Any], at: datetime) -> Iterator[Part]:
    """Yield the tasks under four headings, each under the first that fits."""
    left, ends = list(tasks), _end_of_day(at)
    for heading, fits in (
        ("Overdue", lambda task: task.due_at is not None and task.due_at <= at),
        ("Due today", lambda task: task.due_at is not None and task.due_at < ends),
        ("Due soon", lambda task: task.amber_at is not None and task.amber_at <= at),
        ("New", lambda task: True),
    ):
        here = [_line(task) for task in left if fits(task)]
        left = [task for task in left if not fits(task)]
        if here:
            yield Part(heading, heading.lower(), here)


def _told(notices: Sequence[Any]) -> Iterator[Part]:
    for heading, word, kinds in (
        ("Escalated to you", "escalated to you", ("escalation",)),
        ("Reminders", "to read", ("reminder", "warning")),
    ):
        here = ["\n".join(filter(None, (n.reference, line(n), link(n)))) for n in notices if n.kind in kinds]
        if here:
            yield Part(heading, word, here)


def _line(task: Any) -> str:
    """Return one task; of a restricted case no more than that there is one."""
    name = "A task" if task.restricted else task.name
    dated = f"{name}, due on {day(task.due_at)}" if task.due_at is not None else name
    return "\n".join(filter(None, (task.reference, dated, link(task))))


def _tasks(actor: Actor, wanted: Preference, absent: frozenset[int], at: datetime, since: datetime) -> Any:
    """Return the pressing and the new tasks of a member of staff, of their teams, and of those they stand in for."""
    own: ColumnElement[bool] = UserTask.assignee_id.in_(sorted({actor.user_id or 0, *absent}))
    if actor.team_ids and wanted.team != NONE:
        waits = UserTask.assignee_id.is_(None) & UserTask.team_id.in_(sorted(actor.team_ids))
        own = or_(own, waits)
    presses = or_(UserTask.due_at < _end_of_day(at), UserTask.amber_at <= at, UserTask.created_at >= since)
    return (
        select(
            UserTask.id.label("user_task_id"), UserTask.name, UserTask.due_at, UserTask.amber_at,
            Case.reference, Case.restricted,
        )
        .join(Case, Case.id == UserTask.case_id)
        .where(UserTask.status == "open", visible_cases(actor), own, presses)
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.id)
        .limit(MOST_TASKS)
    )  # fmt: skip


def _notices(session: Session, actor: Actor, wanted: Preference, listed: set[int], since: datetime) -> list[Any]:
    """Return what was told since the last digest and is unread: escalations, and notices about what is not listed."""
    kinds = [kind for kind in KINDS if wanted.way(kind) == DIGEST]
    rows = session.execute(
        select(
            Notification.id, Notification.kind, Notification.text, Notification.user_task_id,
            Case.reference, Case.restricted,
        )
        .join(Case, Case.id == Notification.case_id)
        .outerjoin(UserTask, UserTask.id == Notification.user_task_id)
        .where(
            Notification.user_id == actor.user_id, Notification.read_at.is_(None), Notification.created_at >= since,
            Notification.kind.in_(kinds), visible_cases(actor),
            or_(UserTask.id.is_(None), UserTask.status == "open"),
        )
        .order_by(Notification.id)
        .limit(MOST_TASKS)
    )  # fmt: skip
    return [row for row in rows if row.user_task_id not in listed]


def _end_of_day(at: datetime) -> datetime:
    return datetime.combine(london(at).date() + timedelta(days=1), time(), LONDON)
