"""What may be done with reminders and warnings in the portal: read, put away, acknowledge what was escalated."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, not_, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.instants import now
from engine.permissions import Actor, Sight, cases_in, known_by, sight, visible_cases
from engine.recording import record
from engine.runtime.locking import lock_task
from models.aliases import alias_of
from models.case import Case
from models.prepared import Prepared
from models.staff import Team, User
from models.work import Notification, UserTask

MOST_COUNTED = 100

_HOLDER = alias_of(User)
_UNREAD = Notification.read_at.is_(None)
_IS_ESCALATED = and_(Notification.kind == "escalation", Notification.user_task_id.is_not(None))
_IS_LIVE = or_(UserTask.id.is_(None), UserTask.status == "open")


def reminders(session: Session, *, by: Actor, size: int = 20, everything: bool = False) -> list[Any]:
    """Return the actor's unread notifications, newest first, but for those whose task is done or was escalated to them.

    Each row: id, kind, text, created_at, read_at and user_task_id, reference and title of its case (empty where that
    may not be seen), whether it is live and its case may be seen. When `everything` is asked for, the others too.
    """
    values = {"most": size, **known_by(by)}
    return _reminders(sight(by), everything=everything).rows(session.connection(), values)


@lru_cache
def _reminders(sight: Sight, *, everything: bool) -> Prepared:
    columns = (getattr(Notification, name) for name in ("id", "kind", "text", "created_at", "read_at", "user_task_id"))
    may_see, is_live = cases_in(sight).label("is_visible"), _IS_LIVE.label("is_live")
    named = (case((may_see, column), else_="").label(column.key) for column in (Case.reference, Case.title))
    statement = select(*columns, *named, is_live, may_see)
    statement = statement.join(Case, Case.id == Notification.case_id).where(_is_told(sight))
    statement = statement.outerjoin(UserTask, UserTask.id == Notification.user_task_id)
    if not everything:
        statement = statement.where(_UNREAD, _IS_LIVE, not_(_IS_ESCALATED))
    return Prepared(statement.order_by(Notification.id.desc()).limit(bindparam("most", type_=Integer())))


def unread(session: Session, *, by: Actor) -> int:
    """Return how many notifications the actor has not read, those whose task is done aside; at most MOST_COUNTED."""
    return int(_unread(sight(by)).row(session.connection(), known_by(by)).number)


@lru_cache
def _unread(sight: Sight) -> Prepared:
    some = (
        select(Notification.id)
        .join(Case, Case.id == Notification.case_id)
        .outerjoin(UserTask, UserTask.id == Notification.user_task_id)
        .where(_is_told(sight), _UNREAD, _IS_LIVE)
        .limit(MOST_COUNTED)
    )
    return Prepared(select(func.count().label("number")).select_from(some.subquery()))


def escalated(session: Session, *, by: Actor) -> list[Any]:
    """Return the open tasks that were escalated to the actor and not acknowledged, the longest overdue first.

    Each row: id, name, due_at, amber_at, reference, title, assignee, team.
    """
    return _escalated(sight(by)).rows(session.connection(), known_by(by))


@lru_cache
def _escalated(sight: Sight) -> Prepared:
    told = select(Notification.user_task_id).where(Notification.user_id == bindparam("by_id"), _UNREAD, _IS_ESCALATED)
    statement = (
        select(
            UserTask.id, UserTask.name, UserTask.due_at, UserTask.amber_at, Case.reference, Case.title,
            _HOLDER.name.label("assignee"), Team.name.label("team"),
        )
        .join(Case, Case.id == UserTask.case_id)
        .outerjoin(_HOLDER, _HOLDER.id == UserTask.assignee_id)
        .outerjoin(Team, Team.id == UserTask.team_id)
        .where(UserTask.id.in_(told), UserTask.status == "open", cases_in(sight))
    )  # fmt: skip
    return Prepared(statement.order_by(UserTask.due_at, UserTask.id).limit(MOST_COUNTED))


def dismiss(session: Session, notification_id: int, *, by: Actor) -> None:
    """Put away one of the actor's reminders; one of an escalation is acknowledged thereby.

    Raises:
        NotFound: not theirs, or none.
    """
    found = session.get(Notification, notification_id)
    if found is None or found.user_id != by.user_id:
        raise NotFound("There is no such reminder.", remedy="Look at your home page.")
    if found.read_at is None and found.kind == "escalation" and found.user_task_id is not None:
        acknowledge(session, found.user_task_id, by=by)
    else:
        found.read_at = found.read_at or now()


def dismiss_all(session: Session, *, by: Actor) -> None:
    """Put away all of the actor's reminders, but for what was escalated to them: that is acknowledged task by task."""
    session.execute(
        update(Notification)
        .where(Notification.user_id == by.user_id, _UNREAD, not_(_IS_ESCALATED))
        .values(read_at=now())
    )


def acknowledge(session: Session, task_id: int, *, by: Actor) -> None:
    """Say that the actor sees to a task that was escalated to them; history keeps it.

    Raises:
        NotFound: no such task, or none that was escalated to them and not acknowledged yet.
    """
    locked, task = lock_task(session, task_id, by=by)
    mine = (Notification.user_id == by.user_id, Notification.user_task_id == task_id, _UNREAD, _IS_ESCALATED)
    if not session.execute(update(Notification).where(*mine).values(read_at=now())).rowcount:  # type: ignore[attr-defined]
        raise NotFound("No such task waits for you to acknowledge it.", remedy="Look at your home page.")
    payload = {"task_id": task_id, "name": task["name"], "element_id": task["element_id"]}
    record(session, locked, "escalation_acknowledged", payload, by=by)


def is_told(by: Actor) -> ColumnElement[bool]:
    """Return the condition for what the actor is told; that nobody could be told is no secret of its case."""
    return and_(Notification.user_id == by.user_id, _may_be_told(visible_cases(by)))


def _is_told(sight: Sight) -> ColumnElement[bool]:
    return and_(Notification.user_id == bindparam("by_id"), _may_be_told(cases_in(sight)))


def _may_be_told(of_case: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(of_case, Notification.kind == "unheard")
