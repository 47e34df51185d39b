"""Changes to the catalogue: add, change, retire, bring back, put in order. Each is a row of its history."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.field_catalogue import conversions, owners, searched
from engine.field_catalogue.checking import Check, require
from engine.field_catalogue.owners import Owner, Surroundings
from engine.field_catalogue.texts import Faults, Given, read
from engine.fields import Catalogue, FieldDef, of_owner, told
from engine.fields.definition import COLUMNS
from engine.instants import now
from engine.permissions import Actor
from engine.permissions import require as require_verb
from models.base import table
from models.fields import FieldCatalogue, FieldChange, FieldDefinition

CATALOGUE, DEFINITION, CHANGE = table(FieldCatalogue), table(FieldDefinition), table(FieldChange)
FIELDS_A_SECTION = 200
"""Values that one section of the document holds, about: what a step reads and writes whole."""

APART = 10
"""Between two positions, so that a field can be put between two others."""

LONGEST_REASON = 500
_WRITTEN = tuple(name for name in COLUMNS if name not in ("id", "owner"))
_UPDATE = (
    update(DEFINITION)
    .where(DEFINITION.c.id == bindparam("of_id"))
    .values({name: bindparam(f"new_{name}") for name in _WRITTEN} | {"folded_path": bindparam("new_folded_path")})
)


@dataclass(slots=True)
class Plan:
    """What becomes of a catalogue: definitions that are new, and (before, after) of those that change."""

    owner: Owner
    before: Catalogue
    around: Surroundings
    added: list[FieldDef] = field(default_factory=list)
    changed: list[tuple[FieldDef, FieldDef]] = field(default_factory=list)

    @property
    def after(self) -> list[FieldDef]:
        """Return all definitions as they would be."""
        changed = {before.id: after for before, after in self.changed}
        return [*(changed.get(one.id, one) for one in self.before.definitions), *self.added]

    @property
    def touched(self) -> list[FieldDef]:
        """Return the definitions that are new or change, as they would be."""
        return [*self.added, *(after for _, after in self.changed)]

    def check(self) -> list[tuple[FieldDef, Faults]]:
        """Return the faults of what is new or changes, each with its definition."""
        check = Check(self.after, self.around)
        found = [(one, check.faults(one)) for one in self.touched]
        new = {one.path for one in self.added}
        for one, faults in found:  # a field was there before the diagram wrote to it, or the form asked
            if one.path not in new and self.before.by_id[one.id].key == one.key:
                faults.pop("key", None)
        return [(one, faults) for one, faults in found if faults]


def plan(session: Session, owner_key: str, *, lock: bool = False) -> Plan:
    """Return an empty plan for an owner's catalogue; with `lock` nobody else changes it before the transaction ends."""
    owner = owners.one(session, owner_key)
    if lock:
        _lock(session, owner)
    return Plan(owner, of_owner(session, owner.key), owners.surroundings(session, owner))


def create(session: Session, owner_key: str, given: Given, *, by: Actor, reason: str = "") -> FieldDef:
    """Add a field; `given` are its texts by column (see `texts.COLUMNS`).

    Raises:
        NotFound: no such entity or category.
        Invalid: a sentence for each column that cannot stand like this.
    """
    require_verb(by, "change fields")
    made = plan(session, owner_key, lock=True)
    one, faults = read(made.owner.key, given)
    require(faults)
    assert one is not None
    made.added.append(one)
    return _do(session, made, by=by, reason=reason)[0]


def change(
    session: Session, definition_id: int, given: Given, *, by: Actor, reason: str = "", revision: int | None = None
) -> FieldDef:
    """Change a field: what `given` names of its texts; the rest stays.

    Raises:
        NotFound: no such field.
        Conflict: somebody changed it since `revision`.
        Invalid: a sentence for each column that cannot stand like this; also for a type that does not fit the values.
    """
    require_verb(by, "change fields")
    before = definition(session, definition_id)
    made = plan(session, before.owner, lock=True)
    before = made.before.by_id[definition_id]
    _require_revision(before, revision)
    after, faults = read(before.owner, given, before=before)
    require(faults)
    assert after is not None
    if after == before:
        return before
    made.changed.append((before, after))
    return _do(session, made, by=by, reason=reason)[0]


def retire(
    session: Session, definition_id: int, *, by: Actor, reason: str = "", revision: int | None = None
) -> FieldDef:
    """Ask for a field no longer; the values that there are stay and can be read. Raises NotFound, Conflict."""
    return _set_retired(session, definition_id, True, by=by, reason=reason, revision=revision)


def restore(
    session: Session, definition_id: int, *, by: Actor, reason: str = "", revision: int | None = None
) -> FieldDef:
    """Ask for a retired field again. Raises NotFound, Conflict, and Invalid when it can no longer stand."""
    return _set_retired(session, definition_id, False, by=by, reason=reason, revision=revision)


def _set_retired(
    session: Session, definition_id: int, is_retired: bool, *, by: Actor, reason: str, revision: int | None
) -> FieldDef:
    require_verb(by, "change fields")
    made = plan(session, definition(session, definition_id).owner, lock=True)
    before = made.before.by_id[definition_id]
    _require_revision(before, revision)
    if bool(before.retired_at) == is_retired:
        return before
    made.changed.append((before, replace(before, retired_at=now() if is_retired else None)))
    return _do(session, made, by=by, reason=reason)[0]


def put_in_order(session: Session, owner_key: str, ids: Sequence[int], *, by: Actor, mark: str | None = None) -> int:
    """Let fields stand in the order of their `ids`, in the places that they have between them; return how many moved.

    Raises:
        NotFound: a field of somebody else.
        Invalid: a field is named twice.
        Conflict: the catalogue was changed since it had this `mark`.
    """
    require_verb(by, "change fields")
    made = plan(session, owner_key, lock=True)
    if mark is not None and mark != made.before.mark:
        raise Conflict("Somebody changed these fields since you opened the page.", remedy="Put them in order again.")
    if len(set(ids)) != len(ids):
        raise Invalid("A field stands twice in this order.", remedy="Load the page again.")
    found = [made.before.by_id.get(definition_id) for definition_id in ids]
    befores = [one for one in found if one is not None]
    if len(befores) < len(ids):
        raise NotFound(f"“{made.owner.name}” has no such field.", remedy="Load the page again.")
    for before, position in zip(befores, _places(befores), strict=True):
        if before.position != position:
            made.changed.append((before, replace(before, position=position)))
    if made.changed:
        _do(session, made, by=by, reason="Put in order")
    return len(made.changed)


def _places(several: Sequence[FieldDef]) -> list[int]:
    """Return the positions that fields have between them, in order; new ones from the first where some are the same."""
    positions = sorted(one.position for one in several)
    if len(set(positions)) == len(positions):
        return positions
    return [positions[0] + APART * number for number in range(len(positions))]


def carry_out(session: Session, made: Plan, *, by: Actor, reason: str) -> Sequence[FieldDef]:
    """Do what a plan says; see `csv_reading`."""
    require_verb(by, "change fields")
    return _do(session, made, by=by, reason=reason)


def definition(session: Session, definition_id: int) -> FieldDef:
    """Return one field. Raises NotFound."""
    owner = session.scalar(select(DEFINITION.c.owner).where(DEFINITION.c.id == definition_id))
    return of_owner(session, owner).by_id[definition_id] if owner is not None else missing()


def missing() -> NoReturn:
    """Raise NotFound for a field that is not there."""
    raise NotFound("There is no such field.", remedy="Look for it in the list.")


def history(session: Session, owner: str, *, definition_id: int | None = None, most: int = 100) -> list[FieldChange]:
    """Return who changed what, the latest first: of an owner, or of one field."""
    statement = select(FieldChange).where(FieldChange.owner == owner)
    if definition_id is not None:
        statement = statement.where(FieldChange.definition_id == definition_id)
    return list(session.scalars(statement.order_by(FieldChange.id.desc()).limit(most)))


def _require_revision(one: FieldDef, revision: int | None) -> None:
    if revision is not None and revision != one.revision:
        raise Conflict(f"“{one.label}” was changed since you opened it.", remedy="Look at it again, then change it.")


def _lock(session: Session, owner: Owner) -> None:
    """Make sure of the row of the owner's catalogue, and lock it."""
    row = {"owner": owner.key, "category_id": owner.category_id, "number": 0, "mark": _mark(0)}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(CATALOGUE).on_conflict_do_nothing(), row)
    session.execute(select(CATALOGUE.c.number).where(CATALOGUE.c.owner == owner.key).with_for_update())


def _mark(number: int) -> str:
    return f"{number}:{secrets.token_hex(8)}"


def _do(session: Session, made: Plan, *, by: Actor, reason: str) -> list[FieldDef]:
    """Write a plan that is checked first; return the definitions that are new or changed, those first."""
    if len(reason) > LONGEST_REASON:
        raise Invalid("The reason is too long.", errors={"reason": f"Say it in {LONGEST_REASON} characters or fewer."})
    for one, faults in made.check():
        require(faults)
        raise AssertionError(one)
    for before, after in made.changed:
        require(conversions.faults(session, made.owner, before, after))
    added = _insert(session, list(_placed(made)))
    changed = [(before, replace(after, revision=before.revision + 1)) for before, after in made.changed]
    if changed:
        session.execute(_UPDATE, [_new_values(after) for _, after in changed])
    _write_history(session, added, changed, by=by, reason=reason)
    _pass_on(session, made.owner)
    for before, after in changed:
        if after.is_searchable != before.is_searchable or (after.is_searchable and after.type != before.type):
            searched.index_anew(session, made.owner, after)
    return [*added, *(after for _, after in changed)]


def _placed(made: Plan) -> Iterable[FieldDef]:
    """Give new fields a position behind all others, and the section of the document that keeps their values."""
    filled: dict[str, int] = {}
    room: dict[str, str] = {}  # of each section of the page, the section of the document that was last begun for it
    last = 0
    for one in made.before.definitions:
        last = max(last, one.position)
        if not one.parent:
            filled[one.stored_in] = filled.get(one.stored_in, 0) + 1
            room[one.section] = one.stored_in
    for one in made.added:
        last = one.position or last + APART
        home = room.get(one.section, "")
        if not home or (not one.parent and filled.get(home, 0) >= FIELDS_A_SECTION):
            home = room[one.section] = f"fields:{len(filled) + 1}"
        if not one.parent:
            filled[home] = filled.get(home, 0) + 1
        yield replace(one, position=last, stored_in="" if one.parent else home)


def _insert(session: Session, added: list[FieldDef]) -> list[FieldDef]:
    if not added:
        return []
    statement = insert(DEFINITION).returning(DEFINITION.c.id, sort_by_parameter_order=True)
    rows = [{"owner": one.owner, "folded_path": one.folded_path, **_values(one)} for one in added]
    ids = session.execute(statement, rows).scalars().all()
    return [replace(one, id=row_id) for one, row_id in zip(added, ids, strict=True)]


def _values(one: FieldDef) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in _WRITTEN}
    return found | {"options": [list(option) for option in one.options], "limits": dict(one.limits)}


def _new_values(one: FieldDef) -> dict[str, Any]:
    found = {f"new_{name}": value for name, value in _values(one).items()}
    return {"of_id": one.id, "new_folded_path": one.folded_path, **found}


def _write_history(
    session: Session, added: list[FieldDef], changed: list[tuple[FieldDef, FieldDef]], *, by: Actor, reason: str
) -> None:
    rows = [_change(one, "created", {}, told(one)) for one in added]
    for before, after in changed:
        was, became = told(before), told(after)
        kind = "changed" if bool(was["retired_at"]) == bool(became["retired_at"]) else ""
        kind = kind or ("retired" if became["retired_at"] else "restored")
        differing = [name for name in became if was[name] != became[name]]
        rows.append(_change(after, kind, {n: was[n] for n in differing}, {n: became[n] for n in differing}))
    said = {"reason": " ".join(reason.split()), "at": now(), "by_id": by.user_id, "by_name": by.name}
    session.execute(insert(CHANGE), [row | said for row in rows])


def _change(one: FieldDef, kind: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        "owner": one.owner, "definition_id": one.id, "path": one.path, "kind": kind, "before": before, "after": after,
    }  # fmt: skip


def _pass_on(session: Session, owner: Owner) -> None:
    """Give the catalogue another mark, by which every process learns that it has changed."""
    of_owner_row = CATALOGUE.c.owner == owner.key
    number = session.scalar(select(CATALOGUE.c.number).where(of_owner_row)) or 0
    values = {"number": number + 1, "mark": _mark(number + 1), "category_id": owner.category_id}
    session.execute(update(CATALOGUE).where(of_owner_row).values(values))
