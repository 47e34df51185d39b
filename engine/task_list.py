"""Open tasks of every case that one may see: a page of them, all for a spreadsheet, by columns, by days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from engine.instants import LONDON, now, today
from engine.paging import Lines, Page, Pages
from engine.permissions import Actor, Sight, sight
from engine.task_conditions import conditions, shape, values
from engine.task_filters import TaskFilter
from engine.task_lines import LINES, STATE, STATES, SUM_OF_NEW, order
from models.case import Case
from models.category import Category
from models.prepared import Prepared
from models.staff import Team, User
from models.work import DUE_OR_NEVER, UserTask

GROUPS = ("state", "stage", "person", "team", "category")
MOST_EXPORTED = 50_000
KEPT = 128  # statements of each kind, worked out once


@dataclass(frozen=True, slots=True)
class Pile:
    """The tasks of a column of a board, or of a day: how many there are, and the first of them."""

    key: Any  # a state, stage, id, key or day; None for those that have none
    number: int = 0
    rows: list[Row[Any]] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Return how many of them are not among the first."""
        return self.number - len(self.rows)


def tasks(session: Session, wanted: TaskFilter, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of the tasks that are asked for and that the actor may know of.

    Raises:
        Invalid: the cursor is none of this list.
    """
    pages = _pages(sight(by), shape(wanted, by))
    return pages.read(session, values(session, wanted, by), cursor=cursor, size=size)


@lru_cache(maxsize=KEPT)
def _pages(sight: Sight, asked: TaskFilter) -> Pages:
    return Pages(LINES.where(*conditions(sight, asked)), order(asked.sort, asked.descending))


def every_task(session: Session, wanted: TaskFilter, *, by: Actor) -> Iterator[Row[Any]]:
    """Return all tasks that are asked for, the most urgent first, up to 50,000: what a spreadsheet holds."""
    statement = LINES.where(*conditions(sight(by), shape(wanted, by))).limit(MOST_EXPORTED)
    ordered = statement.order_by(DUE_OR_NEVER, UserTask.id)
    yield from session.execute(ordered, values(session, wanted, by), execution_options={"yield_per": 500})


def ids(session: Session, wanted: TaskFilter, *, by: Actor, most: int) -> list[int]:
    """Return the ids of the tasks that are asked for, the most urgent first."""
    asked = shape(wanted, by)
    statement = _bare(asked, UserTask.id).where(*conditions(sight(by), asked))
    ordered = statement.order_by(DUE_OR_NEVER, UserTask.id).limit(most)
    return list(session.scalars(ordered, values(session, wanted, by)))


def counts(session: Session, wanted: TaskFilter, *, by: Actor) -> dict[str, int]:
    """Return how many of the tasks are in each state, whatever state is asked for; "new" came today, "all" is all."""
    prepared = _counts(sight(by), shape(replace(wanted, state=""), by))
    found = dict.fromkeys((*STATES, "new", "all"), 0)
    for row in prepared.rows(session.connection(), values(session, wanted, by)):
        found[row.state] = row.number
        found["new"] += int(row.new)
        found["all"] += row.number
    return found


@lru_cache(maxsize=KEPT)
def _counts(sight: Sight, asked: TaskFilter) -> Prepared:
    statement = _bare(asked, STATE.label("state"), func.count().label("number"), SUM_OF_NEW.label("new"))
    return Prepared(statement.where(*conditions(sight, asked)).group_by("state"))


def number(session: Session, wanted: TaskFilter, *, by: Actor) -> int:
    """Return how many tasks are asked for."""
    prepared = _number(sight(by), shape(wanted, by))
    return int(prepared.row(session.connection(), values(session, wanted, by)).number)


@lru_cache(maxsize=KEPT)
def _number(sight: Sight, asked: TaskFilter) -> Prepared:
    return Prepared(_bare(asked, func.count().label("number")).where(*conditions(sight, asked)))


def columns(session: Session, wanted: TaskFilter, group: str, *, by: Actor, most: int = 20) -> list[Pile]:
    """Return the tasks by state, stage, person, team or category, each with its first `most`; in one statement."""
    by_what: dict[str, Any] = {
        "state": STATE,
        "stage": Case.stage,
        "person": UserTask.assignee_id,
        "team": UserTask.team_id,
        "category": Category.key,
    }
    found = _piles(session, wanted, by_what[group if group in by_what else "state"], by=by, most=most, group=group)
    if group != "state":
        return sorted(found.values(), key=lambda pile: (-pile.number, str(pile.key)))
    return [found.get(state, Pile(state)) for state in STATES]


def days(
    session: Session, wanted: TaskFilter, first: date, last: date, *, by: Actor, most: int = 4
) -> dict[date, Pile]:
    """Return the tasks due on each day in the United Kingdom, from `first` to `last`; in one statement.

    What is overdue is piled at today: it is today that it should be done.
    """
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    at, on_today = now(), (today() - first).days
    ends = [datetime.combine(day + timedelta(days=1), time(), LONDON) for day in span]
    number_of_day = case(
        (UserTask.due_at < at, literal(on_today)),
        *((UserTask.due_at < end, literal(n)) for n, end in enumerate(ends)),
        else_=literal(len(span)),
    )
    shown = UserTask.due_at >= datetime.combine(first, time(), LONDON)
    has_today = first <= today() <= last
    shown = or_(shown, UserTask.due_at < at) if has_today else and_(shown, UserTask.due_at >= at)
    found = _piles(session, wanted, number_of_day, shown, UserTask.due_at < ends[-1], by=by, most=most)
    return {day: Pile(day, pile.number, pile.rows) for n, day in enumerate(span) if (pile := found.get(n))}


def _piles(
    session: Session,
    wanted: TaskFilter,
    by_what: ColumnElement[Any],
    *of_piles: ColumnElement[bool],
    by: Actor,
    most: int,
    group: str = "",
) -> dict[Any, Pile]:
    first, asked = (DUE_OR_NEVER, UserTask.id), shape(wanted, by)
    ranked = (
        _bare(
            asked,
            UserTask.id.label("id"),
            by_what.label("pile"),
            func.count().over(partition_by=by_what).label("number"),
            func.row_number().over(partition_by=by_what, order_by=first).label("place"),
            group=group,
        )
        .where(*conditions(sight(by), asked), *of_piles)
        .subquery()
    )
    statement = (
        LINES.add_columns(ranked.c.pile, ranked.c.number)
        .join(ranked, ranked.c.id == UserTask.id)
        .where(ranked.c.place <= most)
        .order_by(ranked.c.place)
    )
    found: dict[Any, Pile] = {}
    for row in session.execute(statement, values(session, wanted, by)):
        found.setdefault(row.pile, Pile(row.pile, row.number)).rows.append(row)
    return found


def _bare(asked: TaskFilter, *columns: Any, group: str = "") -> Lines:
    """Return a statement on open tasks that looks at their cases only where it must."""
    statement = select(*columns).select_from(UserTask).where(UserTask.status == "open")
    with_category = bool(asked.category) or group == "category"
    if with_category or asked.stage or asked.case or asked.incident or asked.text or group == "stage":
        statement = statement.join(Case, Case.id == UserTask.case_id)
    return statement.join(Category, Category.id == Case.category_id) if with_category else statement


def names(session: Session, model: type[User] | type[Team], keys: Sequence[Any]) -> dict[int, str]:
    """Return the names of the people or teams of a board's columns."""
    rows = session.execute(select(model.id, model.name).where(model.id.in_([key for key in keys if key])))
    return {row.id: row.name for row in rows}
