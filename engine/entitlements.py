"""What nobody may do with roles: give what they do not hold themselves, or leave nobody to administer."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotPossible
from engine.permissions import NOWHERE, Actor, Grants, book
from models.staff import User

ADMINISTER = "administer"


def require_held(by: Actor, grants: Grants) -> None:
    """Raise NotAllowed unless the actor holds each of these grants, as far as it reaches."""
    if by.is_platform:
        return
    for verb, reach in grants.items():
        if not by.grants.get(verb, NOWHERE).covers(reach):
            raise NotAllowed(
                f"You cannot give the right to {verb} further than you hold it.",
                remedy="Ask an administrator who does.",
            )


def require_may_give(session: Session, roles: Collection[str], *, by: Actor) -> None:
    """Raise NotAllowed unless the actor holds what these roles grant."""
    require_held(by, book(session).of(roles))


def require_somebody_administers(session: Session) -> None:
    """Raise NotPossible when, as things stand in this transaction, no member of staff could administer any more."""
    session.flush()  # what is about to be written counts
    administrators = book(session).granting(ADMINISTER)
    staff = session.scalars(select(User.roles).where(User.is_active, User.organisation_id.is_(None)))
    if not any(administrators.intersection(map(str, roles)) for roles in staff):
        raise NotPossible(
            "Nobody else could administer Casewright then.", remedy="Make somebody else an administrator first."
        )
