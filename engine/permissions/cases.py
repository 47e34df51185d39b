"""Which cases and tasks a member of staff may see and do.

A restricted case is seen by its circle alone: its owner, those whom the circle has named, and for a limited time
whoever has broken the glass. All others see what a grant of "see cases" reaches; who works for another organisation
sees nothing but the cases that it is linked to.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.instants import now, today
from engine.permissions.actor import Actor, may, reach, require
from engine.permissions.grants import NOWHERE, Reach
from engine.permissions.reaching import Bound, within
from models.among import among
from models.base import table
from models.case import Case, CaseLink
from models.rights import CaseMember
from models.work import UserTask

LINK, MEMBER = table(CaseLink), table(CaseMember)


@dataclass(frozen=True, slots=True)
class Sight:
    """How somebody sees cases: all that the conditions below hang on, but for the values that `known_by` gives.

    Statements that are worked out once are kept by it.
    """

    reach: Reach = NOWHERE
    is_platform: bool = False
    is_external: bool = False  # of another organisation: what that is linked to, and nothing else


@lru_cache(maxsize=1024)
def _sight(reach: Reach, is_platform: bool, is_external: bool) -> Sight:
    return Sight(reach, is_platform, is_external)


def sight(actor: Actor, verb: str = "see cases") -> Sight:
    """Return how the actor sees cases, or on which of those that they see they may use another verb."""
    return _sight(reach(actor, verb), actor.is_platform, actor.organisation_id is not None)


def known_by(actor: Actor) -> dict[str, Any]:
    """Return the values of the conditions that are worked out once: who asks, when, from which teams and house."""
    who = {"by_id": actor.user_id, "by_teams": actor.team_ids, "by_organisation": actor.organisation_id}
    return {**who, "by_at": now(), "by_day": today()}


def cases_in(sight: Sight, bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the condition on `Case` that keeps what may be seen, its values named as `known_by` gives them."""
    if sight.is_platform:
        return true()
    if sight.reach == NOWHERE:
        return false()
    if sight.is_external:
        return Case.id.in_(_linked(bound)) & or_(Case.restricted.is_(False), Case.id.in_(_circle(bound)))
    if sight.reach.everything:
        return or_(Case.restricted.is_(False), _is_in_circle(bound))
    return or_(
        and_(Case.restricted.is_(False), within(sight.reach, bound)),
        and_(Case.restricted.is_(True), _is_in_circle(bound)),
    )


def tasks_in(sight: Sight, bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the same condition on `UserTask`, for statements that ask nothing else of the case.

    Restricted cases are few: to know those that are hidden takes less than to look at the case of every task.
    """
    if sight.is_platform or sight.reach == NOWHERE:
        return cases_in(sight, bound)
    if sight.reach.everything and not sight.is_external:
        is_hidden = Case.restricted.is_(True) & or_(Case.owner_id.is_(None), Case.owner_id != bound("by_id"))
        return UserTask.case_id.not_in(select(Case.id).where(is_hidden, Case.id.not_in(_circle(bound))))
    return UserTask.case_id.in_(select(Case.id).where(cases_in(sight, bound)))


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Case` that keeps what the actor may see, with its values."""
    return cases_in(sight(actor), bound_to(actor))


def tasks_of_visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the same condition on `UserTask`, with its values."""
    return tasks_in(sight(actor), bound_to(actor))


def within_reach(actor: Actor, verb: str) -> ColumnElement[bool]:
    """Return the condition on `Case` that keeps what the actor may see and use `verb` on, with its values."""
    return and_(visible_cases(actor), cases_in(sight(actor, verb), bound_to(actor)))


def may_on(session: Session, actor: Actor, verb: str, case_id: int) -> bool:
    """Say whether the actor may use `verb` on a case that they see; no statement where a grant of it reaches all."""
    if not may(actor, verb):
        return False
    if actor.is_platform or actor.organisation_id is not None or reach(actor, verb).everything:
        return True
    return session.scalar(select(Case.id).where(Case.id == case_id, within_reach(actor, verb))) is not None


def require_on(session: Session, actor: Actor, verb: str, case_id: int) -> None:
    """Raise NotAllowed unless the actor may use `verb` on a case that they see."""
    require(actor, verb)
    if not may_on(session, actor, verb, case_id):
        raise NotAllowed(
            f"Your roles do not let you {verb} here: they reach other cases than this.",
            remedy="Ask your administrator if you need this for your work.",
        )


def bound_to(actor: Actor) -> Bound:
    """Return what puts the actor's values into a condition."""
    known = known_by(actor)
    return lambda name: bindparam(name, known[name])


def _is_in_circle(bound: Bound) -> ColumnElement[bool]:
    return or_(Case.owner_id == bound("by_id"), Case.id.in_(_circle(bound)))


def _circle(bound: Bound) -> Select[Any]:
    """Return the ids of the restricted cases in whose circle somebody is by name, or has broken the glass of."""
    lasts = or_(MEMBER.c.until_at.is_(None), MEMBER.c.until_at > bound("by_at"))
    return select(MEMBER.c.case_id).where(MEMBER.c.user_id == bound("by_id"), MEMBER.c.ended_at.is_(None), lasts)


def _linked(bound: Bound) -> Select[Any]:
    """Return the ids of the cases that an organisation is linked to today."""
    to_it = (LINK.c.entity_type == "organisation") & (LINK.c.entity_id == bound("by_organisation"))
    lasts = or_(LINK.c.until_on.is_(None), LINK.c.until_on >= bound("by_day"))
    return select(LINK.c.case_id).where(to_it, lasts)


def tasks_of_mine(bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the condition on `UserTask` for what is assigned to whoever asks."""
    return UserTask.assignee_id == bound("by_id")


def tasks_of_my_teams(bound: Bound = bindparam) -> ColumnElement[bool]:
    """Return the condition on `UserTask` for what waits, unclaimed, for a team of whoever asks."""
    return and_(UserTask.assignee_id.is_(None), among(UserTask.team_id, bound("by_teams")))


def my_tasks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `UserTask` for what is assigned to the actor."""
    return tasks_of_mine(bound_to(actor))


def team_tasks(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `UserTask` for what waits, unclaimed, for a team of the actor."""
    return tasks_of_my_teams(bound_to(actor))


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
