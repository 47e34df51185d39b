"""Saved filters of the lists of tasks and cases: one's own, and those that somebody shares with a team.

A saved filter holds what is asked, never what is found: whoever uses it sees what they themselves may see.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotPossible
from engine.instants import now
from engine.permissions import Actor, known_by
from models.among import among
from models.lists import FilterUse, SavedFilter
from models.prepared import Prepared
from models.staff import Team, User

KINDS = ("tasks", "cases")
LONGEST_NAME = 80
MOST = 100  # of one person
MOST_PINNED = 12

Saved = Any  # a row: id, kind, name, words, owner_id, owner, team_id, team, is_mine, is_pinned, is_default

_LINES = (
    select(
        SavedFilter.id, SavedFilter.kind, SavedFilter.name, SavedFilter.words, SavedFilter.owner_id,
        User.name.label("owner"), SavedFilter.team_id, Team.name.label("team"),
        (SavedFilter.owner_id == bindparam("by_id")).label("is_mine"),
        func.coalesce(FilterUse.is_pinned, False).label("is_pinned"),
        func.coalesce(FilterUse.is_default, False).label("is_default"),
    )
    .join(User, User.id == SavedFilter.owner_id)
    .outerjoin(Team, Team.id == SavedFilter.team_id)
    .outerjoin(FilterUse, and_(FilterUse.filter_id == SavedFilter.id, FilterUse.user_id == bindparam("by_id")))
    .where(or_(SavedFilter.owner_id == bindparam("by_id"), among(SavedFilter.team_id, bindparam("by_teams"))))
)  # fmt: skip
_BY_NAME = _LINES.order_by(SavedFilter.name, SavedFilter.id)
_OF_KIND = Prepared(_BY_NAME.where(SavedFilter.kind == bindparam("kind")))
_PINNED = Prepared(_BY_NAME.where(FilterUse.is_pinned).limit(MOST_PINNED))
_DEFAULT = Prepared(_LINES.where(SavedFilter.kind == bindparam("kind"), FilterUse.is_default).limit(1))
_BY_ID = Prepared(_LINES.where(SavedFilter.id == bindparam("filter_id")))


def saved(session: Session, kind: str, *, by: Actor) -> list[Saved]:
    """Return the filters of a list that the actor has or that are shared with a team of theirs, by name."""
    return _OF_KIND.rows(session.connection(), {"kind": kind, **known_by(by)})


def pinned(session: Session, *, by: Actor) -> list[Saved]:
    """Return the filters that the actor has on their home page, by name."""
    return _PINNED.rows(session.connection(), known_by(by))


def default(session: Session, kind: str, *, by: Actor) -> Saved | None:
    """Return the filter with which the actor's list begins."""
    return _DEFAULT.row(session.connection(), {"kind": kind, **known_by(by)})


def one(session: Session, filter_id: int, *, by: Actor) -> Saved:
    """Return a saved filter.

    Raises:
        NotFound: none that the actor has or that is shared with a team of theirs.
    """
    found = _BY_ID.row(session.connection(), {"filter_id": filter_id, **known_by(by)})
    if found is None:
        raise NotFound("There is no such saved filter, or none that you may use.", remedy="Look at your list.")
    return found


def save(
    session: Session, kind: str, name: str, words: Mapping[str, str], *, team_id: int | None = None, by: Actor
) -> int:
    """Keep a filter under a name, for oneself or shared with a team of one's own; return its id.

    Raises:
        Invalid: no name, one that the actor uses already, or a team that they are not in.
        NotPossible: they have as many as anybody may.
    """
    if kind not in KINDS:
        raise Invalid(f"There is no list of {kind[:40]}.", errors={"kind": f"Choose one of: {', '.join(KINDS)}"})
    name = _checked(session, kind, name, team_id, None, by)
    if (session.scalar(select(func.count()).where(SavedFilter.owner_id == by.user_id)) or 0) >= MOST:
        raise NotPossible(f"You have {MOST} saved filters, and nobody has more.", remedy="Delete one first.")
    made = SavedFilter(owner_id=by.user_id, team_id=team_id, kind=kind, name=name, words=dict(words), created_at=now())
    session.add(made)
    session.flush()  # its id is in the address that follows
    return made.id


def change(
    session: Session,
    filter_id: int,
    *,
    name: str,
    team_id: int | None = None,
    words: Mapping[str, str] | None = None,
    by: Actor,
) -> None:
    """Rename a filter of the actor's, share it or stop sharing it, or have it ask for something else."""
    found = _own(session, filter_id, by)
    found.name = _checked(session, found.kind, name, team_id, filter_id, by)
    found.team_id = team_id
    if words is not None:
        found.words = dict(words)


def remove(session: Session, filter_id: int, *, by: Actor) -> None:
    """Delete a filter of the actor's, for everybody who uses it."""
    found = _own(session, filter_id, by)
    session.execute(delete(FilterUse).where(FilterUse.filter_id == found.id))
    session.delete(found)


def use(session: Session, filter_id: int, *, is_pinned: bool, is_default: bool, by: Actor) -> None:
    """Have a filter on one's home page or not, and have its list begin with it or not; of each list one does."""
    found = one(session, filter_id, by=by)
    if is_pinned and not found.is_pinned and len(pinned(session, by=by)) >= MOST_PINNED:
        raise NotPossible(f"You have {MOST_PINNED} filters on your home page.", remedy="Take one of them off first.")
    if is_default:
        same_kind = select(SavedFilter.id).where(SavedFilter.kind == found.kind)
        others = update(FilterUse).where(FilterUse.user_id == by.user_id, FilterUse.filter_id.in_(same_kind))
        session.execute(others.values(is_default=False))
    session.execute(delete(FilterUse).where(FilterUse.user_id == by.user_id, FilterUse.filter_id == filter_id))
    if is_pinned or is_default:
        session.add(FilterUse(user_id=by.user_id, filter_id=filter_id, is_pinned=is_pinned, is_default=is_default))


def _own(session: Session, filter_id: int, by: Actor) -> SavedFilter:
    if not one(session, filter_id, by=by).is_mine:
        raise NotAllowed("Only whoever saved this filter can change it.", remedy="Save it under a name of your own.")
    return session.get_one(SavedFilter, filter_id)


def _checked(session: Session, kind: str, name: str, team_id: int | None, filter_id: int | None, by: Actor) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        errors = {"name": f"Enter a name of 1 to {LONGEST_NAME} characters"}
        raise Invalid("The filter has no name that can be kept.", errors=errors)
    if team_id is not None and team_id not in by.team_ids:
        raise Invalid("The filter cannot be shared so.", errors={"shared_with": "Choose a team that you are in"})
    same = select(SavedFilter.id).where(
        SavedFilter.owner_id == by.user_id, SavedFilter.kind == kind, SavedFilter.name == name
    )
    if session.scalar(same if filter_id is None else same.where(SavedFilter.id != filter_id)) is not None:
        raise Conflict(f"You have a filter “{name}” already.", remedy="Choose another name, or delete that one.")
    return name
