"""What roles grant, read in one statement when it has changed and kept in memory by the mark of the role book."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.permissions.verbs import SHIPPED_ROLES, VERBS
from models.base import table
from models.rights import Role, RoleBook, RoleGrant

BOOK, ROLE, GRANT = table(RoleBook), table(Role), table(RoleGrant)
MOST_KEPT = 4

_MARK = select(BOOK.c.mark).where(BOOK.c.id == 1)
# A column for the statement that finds out who is signed in: it costs none of its own.
MARK = _MARK.scalar_subquery().label("role_mark")


@dataclass(frozen=True, slots=True)
class Reach:
    """On what a verb may be used: the union of its grants."""

    everything: bool = False
    categories: frozenset[str] = frozenset()
    teams: bool = False
    patches: bool = False
    own: bool = False

    def __or__(self, other: "Reach") -> "Reach":
        """Return what either reaches."""
        if self.everything or other.everything:
            return EVERYTHING
        return Reach(
            False,
            self.categories | other.categories,
            self.teams or other.teams,
            self.patches or other.patches,
            self.own or other.own,
        )

    def covers(self, other: "Reach") -> bool:
        """Say whether nothing is in reach of the other that is not in reach of this."""
        return (self | other) == self


EVERYTHING = Reach(everything=True)
NOWHERE = Reach()
Grants = Mapping[str, Reach]
NONE: Grants = MappingProxyType({})


@dataclass(frozen=True)
class Book:
    """The roles in force: key to name, and key to what the role grants."""

    names: Mapping[str, str]
    roles: Mapping[str, Grants]
    _joined: dict[frozenset[str], Grants] = field(default_factory=dict, compare=False)

    def of(self, roles: Collection[str]) -> Grants:
        """Return what these roles grant together; a role that is not there any more grants nothing."""
        wanted = frozenset(roles)
        if wanted not in self._joined:
            joined: dict[str, Reach] = {}
            for role in wanted:
                for verb, reach in self.roles.get(role, NONE).items():
                    joined[verb] = joined.get(verb, NOWHERE) | reach
            self._joined[wanted] = MappingProxyType(joined)
        return self._joined[wanted]

    def granting(self, verb: str) -> frozenset[str]:
        """Return the keys of the roles that grant a verb."""
        return frozenset(key for key, grants in self.roles.items() if verb in grants)


def _shipped() -> Book:
    grants = {
        role: MappingProxyType({verb: EVERYTHING for verb, told in VERBS.items() if role in told.shipped})
        for role in SHIPPED_ROLES
    }
    return Book({key: name for key, (name, _) in SHIPPED_ROLES.items()}, grants)


SHIPPED = _shipped()  # in force until somebody has settled the roles of an installation

_kept: OrderedDict[str, Book] = OrderedDict()
_keeping = threading.Lock()


def book(session: Session, mark: str | None = "") -> Book:
    """Return the roles in force; with the mark that another statement read, known ones are not asked for again."""
    if mark == "":
        mark = session.connection().scalar(_MARK)
    if mark is None:
        return SHIPPED
    found = _kept.get(mark)
    if found is None:
        found = _read(session)
        with _keeping:
            _kept[mark] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def _read(session: Session) -> Book:
    statement = (
        select(ROLE.c.key, ROLE.c.name, GRANT.c.verb, GRANT.c.scope, ROLE.c.categories)
        .outerjoin(GRANT, GRANT.c.role_id == ROLE.c.id)
        .order_by(ROLE.c.name, GRANT.c.id)
    )
    names: dict[str, str] = {}
    roles: dict[str, dict[str, Reach]] = {}
    for row in session.connection().execute(statement).all():
        names[row.key] = row.name
        grants = roles.setdefault(row.key, {})
        found = reach_of(row.scope, row.categories) if row.verb in VERBS else NOWHERE  # one of another release
        if found != NOWHERE:
            grants[row.verb] = grants.get(row.verb, NOWHERE) | found
    return Book(names, {key: MappingProxyType(grants) for key, grants in roles.items()})


def reach_of(scope: str, categories: Collection[Any] = ()) -> Reach:
    """Return what one grant reaches; nothing where its scope is none that is known here."""
    match scope:
        case "everything":
            return EVERYTHING
        case "categories":
            return Reach(categories=frozenset(str(key) for key in categories))
        case "teams":
            return Reach(teams=True)
        case "patches":
            return Reach(patches=True)
        case "own":
            return Reach(own=True)
    return NOWHERE
