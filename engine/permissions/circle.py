"""The circle of a restricted case: its owner, those named, and whoever has broken the glass for the time being."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.instants import now
from engine.permissions.actor import actor_of
from engine.permissions.cases import bound_to, cases_in, sight
from models.base import table
from models.case import Case
from models.rights import CaseMember

MEMBER = table(CaseMember)


def circle(session: Session, case_id: int, owner_id: int | None) -> frozenset[int]:
    """Return the ids of those who are in the circle of a case now."""
    lasts = or_(MEMBER.c.until_at.is_(None), MEMBER.c.until_at > now())
    members = select(MEMBER.c.user_id).where(MEMBER.c.case_id == case_id, MEMBER.c.ended_at.is_(None), lasts)
    return frozenset(session.scalars(members)) | ({owner_id} if owner_id is not None else frozenset())


def may_be_given(
    session: Session, user_id: int | None, *, case_id: int, restricted: bool, owner_id: int | None
) -> bool:
    """Say whether somebody may be given a task of a case: of a restricted one only its circle, of any only staff.

    Who works for another organisation may be given tasks of the cases that it is linked to.
    """
    if user_id is None:
        return False
    if restricted and user_id not in circle(session, case_id, owner_id):
        return False
    actor = actor_of(session, user_id)
    if actor is None or actor.organisation_id is None:
        return actor is not None
    known = select(Case.id).where(Case.id == case_id, cases_in(sight(actor), bound_to(actor)))
    return session.scalar(known) is not None
