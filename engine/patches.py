"""Patches: which homes are in each, and who of the staff and which teams look after it.

A patch is the name that homes, blocks and estates carry (`asset.patch`); one is there once something carries it, or
somebody looks after it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from engine.permissions import Actor, require, require_on_entity, visible_entities
from engine.record import bulk
from engine.record.bulk import Changed
from engine.record.changing import Why
from engine.search.scope import LETTABLE
from engine.staff_history import write_down
from models.places import Asset
from models.rights import StaffPatch, TeamPatch
from models.staff import Team, User

LONGEST_NAME = 80
MOST_NAMED = 500  # homes, blocks and estates at a time; a file of any length goes through `casewright import assets`


@dataclass(slots=True)
class Patch:
    """A patch: how many homes are in it, and the numbers and names of who looks after it."""

    name: str
    homes: int = 0
    staff: list[tuple[int, str]] = field(default_factory=list)
    teams: list[tuple[int, str]] = field(default_factory=list)


def patches(session: Session, *, by: Actor) -> list[Patch]:
    """Return all patches by name."""
    require(by, "administer")
    homes = select(Asset.patch, func.count()).where(Asset.patch != "", Asset.asset_type.in_(LETTABLE))
    found = {name: Patch(name) for name in session.scalars(select(Asset.patch).where(Asset.patch != "").distinct())}
    for name, count in session.execute(homes.group_by(Asset.patch)):
        found[name].homes = count
    of_staff = select(StaffPatch.patch, User.id, User.name).join(User, User.id == StaffPatch.user_id)
    for name, number, called in session.execute(of_staff.where(User.is_active).order_by(User.name)):
        found.setdefault(name, Patch(name)).staff.append((number, called))
    of_teams = select(TeamPatch.patch, Team.id, Team.name).join(Team, Team.id == TeamPatch.team_id)
    for name, number, called in session.execute(of_teams.order_by(Team.name)):
        found.setdefault(name, Patch(name)).teams.append((number, called))
    return sorted(found.values(), key=lambda one: one.name)


def patch(session: Session, name: str, *, by: Actor) -> Patch:
    """Return one patch; one without homes and staff where nothing is known of it yet. Raises Invalid."""
    name = _checked(name)
    return next((one for one in patches(session, by=by) if one.name == name), Patch(name))


def look_after(session: Session, name: str, *, staff: Collection[int], teams: Collection[int], by: Actor) -> None:
    """Have these members of staff and these teams look after a patch, and no others.

    Raises:
        Invalid: a name that no patch can have.
        NotFound: no such member of staff, or no such team.
    """
    before = patch(session, name, by=by)
    _require_there(session, User, staff, "member of staff")
    _require_there(session, Team, teams, "team")
    session.execute(delete(StaffPatch).where(StaffPatch.patch == before.name))
    session.execute(delete(TeamPatch).where(TeamPatch.patch == before.name))
    session.add_all(StaffPatch(user_id=number, patch=before.name) for number in sorted(set(staff)))
    session.add_all(TeamPatch(team_id=number, patch=before.name) for number in sorted(set(teams)))
    session.flush()  # so that they are read again
    after = patch(session, name, by=by)
    subject = ("patch", None, before.name)
    write_down(session, "patch_changed", subject, before=_told(before), after=_told(after), by=by)


def move(session: Session, name: str, references: Collection[str], *, by: Actor) -> int:
    """Put homes, blocks and estates, with all that lies in them, into a patch; return how many places moved.

    Raises:
        Invalid: a reference that names no place, or too many of them.
        NotAllowed: a grant of "change homes" does not reach one of them.
    """
    require(by, "administer")
    name = _checked(name)
    wanted = list(dict.fromkeys(text.strip() for text in references if text.strip()))
    if not 1 <= len(wanted) <= MOST_NAMED:
        raise Invalid(errors={"references": f"Give 1 to {MOST_NAMED} references of homes, blocks or estates"})
    seen = select(Asset.id, Asset.reference).where(Asset.reference.in_(wanted), visible_entities(by, "home"))
    known = {row.reference: row.id for row in session.execute(seen)}
    if missing := [text for text in wanted if text not in known]:
        raise Invalid(errors={"references": f"There is no home, block or estate “{missing[0][:80]}”"})
    for number in known.values():
        require_on_entity(session, by, "change homes", "home", number)
    places = session.execute(select(Asset.id, Asset.patch).where(Asset.id.in_(_inside(session, known.values()))))
    changed = [Changed(row.id, {"patch": name}, {"patch": row.patch}) for row in places if row.patch != name]
    bulk.write(session, "home", changed=changed, why=Why(by, f"Put into the patch {name}"))
    return len(changed)


def _inside(session: Session, places: Collection[int]) -> set[int]:
    """Return these places and all that lies in them, however deep."""
    found = level = set(places)
    while level:
        level = set(session.scalars(select(Asset.id).where(Asset.parent_id.in_(level)))) - found
        found = found | level
    return found


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(errors={"name": f"Enter a name of 1 to {LONGEST_NAME} characters"})
    return name


def _require_there(session: Session, model: Any, numbers: Collection[int], word: str) -> None:
    known = set(session.scalars(select(model.id).where(model.id.in_(set(numbers)))))
    if missing := set(numbers) - known:
        raise NotFound(f"There is no {word} {min(missing)}.")


def _told(one: Patch) -> dict[str, Any]:
    return {"staff": [name for _, name in one.staff], "teams": [name for _, name in one.teams]}
