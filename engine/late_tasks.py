"""What was done after its time, and why: a list for managers, and as a file for a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from engine.instants import LONDON
from engine.paging import Lines, Order, Page, read_page
from engine.permissions import Actor, require, visible_cases
from models.aliases import alias_of
from models.case import Case
from models.category import Category
from models.staff import Team, User
from models.work import UserTask

MOST_EXPORTED = 50_000
MOST_REASONS = 12

_BEHALF = alias_of(User)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which late tasks are asked for: done from one day to another, both included; "" leaves a question open."""

    from_on: date
    until_on: date
    category: str = ""
    team_id: int | None = None
    without_reason: bool = False


def late_tasks(session: Session, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of what was done late, the latest first; only to those who may see others' tasks."""
    require(by, "see others' tasks")
    order = Order(UserTask.completed_at, UserTask.id, read=datetime.fromisoformat, is_descending=True)
    return read_page(session, _lines().where(*_conditions(wanted, by)), order, cursor=cursor, size=size)


def every_late_task(session: Session, wanted: Wanted, *, by: Actor) -> Iterator[Row[Any]]:
    """Return all of them, the latest first, up to 50,000."""
    require(by, "see others' tasks")
    statement = _lines().where(*_conditions(wanted, by)).order_by(UserTask.completed_at.desc(), UserTask.id.desc())
    yield from session.execute(statement.limit(MOST_EXPORTED), execution_options={"yield_per": 500})


def reasons(session: Session, wanted: Wanted, *, by: Actor) -> list[Row[Any]]:
    """Return (reason, number), the most frequent first; an empty reason was not given."""
    require(by, "see others' tasks")
    number = func.count().label("number")
    statement = (
        select(UserTask.late_reason.label("reason"), number)
        .join(Case, Case.id == UserTask.case_id)
        .join(Category, Category.id == Case.category_id)
        .where(*_conditions(wanted, by))
        .group_by(UserTask.late_reason)
        .order_by(number.desc(), UserTask.late_reason)
    )
    return list(session.execute(statement.limit(MOST_REASONS)))


def _lines() -> Lines:
    return (
        select(
            UserTask.id, UserTask.name, UserTask.due_at, UserTask.completed_at, UserTask.late_reason,
            Case.reference, Case.title, Category.name.label("category"), Team.name.label("team"),
            User.name.label("completed_by"), _BEHALF.name.label("on_behalf_of"),
        )
        .join(Case, Case.id == UserTask.case_id)
        .join(Category, Category.id == Case.category_id)
        .outerjoin(Team, Team.id == UserTask.team_id)
        .outerjoin(User, User.id == UserTask.completed_by_id)
        .outerjoin(_BEHALF, _BEHALF.id == UserTask.on_behalf_of_id)
    )  # fmt: skip


def _conditions(wanted: Wanted, by: Actor) -> Iterator[ColumnElement[bool]]:
    yield visible_cases(by)
    yield UserTask.status == "completed"
    yield UserTask.late_reason.is_not(None)
    yield UserTask.completed_at >= datetime.combine(wanted.from_on, time(), LONDON)
    yield UserTask.completed_at < datetime.combine(wanted.until_on + timedelta(days=1), time(), LONDON)
    if wanted.category:
        yield Category.key == wanted.category
    if wanted.team_id is not None:
        yield UserTask.team_id == wanted.team_id
    if wanted.without_reason:
        yield UserTask.late_reason == ""
