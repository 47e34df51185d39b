"""To-do lists: overdue, due today, coming near, on target, new; mine, my teams', and with others on my cases."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine import absences
from engine.errors import NotAllowed, NotFound
from engine.instants import now
from engine.paging import Page, Pages
from engine.permissions import Actor, Sight, cases_in, known_by, may, sight
from engine.task_lines import LINES, STATE, STATES, SUM_OF_NEW, moments, order, stands
from models.among import among
from models.case import Case
from models.category import Category
from models.prepared import Prepared
from models.staff import Membership, User
from models.work import DUE_OR_NEVER, UserTask

WHOSE = ("mine", "teams", "others")
KEPT = 128  # statements of each kind, worked out once


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

    "new" counts those that came today, "all" every one. One statement.
    """
    found = {whose: dict.fromkeys((*STATES, "new", "all"), 0) for whose in WHOSE}
    for row in _counts(sight(by)).rows(session.connection(), {**_known_of(desk), **known_by(by), **moments()}):
        found[row.whose][row.state] = row.number
        found[row.whose]["new"] += int(row.new)
        found[row.whose]["all"] += row.number
    together = {state: found["mine"][state] + found["teams"][state] for state in found["mine"]}
    return {**found, "": together}


@lru_cache(maxsize=KEPT)
def _counts(sight: Sight) -> Prepared:
    parts = [
        select(
            literal(whose).label("whose"), STATE.label("state"), func.count().label("number"), SUM_OF_NEW.label("new")
        )
        .select_from(UserTask)
        .join(Case, Case.id == UserTask.case_id)
        .where(UserTask.status == "open", cases_in(sight), _belongs(whose))
        .group_by("state")
        for whose in WHOSE
    ]
    return Prepared(union_all(*parts))


def tasks(session: Session, desk: Desk, wanted: Wanted, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of open tasks; each row has `state`, one of STATES, beside what a list shows.

    Raises:
        Invalid: the cursor is none of this list.
    """
    pages = _tasks(sight(by), replace(wanted, category="any" if wanted.category else ""))
    values = {**_known_of(desk), **known_by(by), **moments(), "category": wanted.category}
    return pages.read(session, values, cursor=cursor, size=size)


@lru_cache(maxsize=KEPT)
def _tasks(sight: Sight, wanted: Wanted) -> Pages:
    statement = LINES.where(cases_in(sight), _belongs(wanted.whose))
    if wanted.state:
        statement = statement.where(stands(wanted.state))
    if wanted.category:
        statement = statement.where(Category.key == bindparam("category"))
    return Pages(statement, order(wanted.sort, wanted.is_descending))


def next_of_mine(session: Session, case_id: int, *, by: Actor) -> Any:
    """Return the most urgent open task of a case that the actor has, or could take; none when there is none."""
    values = {"case_id": case_id, **_known_of(own_desk(by)), **known_by(by), **moments()}
    return _next_of_mine(sight(by)).row(session.connection(), values)


@lru_cache(maxsize=KEPT)
def _next_of_mine(sight: Sight) -> Prepared:
    statement = LINES.where(UserTask.case_id == bindparam("case_id"), cases_in(sight), _belongs(""))
    return Prepared(statement.order_by(DUE_OR_NEVER, UserTask.id).limit(1))


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
    values = {"absent": absent, "most": most * len(absent), **known_by(by), **moments()}
    rows = _of_absent(sight(by)).rows(session.connection(), values)
    people = session.execute(select(User.id, User.name).where(User.id.in_(sorted(absent))).order_by(User.name))
    return [
        StoodInFor(name, until[user_id], [row for row in rows if row.assignee_id == user_id][:most])
        for user_id, name in people
    ]


@lru_cache(maxsize=KEPT)
def _of_absent(sight: Sight) -> Prepared:
    statement = LINES.where(among(UserTask.assignee_id, bindparam("absent")), cases_in(sight))
    return Prepared(statement.order_by(DUE_OR_NEVER, UserTask.id).limit(bindparam("most", type_=Integer())))


def recent_cases(session: Session, desk: Desk, *, by: Actor, size: int = 6) -> list[Any]:
    """Return the cases that a desk owns, newest first."""
    values = {"desk_id": desk.user_id, "most": size, **known_by(by)}
    return _recent_cases(sight(by)).rows(session.connection(), values)


@lru_cache(maxsize=KEPT)
def _recent_cases(sight: Sight) -> Prepared:
    return Prepared(
        select(Case.reference, Case.title, Case.status, Case.stage, Case.opened_at, Case.open_incidents)
        .where(Case.owner_id == bindparam("desk_id"), cases_in(sight))
        .order_by(Case.id.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def _known_of(desk: Desk) -> dict[str, Any]:
    return {"desk_id": desk.user_id, "desk_teams": desk.team_ids}


def _belongs(whose: str) -> ColumnElement[bool]:
    desk_id: BindParameter[int] = bindparam("desk_id")
    mine, in_team = UserTask.assignee_id == desk_id, among(UserTask.team_id, bindparam("desk_teams"))
    waits = and_(UserTask.assignee_id.is_(None), in_team)
    if whose == "mine":
        return mine
    if whose == "teams":
        return waits
    if whose == "others":
        elsewhere = or_(UserTask.assignee_id != desk_id, and_(UserTask.assignee_id.is_(None), ~in_team))
        return and_(Case.owner_id == desk_id, elsewhere)
    return or_(mine, waits)
