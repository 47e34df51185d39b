"""Who does something, and whether a verb is granted to them at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import FromClause, Select, bindparam, select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.permissions.grants import EVERYTHING, MARK, NOWHERE, Grants, Reach, book
from engine.permissions.verbs import OF_EXTERNALS
from models.base import table
from models.staff import Membership, Team, User

USER, MEMBERSHIP, TEAM = table(User), table(Membership), table(Team)


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
    organisation_id: int | None = None  # whom an external user works for
    grants: Grants = field(default_factory=dict, hash=False, compare=False, repr=False)  # what the roles grant together
    role_names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_platform(self) -> bool:
        """Say whether this is the platform: timers, jobs and messages."""
        return self.user_id is None


PLATFORM = Actor(None, "Casewright")


def rows_of_actor(*columns: Any, source: FromClause = USER) -> Select[Any]:
    """Return the statement whose rows `from_rows` reads: one for each team, or one for a user without a team.

    `source` is the table of users, or what joins it to whatever says which user is meant.
    """
    return (
        select(
            *columns,
            USER.c.id.label("user_id"),
            *(USER.c[name] for name in ("email", "name", "job_title", "phone", "roles", "organisation_id")),
            MEMBERSHIP.c.team_id,
            MEMBERSHIP.c.is_manager,
            TEAM.c.name.label("team_name"),
            MARK,
        )
        .select_from(source)
        .outerjoin(MEMBERSHIP, MEMBERSHIP.c.user_id == USER.c.id)
        .outerjoin(TEAM, TEAM.c.id == MEMBERSHIP.c.team_id)
        .where(USER.c.is_active)
        .order_by(MEMBERSHIP.c.id)
    )


_BY_ID = rows_of_actor().where(USER.c.id == bindparam("user_id"))


def from_rows(session: Session, rows: Sequence[Any]) -> Actor:
    """Return the member of staff whom these rows are about, with what their roles grant."""
    first, teams = rows[0], [row for row in rows if row.team_id is not None]
    roles = frozenset(str(role) for role in first.roles)
    in_force = book(session, first.role_mark)
    grants = in_force.of(roles)
    if first.organisation_id is not None:
        grants = dict.fromkeys(grants.keys() & OF_EXTERNALS, EVERYTHING)  # of what it is linked to: `cases_in`
    return Actor(
        user_id=first.user_id,
        name=first.name,
        roles=roles,
        team_ids=frozenset(row.team_id for row in teams),
        managed_team_ids=frozenset(row.team_id for row in teams if row.is_manager),
        email=first.email,
        job_title=first.job_title,
        phone=first.phone,
        team_names=tuple(row.team_name for row in teams),
        organisation_id=first.organisation_id,
        grants=grants,
        role_names=tuple(name for key, name in in_force.names.items() if key in roles),
    )


def actor_of(session: Session, user_id: int) -> Actor | None:
    """Return a member of staff as who acts, in one statement; none when their account is closed."""
    rows = session.connection().execute(_BY_ID, {"user_id": user_id}).all()
    return from_rows(session, rows) if rows else None


def reach(actor: Actor, verb: str) -> Reach:
    """Return on what the actor may use `verb`; nowhere when no role grants it."""
    return actor.grants.get(verb, NOWHERE)


def may(actor: Actor, verb: str) -> bool:
    """Say whether one of the actor's roles grants `verb`, on whatever."""
    return actor.is_platform or verb in actor.grants


def require(actor: Actor, verb: str) -> None:
    """Raise NotAllowed unless one of the actor's roles grants `verb`."""
    if not may(actor, verb):
        raise NotAllowed(
            f"Your roles do not let you {verb}.", remedy="Ask your administrator if you need this for your work."
        )
