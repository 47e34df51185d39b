"""What an administrator does with roles: add, copy, change, remove; each change is in force at the next request."""

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from engine.entitlements import require_held, require_somebody_administers
from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.permissions import SHIPPED_ROLES, VERBS, Actor, Grants, Reach, reach_of, require
from engine.staff_history import write_down
from models.base import table
from models.category import Category
from models.rights import Role, RoleBook, RoleGrant
from models.staff import User

GRANT, BOOK = table(RoleGrant), table(RoleBook)
LONGEST_NAME = 80
Grant = tuple[str, str]  # a verb and a scope


@dataclass(frozen=True, slots=True)
class Wish:
    """A role as somebody wants it: what it is called, what it grants, and the categories that its grants may reach."""

    name: str
    description: str = ""
    grants: frozenset[Grant] = frozenset()
    categories: tuple[str, ...] = ()

    def joined(self) -> Grants:
        """Return what the role would grant, by verb."""
        found: dict[str, Reach] = {}
        for verb, scope in self.grants:
            found[verb] = found.get(verb, Reach()) | reach_of(scope, self.categories)
        return found


def settle(session: Session) -> None:
    """Write the roles that ship into a database without any, and what a release granted anew to those that are there.

    Nobody else changes roles before the transaction ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('casewright roles'))"))
    kept = session.get(RoleBook, 1, populate_existing=True)
    known = set(kept.verbs) if kept is not None else set()
    fresh = [verb for verb in VERBS if verb not in known]
    if not fresh:
        return
    if kept is None:
        session.add_all(Role(key=key, name=name, description=told) for key, (name, told) in SHIPPED_ROLES.items())
        session.add(RoleBook(id=1, mark=""))
        session.flush()  # their numbers go into the grants
    for role in session.scalars(select(Role).where(Role.key.in_(SHIPPED_ROLES))):
        rows = [{"role_id": role.id, "verb": v, "scope": "everything"} for v in fresh if role.key in VERBS[v].shipped]
        if rows:
            session.execute(insert(GRANT), rows)
    _renew(session)


@dataclass(frozen=True, slots=True)
class Line:
    """A role as it is, with how many members of staff hold it."""

    key: str
    wish: Wish
    revision: int
    holders: int


def roles(session: Session) -> list[Line]:
    """Return the roles in force, by name; those that ship where the installation has none of its own yet."""
    held = Counter(str(key) for keys in session.scalars(select(User.roles).where(User.is_active)) for key in keys)
    kept = session.scalars(select(Role).order_by(Role.name)).all()
    if not kept:
        by_name = sorted(SHIPPED_ROLES, key=SHIPPED_ROLES.__getitem__)
        return [Line(key, _as_shipped(key), 0, held[key]) for key in by_name]
    return [Line(role.key, wish_of(session, role), role.revision, held[role.key]) for role in kept]


def line(session: Session, key: str) -> Line:
    """Return a role as it is. Raises NotFound."""
    found = next((one for one in roles(session) if one.key == key), None)
    return found if found is not None else _missing()


def _missing() -> NoReturn:
    raise NotFound("There is no such role.", remedy="Look at the list of roles.")


def _as_shipped(key: str) -> Wish:
    name, told = SHIPPED_ROLES[key]
    return Wish(name, told, frozenset((verb, "everything") for verb, about in VERBS.items() if key in about.shipped))


def wish_of(session: Session, role: Role) -> Wish:
    """Return a role as somebody would have to wish for it."""
    grants = session.execute(select(GRANT.c.verb, GRANT.c.scope).where(GRANT.c.role_id == role.id))
    kept = frozenset((row.verb, row.scope) for row in grants if row.verb in VERBS)
    return Wish(role.name, role.description, kept, tuple(str(key) for key in role.categories))


def add(session: Session, wish: Wish, *, by: Actor) -> Role:
    """Add a role.

    Raises:
        Invalid: a sentence for each fault.
        NotAllowed: it would grant what the actor does not hold.
    """
    require(by, "administer")
    settle(session)
    _check(session, wish, by, of=None)
    role = Role(key=_free_key(session, wish.name), name=_name(wish), description=wish.description.strip()[:500])
    role.categories = [*wish.categories]
    session.add(role)
    session.flush()  # its number goes into the grants
    _grant(session, role, wish.grants)
    _renew(session)
    write_down(session, "role_added", ("role", role.id, role.name), after=_told(wish), by=by)
    return role


def change(session: Session, key: str, wish: Wish, *, revision: int | None = None, by: Actor) -> Role:
    """Change a role; whoever holds it may do what it says from their next request on.

    Raises:
        Conflict: it was changed since `revision` was read (0: before the installation had roles of its own).
        Invalid, NotAllowed: as for `add`; what it grants already need not be held.
        NotPossible: nobody could administer any more.
    """
    require(by, "administer")
    settle(session)
    role = _role(session, key)
    if revision and role.revision != revision:
        raise Conflict("Somebody changed this role since you opened it.", remedy="Look at it, then change it again.")
    before = wish_of(session, role)
    _check(session, wish, by, of=role, has=before)
    role.name, role.description = _name(wish), wish.description.strip()[:500]
    role.categories, role.revision = [*wish.categories], role.revision + 1
    session.execute(delete(GRANT).where(GRANT.c.role_id == role.id))
    _grant(session, role, wish.grants)
    _renew(session)
    require_somebody_administers(session)
    write_down(session, "role_changed", ("role", role.id, role.name), before=_told(before), after=_told(wish), by=by)
    return role


def remove(session: Session, key: str, *, by: Actor) -> None:
    """Remove a role that nobody holds.

    Raises:
        NotPossible: somebody holds it.
    """
    require(by, "administer")
    settle(session)
    role = _role(session, key)
    holders = [name for name, held in session.execute(select(User.name, User.roles)) if key in held]
    if holders:
        raise NotPossible(
            f"{len(holders)} members of staff hold this role, among them {min(holders)}.",
            remedy="Give them another one first; closed accounts count too.",
        )
    write_down(session, "role_removed", ("role", role.id, role.name), before=_told(wish_of(session, role)), by=by)
    session.execute(delete(GRANT).where(GRANT.c.role_id == role.id))
    session.delete(role)
    _renew(session)


def category_names(session: Session) -> dict[str, str]:
    """Return the categories that a scope may be of: key to name."""
    rows = session.execute(select(Category.key, Category.name).order_by(Category.name))
    return {row.key: row.name for row in rows}


def _role(session: Session, key: str) -> Role:
    found = session.scalar(select(Role).where(Role.key == key).execution_options(populate_existing=True))
    return found if found is not None else _missing()


def _check(session: Session, wish: Wish, by: Actor, *, of: Role | None, has: Wish | None = None) -> None:
    errors = _faults(session, wish, of)
    if errors:
        raise Invalid("The role cannot be kept.", errors=errors)
    own = has.joined() if has is not None else {}
    require_held(by, {verb: reach for verb, reach in wish.joined().items() if not own.get(verb, Reach()).covers(reach)})


def _faults(session: Session, wish: Wish, of: Role | None) -> dict[str, str]:
    errors = {}
    name = _name(wish)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        errors["name"] = f"Enter a name of 1 to {LONGEST_NAME} characters"
    elif session.scalar(_others(of).where(func.lower(Role.name) == name.lower())) is not None:
        errors["name"] = "Another role is called that"
    unknown = sorted(f"{verb}, {scope}" for verb, scope in wish.grants if scope not in _scopes(verb))
    if unknown:
        errors["grants"] = f"Nothing can be granted as: {'; '.join(unknown)[:200]}"
    elif not wish.grants:
        errors["grants"] = "Choose at least one thing that it lets people do"
    missing = sorted(set(wish.categories) - set(category_names(session)))
    if missing:
        errors["categories"] = f"There is no category {missing[0][:80]}"
    elif not wish.categories and any(scope == "categories" for _, scope in wish.grants):
        errors["categories"] = "Choose the categories that its grants reach"
    return errors


def _others(of: Role | None) -> Any:
    return select(Role.id).where(Role.id != (of.id if of is not None else 0)).limit(1)


def _scopes(verb: str) -> Sequence[str]:
    return VERBS[verb].scopes if verb in VERBS else ()


def _grant(session: Session, role: Role, grants: Iterable[Grant]) -> None:
    rows = [{"role_id": role.id, "verb": verb, "scope": scope} for verb, scope in sorted(grants)]
    session.execute(insert(GRANT), rows)


def _renew(session: Session) -> None:
    """Give the role book another mark, so that every process reads it again."""
    session.flush()  # before the mark that says so
    session.execute(update(BOOK).values(mark=secrets.token_hex(12), verbs=list(VERBS)))


def _name(wish: Wish) -> str:
    return " ".join(wish.name.split())


def _free_key(session: Session, name: str) -> str:
    bare = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:60] or "role"
    taken = set(session.scalars(select(Role.key).where(Role.key.startswith(bare, autoescape=True))))
    return next(key for key in (bare, *(f"{bare}_{n}" for n in range(2, 10_000))) if key not in taken)


def _told(wish: Wish) -> dict[str, Any]:
    grants = sorted(f"{verb}: {scope}" for verb, scope in wish.grants)
    return {"name": _name(wish), "description": wish.description, "grants": grants, "categories": [*wish.categories]}
