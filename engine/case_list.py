"""Lists of cases: filtered, sorted, a page at a time, or all of them for a spreadsheet."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from engine.fields import MARK_OF_CATEGORY
from engine.instants import now
from engine.paging import Lines, Order, Page, Pages, read_page
from engine.permissions import Actor, Sight, cases_in, known_by, sight
from engine.search import names_case
from models.among import among
from models.base import Instant, Never
from models.case import Case
from models.category import Category
from models.prepared import Prepared
from models.staff import Team, User
from models.work import DUE_OR_NEVER, UserTask

STATUSES = ("open", "closed", "cancelled")
SORTS = ("opened", "case", "title", "stage", "due")
MOST_EXPORTED = 50_000

KEPT = 128  # statements of each kind, worked out once
SOMETHING = "something"  # stands in a shape for a value


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
    asked, values = _shape(wanted), _values(wanted, by)
    if not wanted.text.strip():
        return _pages(sight(by), asked).read(session, values, cursor=cursor, size=size)
    statement = _lines(sight(by), asked).where(names_case(session, wanted.text))
    return read_page(session, statement, _order(asked), values, cursor=cursor, size=size)


@lru_cache(maxsize=KEPT)
def _pages(sight: Sight, asked: Wanted) -> Pages:
    return Pages(_lines(sight, asked), _order(asked))


def every_case(session: Session, wanted: Wanted, *, by: Actor) -> Iterator[Any]:
    """Return all cases that are asked for, oldest first, up to 50,000: what a spreadsheet holds comfortably."""
    statement = _lines(sight(by), _shape(wanted)).order_by(Case.id).limit(MOST_EXPORTED)
    if wanted.text.strip():
        statement = statement.where(names_case(session, wanted.text))
    yield from session.execute(statement, _values(wanted, by), execution_options={"yield_per": 500})


def number(session: Session, wanted: Wanted, *, by: Actor) -> int:
    """Return how many cases are asked for."""
    asked, values = _shape(wanted), _values(wanted, by)
    if wanted.text.strip():
        found = _counted(sight(by), asked).where(names_case(session, wanted.text))
        return session.scalar(found, values) or 0
    return int(_number(sight(by), asked).row(session.connection(), values).number)


def _counted(sight: Sight, asked: Wanted) -> Lines:
    found = select(func.count().label("number")).select_from(Case).join(Category, Category.id == Case.category_id)
    return found.where(cases_in(sight), *_conditions(asked))


@lru_cache(maxsize=KEPT)
def _number(sight: Sight, asked: Wanted) -> Prepared:
    return Prepared(_counted(sight, asked))


def next_tasks(session: Session, case_ids: Collection[int]) -> dict[int, NextTask]:
    """Return for each of these cases its most urgent open task."""
    if not case_ids:
        return {}
    found: dict[int, NextTask] = {}
    for task_id, case_id, name, due_at, amber_at, person, team in _NEXT.rows(
        session.connection(), {"case_ids": case_ids}
    ):
        found.setdefault(case_id, NextTask(task_id, name, due_at, amber_at, person or team or ""))
    return found


def categories(session: Session) -> list[Any]:
    """Return (id, key, name, description, current_version_id, mark of its fields) of the categories in use, by name."""
    return _CATEGORIES.rows(session.connection(), {})


def stages(session: Session, category: str = "") -> list[str]:
    """Return the stages that open cases (of a category) stand in."""
    found = _STAGES_OF if category else _STAGES
    return [row.stage for row in found.rows(session.connection(), {"category": category} if category else {})]


def staff(session: Session) -> list[Any]:
    """Return (id, name, email) of active members of staff, by name."""
    return _STAFF.rows(session.connection(), {})


def teams(session: Session) -> list[Any]:
    """Return (id, name) of all teams, by name."""
    return _TEAMS.rows(session.connection(), {})


_NEXT = Prepared(
    select(
        UserTask.id, UserTask.case_id, UserTask.name, UserTask.due_at, UserTask.amber_at, User.name.label("person"),
        Team.name.label("team"),
    )
    .outerjoin(User, User.id == UserTask.assignee_id)
    .outerjoin(Team, Team.id == UserTask.team_id)
    .where(among(UserTask.case_id, bindparam("case_ids")), UserTask.status == "open")
    .order_by(DUE_OR_NEVER, UserTask.id)
)  # fmt: skip
_CATEGORIES = Prepared(
    select(
        Category.id, Category.key, Category.name, Category.description, Category.current_version_id, MARK_OF_CATEGORY
    )
    .where(Category.current_version_id.is_not(None), Category.retired_at.is_(None))
    .order_by(Category.name)
)  # fmt: skip
_OPEN_STAGES = select(Case.stage).where(Case.status == "open", Case.stage != "").distinct().order_by(Case.stage)
_STAGES = Prepared(_OPEN_STAGES)
_STAGES_OF = Prepared(
    _OPEN_STAGES.join(Category, Category.id == Case.category_id).where(Category.key == bindparam("category"))
)
_STAFF = Prepared(select(User.id, User.name, User.email).where(User.is_active).order_by(User.name, User.id))
_TEAMS = Prepared(select(Team.id, Team.name).order_by(Team.name))


def _shape(wanted: Wanted) -> Wanted:
    """Return a filter without the values that it asks for: those of one shape have a statement in common."""
    return replace(
        wanted,
        text="",
        category=SOMETHING if wanted.category else "",
        status=SOMETHING if wanted.status in STATUSES else "",
        stage=SOMETHING if wanted.stage else "",
        owner_id=None if wanted.owner_id is None else 0,
        team_id=None if wanted.team_id is None else 0,
    )


def _values(wanted: Wanted, by: Actor) -> dict[str, Any]:
    found = {name: getattr(wanted, name) for name in ("category", "status", "stage", "owner_id", "team_id")}
    return {**found, **known_by(by), "at": now()}


def _lines(sight: Sight, asked: Wanted) -> Lines:
    statement = (
        select(
            Case.id, Case.reference, Case.title, Case.status, Case.stage, Case.outcome, Case.opened_at, Case.closed_at,
            Case.restricted, Case.open_incidents, Case.owner_id, Case.parent_id, Category.name.label("category"),
            Category.key.label("category_key"), User.name.label("owner"), _awaited_children(),
        )
        .join(Category, Category.id == Case.category_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(cases_in(sight), *_conditions(asked))
    )  # fmt: skip
    return statement.outerjoin(_FIRST_DUE, _FIRST_DUE.c.case_id == Case.id) if asked.sort == "due" else statement


def _awaited_children() -> Any:
    """Return the number of open cases that a case waits for."""
    child = aliased(Case)
    awaited = select(func.count(child.id)).where(
        child.parent_id == Case.id, child.parent_token_id.is_not(None), child.status == "open"
    )
    return awaited.scalar_subquery().label("awaited_children")


def _conditions(asked: Wanted) -> Iterator[ColumnElement[bool]]:
    if asked.status:
        yield Case.status == bindparam("status")
    if asked.category:
        yield Category.key == bindparam("category")
    if asked.stage:
        yield Case.stage == bindparam("stage")
    if asked.owner_id is not None:
        yield Case.owner_id == bindparam("owner_id")
    if asked.team_id is not None:
        yield _has_task(UserTask.team_id == bindparam("team_id"))
    if asked.is_overdue:
        yield _has_task(UserTask.due_at < bindparam("at"))
    if asked.has_incident:
        yield Case.open_incidents > 0


def _has_task(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(UserTask.case_id == Case.id, UserTask.status == "open", condition))


_FIRST_DUE = (
    select(UserTask.case_id, func.min(UserTask.due_at).label("due_at"))
    .where(UserTask.status == "open")
    .group_by(UserTask.case_id)
    .subquery("first_due")
)


def _order(asked: Wanted) -> Order:
    keys: Mapping[str, tuple[Any, Any]] = {
        "opened": (Case.opened_at, datetime.fromisoformat),
        "case": (Case.reference, str),
        "title": (Case.title, str),
        "stage": (Case.stage, str),
        "due": (func.coalesce(_FIRST_DUE.c.due_at, Never(), type_=Instant()), datetime.fromisoformat),
    }
    key, read = keys[asked.sort if asked.sort in keys else "opened"]
    return Order(key, Case.id, read=read, is_descending=asked.is_descending)
