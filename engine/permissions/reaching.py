"""How far a grant reaches, as conditions on cases: chosen categories, one's teams' cases, one's patches, one's own.

Every condition is of ids found by index; the values in it are bound by the names that `known_by` gives.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, false, or_, select, true

from engine.permissions.grants import Reach
from models.base import table
from models.case import Case, CaseLink
from models.category import Category
from models.places import Asset
from models.rights import StaffPatch, TeamPatch
from models.staff import Membership
from models.tenancies import Tenure, TenureMember
from models.work import UserTask

Bound = Callable[[str], BindParameter[Any]]  # gives the value of a name its place in a statement

LINK, ASSET, TENURE, LIVES = table(CaseLink), table(Asset), table(Tenure), table(TenureMember)
PATCH, TEAM_PATCH, MEMBER = table(StaffPatch), table(TeamPatch), table(Membership)
TASK, CATEGORY = table(UserTask), table(Category)
WORKED_ON = ("open", "completed")  # states of a task that make its case somebody's; indexed with the holder


def within(reach: Reach, bound: Bound) -> ColumnElement[bool]:
    """Return the condition on `Case` for what is within a reach, restricted or not."""
    if reach.everything:
        return true()
    return or_(false(), *_each(reach, bound))


def _each(reach: Reach, bound: Bound) -> Iterator[ColumnElement[bool]]:
    if reach.categories:
        chosen = or_(*(CATEGORY.c.key == key for key in sorted(reach.categories)))  # as many as the reach has: no list
        yield Case.category_id.in_(select(CATEGORY.c.id).where(chosen))
    if reach.teams:
        teams = _teams(bound)
        yield Case.owner_id.in_(select(MEMBER.c.user_id).where(MEMBER.c.team_id.in_(teams)))
        yield Case.id.in_(_with_task(TASK.c.team_id.in_(teams)))
    if reach.patches:
        yield Case.id.in_(_in_patch(bound))
    if reach.own:
        yield Case.owner_id == bound("by_id")
        yield Case.id.in_(_with_task(TASK.c.assignee_id == bound("by_id")))


def patches_of_staff(bound: Bound) -> Select[Any]:
    """Return the patches that whoever asks looks after."""
    return select(PATCH.c.patch).where(PATCH.c.user_id == bound("by_id"))


def patches_of_teams(bound: Bound) -> Select[Any]:
    """Return the patches that the teams of whoever asks look after."""
    return select(TEAM_PATCH.c.patch).where(TEAM_PATCH.c.team_id.in_(_teams(bound)))


def living_in_patches(patches: Any, bound: Bound) -> Select[Any]:
    """Return the ids of the people who live in the homes of patches: on a tenancy of theirs that runs."""
    return (
        select(LIVES.c.person_id)
        .join(TENURE, TENURE.c.id == LIVES.c.tenure_id)
        .join(ASSET, ASSET.c.id == TENURE.c.asset_id)
        .where(ASSET.c.patch.in_(patches), lasts(bound), runs(bound))
    )


def lasts(bound: Bound) -> ColumnElement[bool]:
    """Return the condition that a member of a tenancy has not left it."""
    return or_(LIVES.c.until_on.is_(None), LIVES.c.until_on >= bound("by_day"))


def runs(bound: Bound) -> ColumnElement[bool]:
    """Return the condition that a tenancy is not over."""
    return or_(TENURE.c.ended_on.is_(None), TENURE.c.ended_on >= bound("by_day"))


def _in_patch(bound: Bound) -> Select[Any]:
    """Return the ids of cases about a home in a patch of one's own, a tenancy of it, or somebody who lives there."""
    homes = select(ASSET.c.id).where(ASSET.c.patch.in_(patches_of_staff(bound)))
    places = {
        "home": homes,
        "tenancy": select(TENURE.c.id).where(TENURE.c.asset_id.in_(homes)),
        "person": living_in_patches(patches_of_staff(bound), bound),
    }
    about = ((LINK.c.entity_type == kind) & LINK.c.entity_id.in_(ids) for kind, ids in places.items())
    return select(LINK.c.case_id).where(or_(*about), LINK.c.until_on.is_(None))


def _teams(bound: Bound) -> Select[Any]:
    return select(MEMBER.c.team_id).where(MEMBER.c.user_id == bound("by_id"))


def _with_task(condition: ColumnElement[bool]) -> Select[Any]:
    return select(TASK.c.case_id).where(or_(*(TASK.c.status == status for status in WORKED_ON)), condition)
