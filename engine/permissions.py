"""Who may do what: roles and the verbs they grant, and which cases and tasks a member of staff may see and do."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, false, or_, select, true

from engine.errors import NotAllowed
from models.case import Case
from models.work import UserTask

ROLES = {
    "officer": "Housing officer",
    "team_manager": "Team manager",
    "analyst": "Business analyst",
    "auditor": "Auditor",
    "administrator": "Administrator",
}

_STAFF = frozenset({"officer", "team_manager", "administrator"})
_READERS = _STAFF | {"auditor", "analyst"}

# Each verb that a route or an operation asks for, with the roles that grant it.
GRANTS: dict[str, frozenset[str]] = {
    "see cases": _READERS,
    "start case": _STAFF,
    "change case": _STAFF,
    "close case": _STAFF,
    "reopen case": _STAFF,
    "link cases": _STAFF,
    "do task": _STAFF,
    "assign task": _STAFF,
    "assign any task": frozenset({"team_manager", "administrator"}),
    "see others' tasks": frozenset({"team_manager", "administrator"}),
    "see people": _READERS,
    "change people": _STAFF,
    "see documents": _READERS,
    "add document": _STAFF,
    "send message": _STAFF,
    "extend clock": _STAFF,
    "change clock": _STAFF,
    "cancel clock": frozenset({"team_manager", "administrator"}),
    "see incidents": frozenset({"team_manager", "analyst", "administrator", "officer"}),
    "retry incident": _STAFF | {"analyst"},
    "skip incident": frozenset({"team_manager", "administrator"}),
    "see categories": _READERS,
    "change categories": frozenset({"analyst", "administrator"}),
    "deploy category": frozenset({"analyst", "administrator"}),
    "change rules": frozenset({"analyst", "administrator"}),
    "migrate cases": frozenset({"analyst", "administrator"}),
    "change calendar": frozenset({"administrator"}),
    "replay case": frozenset({"auditor", "team_manager", "administrator"}),
    "verify history": frozenset({"auditor", "administrator"}),
    "administer": frozenset({"administrator"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a member of staff, or the platform itself (no `user_id`)."""

    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    team_ids: frozenset[int] = frozenset()
    managed_team_ids: frozenset[int] = frozenset()
    email: str = ""
    job_title: str = ""
    phone: str = ""
    team_names: tuple[str, ...] = field(default=())

    @property
    def is_platform(self) -> bool:
        """Say whether this is the platform: timers, jobs and messages."""
        return self.user_id is None


PLATFORM = Actor(None, "Casewright")


def may(actor: Actor, verb: str) -> bool:
    """Say whether one of the actor's roles grants `verb`."""
    return actor.is_platform or not GRANTS[verb].isdisjoint(actor.roles)


def require(actor: Actor, verb: str) -> None:
    """Raise NotAllowed unless one of the actor's roles grants `verb`."""
    if not may(actor, verb):
        raise NotAllowed(
            f"Your roles do not let you {verb}.", remedy="Ask your administrator if you need this for your work."
        )


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Case` that keeps what the actor may see; a restricted case is its owner's alone."""
    if actor.is_platform:
        return true()
    if not may(actor, "see cases"):
        return false()
    return or_(Case.restricted.is_(False), Case.owner_id == actor.user_id)


def tasks_of_visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the same condition on `UserTask`, for statements that ask nothing else of the case.

    Restricted cases are few: to know those that are hidden takes less than to look at the case of every task.
    """
    if actor.is_platform or not may(actor, "see cases"):
        return true() if actor.is_platform else false()
    is_hidden = Case.restricted.is_(True) & or_(Case.owner_id.is_(None), Case.owner_id != actor.user_id)
    return UserTask.case_id.not_in(select(Case.id).where(is_hidden))


def may_see_case(actor: Actor, *, restricted: bool, owner_id: int | None) -> bool:
    """Say the same of one case."""
    return actor.is_platform or (may(actor, "see cases") and (not restricted or owner_id == actor.user_id))


def my_tasks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `UserTask` for what is assigned to the actor."""
    return UserTask.assignee_id == actor.user_id


def team_tasks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `UserTask` for what waits, unclaimed, for a team of the actor."""
    return UserTask.assignee_id.is_(None) & UserTask.team_id.in_(sorted(actor.team_ids))


def may_do_task(actor: Actor, *, assignee_id: int | None, team_id: int | None) -> bool:
    """Say whether the actor may work on a task: theirs, their team's, or nobody's in particular."""
    if actor.is_platform or "administrator" in actor.roles:
        return True
    if not may(actor, "do task"):
        return False
    if assignee_id is not None:
        return assignee_id == actor.user_id
    return team_id is None or team_id in actor.team_ids


def may_assign_task(actor: Actor, *, assignee_id: int | None, team_id: int | None) -> bool:
    """Say whether the actor may hand a task on: what they may do themselves, or what their managed team owns."""
    if may_do_task(actor, assignee_id=assignee_id, team_id=team_id):
        return may(actor, "assign task")
    return may(actor, "assign any task") and (team_id is None or team_id in actor.managed_team_ids)
