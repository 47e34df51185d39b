"""Lists of cases: filtered, sorted, a page at a time, or all of them for a spreadsheet."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from engine.fields import MARK_OF_CATEGORY
from engine.instants import now
from engine.paging import Lines, Order, Page, read_page
from engine.permissions import Actor, visible_cases
from engine.search import names_case
from models.base import Instant
from models.case import Case
from models.category import Category
from models.staff import Team, User
from models.work import UserTask

STATUSES = ("open", "closed", "cancelled")
SORTS = ("opened", "case", "title", "stage", "due")
MOST_EXPORTED = 50_000

_NEVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are asked for, and in which order; "" or None leaves a question open."""

    text: str = ""
    category: str = ""
    status: str = "open"
    stage: str = ""
    owner_id: int | None = None
    team_id: int | None = None
    is_overdue: bool = False
    has_incident: bool = False
    sort: str = "opened"
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class NextTask:
    """The most urgent open task of a case."""

    id: int
    name: str
    due_at: datetime | None
    amber_at: datetime | None
    holder: str  # who has it, or the team that it waits for


def cases(session: Session, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of cases that the actor may see.

    Raises:
        Invalid: the cursor is none of this list.
    """
    return read_page(session, _lines(session, wanted, by), _order(wanted), cursor=cursor, size=size)


def every_case(session: Session, wanted: Wanted, *, by: Actor) -> Iterator[Any]:
    """Return all cases that are asked for, oldest first, up to 50,000: what a spreadsheet holds comfortably."""
    statement = _lines(session, wanted, by).order_by(Case.id).limit(MOST_EXPORTED)
    yield from session.execute(statement, execution_options={"yield_per": 500})


def number(session: Session, wanted: Wanted, *, by: Actor) -> int:
    """Return how many cases are asked for."""
    found = select(func.count()).select_from(Case).join(Category, Category.id == Case.category_id)
    return session.scalar(found.where(visible_cases(by), *_conditions(session, wanted))) or 0


def next_tasks(session: Session, case_ids: Collection[int]) -> dict[int, NextTask]:
    """Return for each of these cases its most urgent open task."""
    if not case_ids:
        return {}
    statement = (
        select(UserTask.id, UserTask.case_id, UserTask.name, UserTask.due_at, UserTask.amber_at, User.name, Team.name)
        .outerjoin(User, User.id == UserTask.assignee_id)
        .outerjoin(Team, Team.id == UserTask.team_id)
        .where(UserTask.case_id.in_(list(case_ids)), UserTask.status == "open")
        .order_by(func.coalesce(UserTask.due_at, _NEVER, type_=Instant()), UserTask.id)
    )
    found: dict[int, NextTask] = {}
    for task_id, case_id, name, due_at, amber_at, person, team in session.execute(statement):
        found.setdefault(case_id, NextTask(task_id, name, due_at, amber_at, person or team or ""))
    return found


def categories(session: Session) -> list[Any]:
    """Return (id, key, name, description, current_version_id, mark of its fields) of the categories in use, by name."""
    columns = (Category.id, Category.key, Category.name, Category.description, Category.current_version_id)
    in_use = select(*columns, MARK_OF_CATEGORY).where(
        Category.current_version_id.is_not(None), Category.retired_at.is_(None)
    )
    return list(session.execute(in_use.order_by(Category.name)))


def stages(session: Session, category: str = "") -> list[str]:
    """Return the stages that open cases (of a category) stand in."""
    statement = select(Case.stage).where(Case.status == "open", Case.stage != "").distinct().order_by(Case.stage)
    if category:
        statement = statement.join(Category, Category.id == Case.category_id).where(Category.key == category)
    return list(session.scalars(statement))


def staff(session: Session) -> list[Any]:
    """Return (id, name, email) of active members of staff, by name."""
    people = select(User.id, User.name, User.email).where(User.is_active)
    return list(session.execute(people.order_by(User.name, User.id)))


def teams(session: Session) -> list[Any]:
    """Return (id, name) of all teams, by name."""
    return list(session.execute(select(Team.id, Team.name).order_by(Team.name)))


def _lines(session: Session, wanted: Wanted, by: Actor) -> Lines:
    statement = (
        select(
            Case.id, Case.reference, Case.title, Case.status, Case.stage, Case.outcome, Case.opened_at, Case.closed_at,
            Case.restricted, Case.open_incidents, Case.owner_id, Case.parent_id, Category.name.label("category"),
            Category.key.label("category_key"), User.name.label("owner"), _awaited_children(),
        )
        .join(Category, Category.id == Case.category_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(visible_cases(by))
    )  # fmt: skip
    return statement.where(*_conditions(session, wanted))


def _awaited_children() -> Any:
    """Return the number of open cases that a case waits for."""
    child = aliased(Case)
    awaited = select(func.count(child.id)).where(
        child.parent_id == Case.id, child.parent_token_id.is_not(None), child.status == "open"
    )
    return awaited.scalar_subquery().label("awaited_children")


def _conditions(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.status in STATUSES:
        yield Case.status == wanted.status
    if wanted.category:
        yield Category.key == wanted.category
    if wanted.stage:
        yield Case.stage == wanted.stage
    if wanted.owner_id is not None:
        yield Case.owner_id == wanted.owner_id
    if wanted.team_id is not None:
        yield _has_task(UserTask.team_id == wanted.team_id)
    if wanted.is_overdue:
        yield _has_task(UserTask.due_at < now())
    if wanted.has_incident:
        yield Case.open_incidents > 0
    if wanted.text.strip():
        yield names_case(session, wanted.text)


def _has_task(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(UserTask.case_id == Case.id, UserTask.status == "open", condition))


def _order(wanted: Wanted) -> Order:
    first_due = (
        select(func.min(UserTask.due_at))
        .where(UserTask.case_id == Case.id, UserTask.status == "open")
        .correlate(Case)
        .scalar_subquery()
    )
    keys: Mapping[str, tuple[Any, Any]] = {
        "opened": (Case.opened_at, datetime.fromisoformat),
        "case": (Case.reference, str),
        "title": (Case.title, str),
        "stage": (Case.stage, str),
        "due": (func.coalesce(first_due, _NEVER, type_=Instant()), datetime.fromisoformat),
    }
    key, read = keys[wanted.sort if wanted.sort in keys else "opened"]
    return Order(key, Case.id, read=read, is_descending=wanted.is_descending)
