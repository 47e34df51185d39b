"""What a manager sees of a team: who has how much to do, who is away, what waits, and which deadlines are missed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, case, exists, func, or_, select
from sqlalchemy.orm import Session

from engine import absences
from engine.errors import NotAllowed, NotFound
from engine.instants import now
from engine.permissions import Actor, may, tasks_of_visible_cases, visible_cases
from engine.task_lines import STATE, moments
from models.case import Case
from models.category import Category
from models.staff import Membership, Team, User
from models.work import Clock, UserTask


@dataclass(frozen=True, slots=True)
class Load:
    """How much is open: with a member of a team (`user_id`), or unclaimed in its queue (None)."""

    user_id: int | None
    name: str
    is_manager: bool
    away_until: date | None
    open: int
    overdue: int
    near: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """A team as its manager sees it."""

    id: int
    name: str
    queue: Load
    members: list[Load]
    missed: list[Row[Any]]  # (key, category, number): running clocks whose time has passed, by kind of case

    @property
    def most(self) -> int:
        """Return the largest load of a member, for bars that compare."""
        return max((member.open for member in self.members), default=0)


def teams(session: Session, *, by: Actor) -> list[Row[Any]]:
    """Return (id, name) of the teams that the actor manages; all of them to an administrator."""
    if not may(by, "see others' tasks"):
        return []
    found = select(Team.id, Team.name).order_by(Team.name)
    if not may(by, "manage any team"):
        found = found.where(Team.id.in_(sorted(by.managed_team_ids)))
    return list(session.execute(found))


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in the list of teams: how many are in it and away today, what is open, and what nobody has yet."""

    id: int
    name: str
    members: int
    away: int
    open: int
    overdue: int
    unclaimed: int


def overview(session: Session, *, by: Actor) -> list[TeamLine]:
    """Return the teams that the actor manages with what each has to do; in four statements, however many there are."""
    shown = teams(session, by=by)
    ids = [team.id for team in shown]
    people = session.execute(
        select(Membership.team_id, Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id.in_(ids), User.is_active)
    ).all()
    away = absences.away(session, {row.user_id for row in people}, now())
    work = {row.team_id: row for row in session.execute(_work_of(ids, by), moments())}
    return [
        TeamLine(
            team.id,
            team.name,
            sum(row.team_id == team.id for row in people),
            sum(row.team_id == team.id and row.user_id in away for row in people),
            *(int(number) for number in (work[team.id][1:] if team.id in work else (0, 0, 0))),
        )
        for team in shown
    ]


def _work_of(team_ids: list[int], by: Actor) -> Any:
    return (
        select(
            UserTask.team_id,
            func.count().label("open"),
            func.sum(case((STATE == "overdue", 1), else_=0)).label("overdue"),
            func.sum(case((UserTask.assignee_id.is_(None), 1), else_=0)).label("unclaimed"),
        )
        .where(UserTask.status == "open", UserTask.team_id.in_(team_ids), tasks_of_visible_cases(by))
        .group_by(UserTask.team_id)
    )


def desk(session: Session, team_id: int, *, by: Actor) -> TeamDesk:
    """Return a team with the load of each member.

    Raises:
        NotAllowed: not a team that the actor manages.
        NotFound: there is no such team.
    """
    team = session.get(Team, team_id)
    if team is None:
        raise NotFound("There is no such team.")
    if team.id not in {row.id for row in teams(session, by=by)}:
        raise NotAllowed("You can look at a team that you manage.", remedy="Ask its manager.")
    people = _people(session, team_id)
    loads = _loads(session, team_id, [person.id for person in people], by)
    away = absences.away(session, [person.id for person in people], now())
    members = [
        _load(person.id, person.name, person.is_manager, away.get(person.id), loads.get(person.id)) for person in people
    ]
    queue = _load(None, "Unclaimed", False, None, loads.get(None))
    return TeamDesk(team.id, team.name, queue, members, _missed(session, team_id, by))


def _people(session: Session, team_id: int) -> list[Row[Any]]:
    return list(
        session.execute(
            select(User.id, User.name, Membership.is_manager)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.team_id == team_id, User.is_active)
            .order_by(User.name, User.id)
        )
    )


def _loads(session: Session, team_id: int, people: list[int], by: Actor) -> dict[int | None, Row[Any]]:
    """Return what each has open, wherever it comes from, and under None what waits for the team."""
    statement = (
        select(
            UserTask.assignee_id,
            func.count().label("open"),
            func.sum(case((STATE == "overdue", 1), else_=0)).label("overdue"),
            func.sum(case((STATE.in_(("today", "warning")), 1), else_=0)).label("near"),
            func.min(UserTask.created_at).label("oldest_at"),
        )
        .where(UserTask.status == "open", tasks_of_visible_cases(by))
        .where(
            or_(
                UserTask.assignee_id.in_(people),
                UserTask.assignee_id.is_(None) & (UserTask.team_id == team_id),
            )
        )
        .group_by(UserTask.assignee_id)
    )
    return {row.assignee_id: row for row in session.execute(statement, moments())}


def _load(user_id: int | None, name: str, is_manager: bool, away_until: date | None, row: Row[Any] | None) -> Load:
    if row is None:
        return Load(user_id, name, is_manager, away_until, 0, 0, 0, None)
    return Load(user_id, name, is_manager, away_until, row.open, int(row.overdue), int(row.near), row.oldest_at)


def _missed(session: Session, team_id: int, by: Actor) -> list[Row[Any]]:
    """Return the clocks past their time of cases that wait for the team or for somebody who took it from there."""
    of_team = exists().where(UserTask.case_id == Clock.case_id, UserTask.status == "open", UserTask.team_id == team_id)
    number = func.count().label("number")
    statement = (
        select(Category.key, Category.name.label("category"), number)
        .select_from(Clock)
        .join(Case, Case.id == Clock.case_id)
        .join(Category, Category.id == Case.category_id)
        .where(Clock.state == "running", Clock.due_at < now(), of_team, visible_cases(by))
        .group_by(Category.key, Category.name)
        .order_by(number.desc(), Category.name)
    )
    return list(session.execute(statement))
