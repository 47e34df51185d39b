"""To-do lists: overdue, due today, coming near, on target, new; mine, my teams', and with others on my cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import absences
from engine.errors import NotAllowed, NotFound
from engine.instants import LONDON, now, today
from engine.paging import Lines, Order, Page, read_page
from engine.permissions import Actor, may, visible_cases
from models.case import Case
from models.category import Category
from models.staff import Membership, Team, User
from models.work import DUE_OR_NEVER, UserTask

# In the order of urgency; each open task is in exactly one.
STATES = ("overdue", "today", "warning", "on_target", "no_date")
WHOSE = ("mine", "teams", "others")
SORTS = ("due", "priority", "opened", "task", "case")

_OWNER = aliased(User)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose to-do list is looked at."""

    user_id: int
    name: str
    team_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a desk's list is asked for, and in which order; "" leaves a question open."""

    whose: str = ""  # mine, teams, others, or "" for mine and my teams'
    state: str = ""  # one of STATES, or "new"
    category: str = ""
    sort: str = "due"
    is_descending: bool = False


def own_desk(actor: Actor) -> Desk:
    """Return the desk of the actor."""
    return Desk(actor.user_id or 0, actor.name, actor.team_ids)


def desk_of(session: Session, user_id: int, *, by: Actor) -> Desk:
    """Return the desk of a colleague.

    Raises:
        NotAllowed: not a member of a team that the actor manages.
        NotFound: nobody has that id.
    """
    if user_id == by.user_id:
        return own_desk(by)
    if user_id not in {person.id for person in colleagues(session, by=by)}:
        raise NotAllowed("You can look at the list of somebody in a team that you manage.", remedy="Ask their manager.")
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such member of staff.")
    teams = session.scalars(select(Membership.team_id).where(Membership.user_id == user_id))
    return Desk(user.id, user.name, frozenset(teams))


def colleagues(session: Session, *, by: Actor) -> list[Any]:
    """Return (id, name) of those whose lists the actor may look at: members of managed teams, or everybody."""
    if not may(by, "see others' tasks"):
        return []
    people = select(User.id, User.name).where(User.is_active, User.id != by.user_id).order_by(User.name, User.id)
    if not may(by, "manage any team"):
        managed = select(Membership.user_id).where(Membership.team_id.in_(sorted(by.managed_team_ids)))
        people = people.where(User.id.in_(managed))
    return list(session.execute(people))


def counts(session: Session, desk: Desk, *, by: Actor) -> dict[str, dict[str, int]]:
    """Return for mine, teams, others and "" (mine and teams together) how many open tasks are in each state.

    "new" counts those that came today, "all" every one.
    """
    found = {whose: dict.fromkeys((*STATES, "new", "all"), 0) for whose in WHOSE}
    for whose in WHOSE:
        statement = (
            select(state_now().label("state"), func.count().label("number"), _sum_of_new().label("new"))
            .select_from(UserTask)
            .join(Case, Case.id == UserTask.case_id)
            .where(UserTask.status == "open", visible_cases(by), _belongs(whose, desk))
            .group_by("state")
        )
        for row in session.execute(statement):
            found[whose][row.state] = row.number
            found[whose]["new"] += int(row.new)
            found[whose]["all"] += row.number
    together = {state: found["mine"][state] + found["teams"][state] for state in found["mine"]}
    return {**found, "": together}


def tasks(session: Session, desk: Desk, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of open tasks; each row has `state`, one of STATES, beside what a list shows.

    Raises:
        Invalid: the cursor is none of this list.
    """
    statement = lines().where(visible_cases(by), _belongs(wanted.whose, desk))
    if wanted.state == "new":
        statement = statement.where(is_new())
    elif wanted.state:
        statement = statement.where(state_now() == wanted.state)
    if wanted.category:
        statement = statement.where(Category.key == wanted.category)
    return read_page(session, statement, order(wanted.sort, wanted.is_descending), cursor=cursor, size=size)


def next_of_mine(session: Session, case_id: int, *, by: Actor) -> Any:
    """Return the most urgent open task of a case that the actor has, or could take; none when there is none."""
    statement = lines().where(UserTask.case_id == case_id, visible_cases(by), _belongs("", own_desk(by)))
    return session.execute(statement.order_by(due_or_never(), UserTask.id).limit(1)).first()


@dataclass(frozen=True, slots=True)
class StoodInFor:
    """Somebody who is away and for whom the actor stands in, with their open tasks, the most urgent first."""

    name: str
    until_on: date
    tasks: list[Any]


def stood_in_for(session: Session, *, by: Actor, most: int = 20) -> list[StoodInFor]:
    """Return those for whom the actor stands in today, each with the first of their open tasks."""
    absent = absences.absent_for(session, by.user_id or 0, now())
    if not absent:
        return []
    until = absences.away(session, absent, now())
    statement = lines().where(UserTask.assignee_id.in_(sorted(absent)), visible_cases(by))
    rows = list(session.execute(statement.order_by(due_or_never(), UserTask.id).limit(most * len(absent))))
    people = session.execute(select(User.id, User.name).where(User.id.in_(sorted(absent))).order_by(User.name))
    return [
        StoodInFor(name, until[user_id], [row for row in rows if row.assignee_id == user_id][:most])
        for user_id, name in people
    ]


def recent_cases(session: Session, desk: Desk, *, by: Actor, size: int = 6) -> list[Any]:
    """Return the cases that a desk owns, newest first."""
    statement = (
        select(Case.reference, Case.title, Case.status, Case.stage, Case.opened_at, Case.open_incidents)
        .where(Case.owner_id == desk.user_id, visible_cases(by))
        .order_by(Case.id.desc())
        .limit(size)
    )
    return list(session.execute(statement))


def lines() -> Lines:
    """Return what a list of open tasks selects of each; conditions and an order are put to it."""
    return (
        select(
            UserTask.id, UserTask.name, UserTask.due_at, UserTask.amber_at, UserTask.created_at, UserTask.priority,
            UserTask.assignee_id, UserTask.team_id, UserTask.revision, UserTask.draft.is_not(None).label("has_draft"),
            Case.reference, Case.title, Case.stage, Case.open_incidents, Category.name.label("category"),
            Team.name.label("team"), _OWNER.name.label("assignee"), state_now().label("state"),
            is_new().label("is_new"),
        )
        .join(Case, Case.id == UserTask.case_id)
        .join(Category, Category.id == Case.category_id)
        .outerjoin(Team, Team.id == UserTask.team_id)
        .outerjoin(_OWNER, _OWNER.id == UserTask.assignee_id)
        .where(UserTask.status == "open")
    )  # fmt: skip


def _belongs(whose: str, desk: Desk) -> ColumnElement[bool]:
    mine = UserTask.assignee_id == desk.user_id
    in_team = UserTask.team_id.in_(sorted(desk.team_ids)) if desk.team_ids else false()
    waits = and_(UserTask.assignee_id.is_(None), in_team)
    if whose == "mine":
        return mine
    if whose == "teams":
        return waits
    if whose == "others":
        elsewhere = or_(UserTask.assignee_id != desk.user_id, and_(UserTask.assignee_id.is_(None), ~in_team))
        return and_(Case.owner_id == desk.user_id, elsewhere)
    return or_(mine, waits)


def state_now() -> ColumnElement[str]:
    """Return the state of an open task as it is now, one of STATES."""
    at = now()
    return case(
        (UserTask.due_at.is_(None), "no_date"),
        (UserTask.due_at < at, "overdue"),
        (UserTask.due_at < end_of_today(), "today"),
        (UserTask.amber_at <= at, "warning"),
        else_="on_target",
    )


def end_of_today() -> datetime:
    """Return the midnight that ends this day in the United Kingdom."""
    return datetime.combine(today() + timedelta(days=1), time(), LONDON)


def is_new() -> ColumnElement[bool]:
    """Say whether a task came today."""
    return UserTask.created_at >= datetime.combine(today(), time(), LONDON)


def _sum_of_new() -> ColumnElement[int]:
    return func.sum(case((is_new(), 1), else_=0))


def due_or_never() -> ColumnElement[datetime]:
    """Return when a task is due, for sorting: one without a date comes last."""
    return DUE_OR_NEVER


def order(sort: str, is_descending: bool) -> Order:
    """Return how a list of tasks is sorted by one of SORTS."""
    keys: Mapping[str, tuple[Any, Any]] = {
        "due": (due_or_never(), datetime.fromisoformat),
        "priority": (-UserTask.priority, int),
        "opened": (UserTask.created_at, datetime.fromisoformat),
        "task": (UserTask.name, str),
        "case": (Case.reference, str),
    }
    key, read = keys[sort if sort in keys else "due"]
    return Order(key, UserTask.id, read=read, is_descending=is_descending)
