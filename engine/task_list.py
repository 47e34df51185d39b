"""Open tasks of every case that one may see: a page of them, all for a spreadsheet, by columns, by days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import Session

from engine import absences, todo
from engine.instants import LONDON, now, today
from engine.paging import Lines, Page, read_page
from engine.permissions import Actor, may, my_tasks, tasks_of_visible_cases, team_tasks
from engine.task_filters import TaskFilter
from models.case import Case
from models.category import Category
from models.staff import Membership, Team, User
from models.work import UserTask

GROUPS = ("state", "stage", "person", "team", "category")
MOST_EXPORTED = 50_000


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
    statement = todo.lines().where(*_conditions(session, wanted, by))
    return read_page(session, statement, todo.order(wanted.sort, wanted.descending), cursor=cursor, size=size)


def every_task(session: Session, wanted: TaskFilter, *, by: Actor) -> Iterator[Row[Any]]:
    """Return all tasks that are asked for, the most urgent first, up to 50,000: what a spreadsheet holds."""
    statement = todo.lines().where(*_conditions(session, wanted, by)).limit(MOST_EXPORTED)
    ordered = statement.order_by(todo.due_or_never(), UserTask.id)
    yield from session.execute(ordered, execution_options={"yield_per": 500})


def ids(session: Session, wanted: TaskFilter, *, by: Actor, most: int) -> list[int]:
    """Return the ids of the tasks that are asked for, the most urgent first."""
    statement = _bare(wanted, UserTask.id).where(*_conditions(session, wanted, by))
    return list(session.scalars(statement.order_by(todo.due_or_never(), UserTask.id).limit(most)))


def counts(session: Session, wanted: TaskFilter, *, by: Actor) -> dict[str, int]:
    """Return how many of the tasks are in each state, whatever state is asked for; "new" came today, "all" is all."""
    state = todo.state_now().label("state")
    asked = _conditions(session, wanted, by, with_state=False)
    statement = _bare(
        wanted, state, func.count().label("number"), func.sum(case((todo.is_new(), 1), else_=0)).label("new")
    )
    found = dict.fromkeys((*todo.STATES, "new", "all"), 0)
    for row in session.execute(statement.where(*asked).group_by("state")):
        found[row.state] = row.number
        found["new"] += int(row.new)
        found["all"] += row.number
    return found


def number(session: Session, wanted: TaskFilter, *, by: Actor) -> int:
    """Return how many tasks are asked for."""
    return session.scalar(_bare(wanted, func.count()).where(*_conditions(session, wanted, by))) or 0


def columns(session: Session, wanted: TaskFilter, group: str, *, by: Actor, most: int = 20) -> list[Pile]:
    """Return the tasks by state, stage, person, team or category, each with its first `most`; in one statement."""
    by_what: dict[str, Any] = {
        "state": todo.state_now(),
        "stage": Case.stage,
        "person": UserTask.assignee_id,
        "team": UserTask.team_id,
        "category": Category.key,
    }
    found = _piles(session, wanted, by_what[group if group in by_what else "state"], by=by, most=most, group=group)
    if group != "state":
        return sorted(found.values(), key=lambda pile: (-pile.number, str(pile.key)))
    return [found.get(state, Pile(state)) for state in todo.STATES]


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
    *conditions: ColumnElement[bool],
    by: Actor,
    most: int,
    group: str = "",
) -> dict[Any, Pile]:
    order = (todo.due_or_never(), UserTask.id)
    ranked = (
        _bare(
            wanted,
            UserTask.id.label("id"),
            by_what.label("pile"),
            func.count().over(partition_by=by_what).label("number"),
            func.row_number().over(partition_by=by_what, order_by=order).label("place"),
            group=group,
        )
        .where(*_conditions(session, wanted, by), *conditions)
        .subquery()
    )
    statement = (
        todo.lines()
        .add_columns(ranked.c.pile, ranked.c.number)
        .join(ranked, ranked.c.id == UserTask.id)
        .where(ranked.c.place <= most)
        .order_by(ranked.c.place)
    )
    found: dict[Any, Pile] = {}
    for row in session.execute(statement):
        found.setdefault(row.pile, Pile(row.pile, row.number)).rows.append(row)
    return found


def _bare(wanted: TaskFilter, *columns: Any, group: str = "") -> Lines:
    """Return a statement on open tasks that looks at their cases only where it must."""
    statement = select(*columns).select_from(UserTask).where(UserTask.status == "open")
    with_category = bool(wanted.category) or group == "category"
    if with_category or wanted.stage or wanted.case or wanted.incident or wanted.text or group == "stage":
        statement = statement.join(Case, Case.id == UserTask.case_id)
    return statement.join(Category, Category.id == Case.category_id) if with_category else statement


def _conditions(
    session: Session, wanted: TaskFilter, by: Actor, *, with_state: bool = True
) -> Sequence[ColumnElement[bool]]:
    found = [tasks_of_visible_cases(by), *_of_holder(session, wanted, by), *_of_dates(wanted)]
    if with_state and wanted.state:
        found.append(todo.is_new() if wanted.state == "new" else todo.state_now() == wanted.state)
    if wanted.category:
        found.append(Category.key == wanted.category)
    if wanted.stage:
        found.append(Case.stage == wanted.stage)
    if wanted.case:
        found.append(Case.reference == wanted.case)
    if wanted.draft:
        found.append(UserTask.draft.is_not(None))
    if wanted.incident:
        found.append(Case.open_incidents > 0)
    for word in wanted.text.split()[:8]:
        texts = (UserTask.name, Case.reference, Case.title)
        found.append(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return found


def _of_holder(session: Session, wanted: TaskFilter, by: Actor) -> Iterator[ColumnElement[bool]]:
    match wanted.holder:
        case "":
            return
        case "me":
            yield my_tasks(by)
        case "teams":
            yield team_tasks(by)
        case "mine":
            yield or_(my_tasks(by), team_tasks(by))
        case "nobody":
            yield UserTask.assignee_id.is_(None)
        case "absent":
            yield UserTask.assignee_id.in_(sorted(absences.absent_for(session, by.user_id or 0, now())))
        case _ if (team := wanted.row_of("team")) is not None:
            yield UserTask.team_id == team
        case _ if (queue := wanted.row_of("queue")) is not None:
            yield and_(UserTask.team_id == queue, UserTask.assignee_id.is_(None))
        case _:
            yield _of_person(wanted.row_of("person"), by)


def _of_person(user_id: int | None, by: Actor) -> ColumnElement[bool]:
    """Return the tasks of somebody; none unless it is oneself, or one may look at their list."""
    theirs = UserTask.assignee_id == user_id
    if user_id == by.user_id or may(by, "manage any team"):
        return theirs
    if not by.managed_team_ids:
        return false()
    managed = select(Membership.user_id).where(Membership.team_id.in_(sorted(by.managed_team_ids)))
    return and_(theirs, UserTask.assignee_id.in_(managed))


def _of_dates(wanted: TaskFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.due_from is not None:
        yield UserTask.due_at >= datetime.combine(wanted.due_from, time(), LONDON)
    if wanted.due_until is not None:
        yield UserTask.due_at < datetime.combine(wanted.due_until + timedelta(days=1), time(), LONDON)
    if wanted.waiting is not None:
        yield UserTask.created_at < now() - timedelta(days=wanted.waiting)


def names(session: Session, model: type[User] | type[Team], keys: Sequence[Any]) -> dict[int, str]:
    """Return the names of the people or teams of a board's columns."""
    rows = session.execute(select(model.id, model.name).where(model.id.in_([key for key in keys if key])))
    return {row.id: row.name for row in rows}
