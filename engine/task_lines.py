"""What every list of open tasks is made of: the columns of a line, the state of a task as it is now, the orders.

All of it is worked out once; the values that change by the minute are bound by the names that `moments` gives.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, not_, select

from engine.instants import LONDON, now, today
from engine.paging import Lines, Order
from models.aliases import alias_of
from models.base import Instant
from models.case import Case
from models.category import Category
from models.staff import Team, User
from models.work import DUE_OR_NEVER, UserTask

# In the order of urgency; each open task is in exactly one.
STATES = ("overdue", "today", "warning", "on_target", "no_date")
SORTS = ("due", "priority", "opened", "task", "case")

_OWNER = alias_of(User)


def moments() -> dict[str, datetime]:
    """Return the values of STATE and IS_NEW as they are now: the instant, and the ends of this day in the country."""
    day = today()
    return {"at": now(), "day_begins": _midnight(day), "day_ends": _midnight(day + timedelta(days=1))}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


# The state of an open task, one of STATES; whether it came today; their values are those of `moments`.
STATE: ColumnElement[str] = case(
    (UserTask.due_at.is_(None), "no_date"),
    (UserTask.due_at < bindparam("at"), "overdue"),
    (UserTask.due_at < bindparam("day_ends"), "today"),
    (UserTask.amber_at <= bindparam("at"), "warning"),
    else_="on_target",
)
IS_NEW: ColumnElement[bool] = UserTask.created_at >= bindparam("day_begins")
SUM_OF_NEW: ColumnElement[int] = func.sum(case((IS_NEW, 1), else_=0))

# What a list of open tasks selects of each; conditions and an order are put to it.
LINES: Lines = (
    select(
        UserTask.id, UserTask.name, UserTask.due_at, UserTask.amber_at, UserTask.created_at, UserTask.priority,
        UserTask.assignee_id, UserTask.team_id, UserTask.revision, UserTask.draft.is_not(None).label("has_draft"),
        Case.reference, Case.title, Case.stage, Case.open_incidents, Category.name.label("category"),
        Team.name.label("team"), _OWNER.name.label("assignee"), STATE.label("state"), IS_NEW.label("is_new"),
    )
    .join(Case, Case.id == UserTask.case_id)
    .join(Category, Category.id == Case.category_id)
    .outerjoin(Team, Team.id == UserTask.team_id)
    .outerjoin(_OWNER, _OWNER.id == UserTask.assignee_id)
    .where(UserTask.status == "open")
)  # fmt: skip


def stands(state: str) -> ColumnElement[bool]:
    """Return the condition that a task stands so now: one of STATES, or "new".

    It says the same as STATE, by what an index of the urgency of tasks can answer.
    """
    due, at, day_ends = DUE_OR_NEVER, bindparam("at", type_=Instant()), bindparam("day_ends", type_=Instant())
    later = and_(due >= day_ends, UserTask.due_at.is_not(None))
    is_amber = and_(UserTask.amber_at.is_not(None), UserTask.amber_at <= at)
    conditions: dict[str, ColumnElement[bool]] = {
        "overdue": due < at,
        "today": and_(due >= at, due < day_ends),
        "warning": and_(later, is_amber),
        "on_target": and_(later, not_(is_amber)),
        "no_date": UserTask.due_at.is_(None),
        "new": IS_NEW,
    }
    return conditions[state]


def order(sort: str, is_descending: bool) -> Order:
    """Return how a list of tasks is sorted by one of SORTS."""
    keys: Mapping[str, tuple[Any, Any]] = {
        "due": (DUE_OR_NEVER, datetime.fromisoformat),
        "priority": (-UserTask.priority, int),
        "opened": (UserTask.created_at, datetime.fromisoformat),
        "task": (UserTask.name, str),
        "case": (Case.reference, str),
    }
    key, read = keys[sort if sort in keys else "due"]
    return Order(key, UserTask.id, read=read, is_descending=is_descending)
