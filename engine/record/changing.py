"""Every write of the shared record: checked, by optimistic revision, and written down with what was there before.

A part (a contact detail, a member of a tenancy) belongs to an entity: a change of it raises the entity's revision and
stands in the entity's history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.instants import now, today
from engine.permissions import LARGEST, PLATFORM, Actor, may_see_entity, require, require_on_entity, sees_all
from engine.record.checking import as_json, as_sent, checked
from engine.record.ending import refuse_while_used
from engine.record.kinds import KINDS, Kind
from engine.record.numbering import references
from models.record import RecordChange

Entity = tuple[str, int]  # its type and number


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes the record, and why: the reason that they gave, the case in which it happens."""

    by: Actor
    reason: str = ""
    case_id: int | None = None
    is_drawn: bool = False  # a deployed diagram says so: it needs no verb of the officer whose answer leads there

    @property
    def reader(self) -> Actor:
        """Return who must see what is changed and what is named by it."""
        return PLATFORM if self.is_drawn else self.by


def create(
    session: Session,
    key: str,
    values: Mapping[str, Any],
    *,
    why: Why,
    owner: Entity | None = None,
    revision: int | None = None,
) -> Any:
    """Add a row of kind `key` and return it; a part needs its `owner`, an entity without reference is given one.

    Args:
        session: of the transaction, which the caller commits.
        key: of `engine.record.kinds.KINDS`.
        values: by the names of the kind's schema.
        why: who does it and why.
        owner: type and number of the entity that a part belongs to.
        revision: of the owner, as it was read; none stands for whichever there is.

    Raises:
        Invalid: one sentence for each value that cannot be kept.
        NotFound: there is no such owner.
        Conflict: the owner was changed meanwhile.
    """
    kind = KINDS[key]
    _require(why, kind)
    holder = _locked_owner(session, kind, owner, revision, why)
    names = _owned(kind, owner)
    found = checked(session, kind, values, names, by=why.reader)
    row: Any = kind.model(**found, **names, **_written(kind, why.by))
    _insert(session, kind, row)
    made = {name: [None, as_json(value)] for name, value in found.items() if value not in (None, "", [], {}, False)}
    _write_down(session, kind, row, holder, owner, "created", made, why)
    _require_on(session, why, kind, owner or (key, row.id))
    return row


def change(
    session: Session,
    key: str,
    row_id: int,
    values: Mapping[str, Any],
    *,
    why: Why,
    owner: Entity | None = None,
    revision: int | None = None,
    action: str = "changed",
) -> Any:
    """Change some values of a row and return it. What is the same already is not written down.

    Raises:
        Invalid: one sentence for each value that cannot be kept.
        NotFound: there is no such row, or it belongs to another owner.
        Conflict: it was changed since `revision` was read.
        NotPossible: the row is an entry of a ledger, or was merged into another.
    """
    kind = KINDS[key]
    _require(why, kind)
    if kind.is_ledger:
        raise NotPossible(f"A {kind.word} is never changed.", remedy="Post another that reverses it.")
    holder = _locked_owner(session, kind, owner, revision, why)
    row = _row(session, kind, row_id, owner, why)
    if kind.is_entity:
        _match(session, kind, row, revision)
    before = {column.key: getattr(row, column.key) for column in kind.model.__table__.columns}
    found = checked(session, kind, values, before, by=why.reader, is_partial=True)
    changed = {name: value for name, value in found.items() if before[name] != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    _insert(session, kind, row)
    told = {name: [as_json(before[name]), as_json(value)] for name, value in changed.items()}
    _write_down(session, kind, row, holder, owner, action, told, why)
    if action != "ended":
        _require_on(session, why, kind, owner or (key, row.id))  # nobody changes it out of their own reach
    return row


def end(
    session: Session,
    key: str,
    row_id: int,
    *,
    on: date | None = None,
    why: Why,
    owner: Entity | None = None,
    revision: int | None = None,
) -> Any:
    """End a row on a day (today unless given) instead of deleting it, and return it.

    Raises:
        Invalid: no reason was given, or the day comes before the row began.
        NotPossible: it has ended already, or something that still runs needs it.
        NotFound, Conflict: as for `change`.
    """
    kind = KINDS[key]
    _require(why, kind)
    if not why.reason.strip():
        raise Invalid(f"Say why the {kind.word} ends.", errors={"reason": "Enter a reason"})
    _locked_owner(session, kind, owner, None, why)
    row = _row(session, kind, row_id, owner, why)
    ended_on = getattr(row, kind.ends_by, None)
    if ended_on is not None:
        raise NotPossible(f"This {kind.word} ended on {ended_on.isoformat()} already.")
    refuse_while_used(session, kind, row_id)
    ends = {as_sent(kind, kind.ends_by): (on or today()).isoformat()}
    return change(session, key, row_id, ends, why=why, owner=owner, revision=revision, action="ended")


def write_down(
    session: Session,
    kind: Kind,
    row: Any,
    action: str,
    changes: Mapping[str, Any],
    why: Why,
) -> None:
    """Raise the revision of an entity and write down a change that another operation (a merge) made to it."""
    _write_down(session, kind, row, None, None, action, changes, why)


def note(
    session: Session, owner: Entity, part: str, part_id: int, action: str, changes: Mapping[str, Any], why: Why
) -> None:
    """Write into an entity's history what happened to something that is filed under it, and is no value of its own.

    Its revision stays: whoever is changing the entity just now is not kept from it.
    """
    kind = KINDS[owner[0]]
    revision = session.scalar(select(kind.model.revision).where(kind.model.id == owner[1]))  # type: ignore[attr-defined]
    session.add(
        RecordChange(
            entity_type=owner[0],
            entity_id=owner[1],
            revision=revision or 1,
            part=part,
            part_id=part_id,
            action=action,
            changes=dict(changes),
            reason=why.reason.strip(),
            case_id=why.case_id,
            at=now(),
            actor_id=why.by.user_id,
            actor_name=why.by.name,
        )
    )
    session.flush()  # so that the page that follows in the same transaction reads it


def _require(why: Why, kind: Kind) -> None:
    if not why.is_drawn:
        require(why.by, kind.verb)


def _require_on(session: Session, why: Why, kind: Kind, entity: Entity) -> None:
    """Raise NotAllowed unless the verb of a kind reaches an entity: the row itself, or what a part belongs to."""
    if not why.is_drawn:
        require_on_entity(session, why.by, kind.verb, *entity)


def found_entity(session: Session, key: str, row_id: int, *, by: Actor, locks: bool = False) -> Any:
    """Return the row of an entity that somebody may see, locked if asked for.

    Raises:
        NotFound: there is none, or none that `by` may see: the same statement asks both.
    """
    kind = KINDS[key]
    is_seen = row_id <= LARGEST and (sees_all(by) or may_see_entity(session, by, key, row_id))
    row = session.get(kind.model, row_id, with_for_update=locks or None, populate_existing=locks) if is_seen else None
    if row is None:
        raise NotFound(
            f"There is no {kind.word} with this address.", remedy="Search for it by name, address or reference."
        )
    return row


def found_part(session: Session, key: str, row_id: int, *, owner: Entity) -> Any:
    """Return a part of an entity. Raises NotFound: there is none, or it belongs to another."""
    kind = KINDS[key]
    row = session.get(kind.model, row_id)
    if row is None or any(getattr(row, name) != value for name, value in _owned(kind, owner).items()):
        raise NotFound(f"There is no such {kind.word} here.", remedy="Look at the page again.")
    return row


def _locked_owner(session: Session, kind: Kind, owner: Entity | None, revision: int | None, why: Why) -> Any:
    """Return the entity that a part belongs to, locked; none for an entity itself."""
    if kind.is_entity:
        return None
    if owner is None or owner[0] not in kind.owners:
        raise Invalid(f"A {kind.word} belongs to one of: {', '.join(kind.owners)}.")
    holder = found_entity(session, *owner, by=why.reader, locks=not kind.is_ledger)
    _require_on(session, why, kind, owner)
    if not kind.is_ledger:
        _match(session, KINDS[owner[0]], holder, revision)
    return holder


def _row(session: Session, kind: Kind, row_id: int, owner: Entity | None, why: Why) -> Any:
    if kind.is_entity:
        row = found_entity(session, kind.key, row_id, by=why.reader, locks=True)
        _require_on(session, why, kind, (kind.key, row_id))
        return row
    row = session.get(kind.model, row_id, with_for_update=True, populate_existing=True)
    if row is None or any(getattr(row, name) != value for name, value in _owned(kind, owner).items()):
        raise NotFound(f"There is no such {kind.word} here.", remedy="Look at the page again.")
    return row


def _match(session: Session, kind: Kind, row: Any, revision: int | None) -> None:
    if getattr(row, "merged_into_id", None) is not None:
        raise NotPossible(f"This {kind.word} was merged into another.", remedy="Change that record.")
    if revision is not None and row.revision != revision:
        raise Conflict(
            f"Somebody changed this {kind.word} since you read it: it is at revision {row.revision}.",
            remedy="Read it again, then change it.",
        )


def _owned(kind: Kind, owner: Entity | None) -> dict[str, Any]:
    """Return the columns by which a part names its owner."""
    if owner is None or kind.is_entity:
        return {}
    if kind.hangs_anywhere:
        return {"entity_type": owner[0], "entity_id": owner[1]}
    return {kind.owners[owner[0]]: owner[1]}


def _written(kind: Kind, by: Actor) -> dict[str, Any]:
    if kind.key != "note":
        return {}
    return {"written_by_id": by.user_id, "written_by_name": by.name, "written_at": now()}


def _insert(session: Session, kind: Kind, row: Any) -> None:
    """Write the row; what another took first at the same moment is a conflict."""
    is_numbered = bool(kind.prefix) and not row.reference
    if is_numbered:
        row.reference = f"new:{now().isoformat()}:{id(row)}"
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()  # its number is needed, and a clash is told here
            if is_numbered:
                row.reference = references(session, kind, [row.id])[row.id]
                session.flush()
    except IntegrityError as error:
        raise Conflict(
            f"Another {kind.word} has this reference.", remedy="Look that one up, or give another reference."
        ) from error


def _write_down(
    session: Session,
    kind: Kind,
    row: Any,
    holder: Any,
    owner: Entity | None,
    action: str,
    changes: Mapping[str, Any],
    why: Why,
) -> None:
    if kind.is_ledger:
        return
    entity = holder if holder is not None else row
    if action != "created" or holder is not None:
        entity.revision += 1
    session.add(
        RecordChange(
            entity_type=owner[0] if owner is not None and not kind.is_entity else kind.key,
            entity_id=entity.id,
            revision=entity.revision,
            part="" if kind.is_entity else kind.key,
            part_id=None if kind.is_entity else row.id,
            action=action,
            changes=dict(changes),
            reason=why.reason.strip(),
            case_id=why.case_id,
            at=now(),
            actor_id=why.by.user_id,
            actor_name=why.by.name,
        )
    )
    session.flush()  # so that the page that follows in the same transaction reads it
