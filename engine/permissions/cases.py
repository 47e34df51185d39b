"""Which cases and tasks a member of staff may see and do."""

from sqlalchemy import ColumnElement, false, or_, select, true

from engine.permissions.actor import Actor, may
from models.case import Case
from models.work import UserTask


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
    if may(actor, "do any task"):
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
