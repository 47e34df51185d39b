"""Writes many rows of one kind at once, with the same changes in history as one after the other by `changing`.

The rows have been checked (`quick`, the schema's `faults` and `derived`), and the entities that they touch are locked,
by the caller.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.instants import now
from engine.permissions import require
from engine.record import bulk_fields
from engine.record.bulk_fields import Change
from engine.record.changing import Entity, Why
from engine.record.checking import as_json
from engine.record.kinds import KINDS, Kind
from engine.record.numbering import references
from models.base import table
from models.record import ExternalReference, RecordChange

CHANGE, EXTERNAL = table(RecordChange), table(ExternalReference)


@dataclass(slots=True)
class New:
    """A row to be added: its typed values by column, whose part it is, and what another system calls it."""

    values: Mapping[str, Any]
    owner: Entity | None = None
    known_as: tuple[str, str] | None = None  # allocated by, value
    fields: Mapping[str, Change] = field(default_factory=dict)  # of the catalogue
    id: int = 0  # once it is written


@dataclass(slots=True)
class Changed:
    """A row to be changed: what of it changes, and what was there before."""

    id: int
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    owner: Entity | None = None
    fields: Mapping[str, Change] = field(default_factory=dict)


@dataclass(slots=True)
class _History:
    """The changes of a batch, and the revision that each entity has after them."""

    session: Session
    why: Why
    rows: list[dict[str, Any]] = field(default_factory=list)
    revisions: dict[Entity, int] = field(default_factory=dict)
    created: set[Entity] = field(default_factory=set)  # by this batch: they begin at revision 1

    def add(self, entity: Entity, action: str, changes: Mapping[str, Any], part: str = "", part_id: int = 0) -> None:
        revision = self.revisions.get(entity, 0) + 1
        self.revisions[entity] = revision
        self.rows.append(
            {
                "entity_type": entity[0],
                "entity_id": entity[1],
                "revision": revision,
                "part": part,
                "part_id": part_id or None,
                "action": action,
                "changes": dict(changes),
                "reason": self.why.reason,
                "case_id": self.why.case_id,
                "at": now(),
                "actor_id": self.why.by.user_id,
                "actor_name": self.why.by.name,
            }
        )

    def begin(self, entities: Iterable[Entity]) -> None:
        """Read at which revision entities are."""
        for key, numbers in _by_type(entities).items():
            columns = table(KINDS[key].model).c
            rows = self.session.execute(select(columns.id, columns.revision).where(columns.id.in_(numbers)))
            self.revisions |= {(key, number): revision for number, revision in rows}

    def write(self) -> None:
        """Write the changes, and the revisions that entities now have."""
        if not self.rows:
            return
        self.session.execute(insert(CHANGE), self.rows)
        for key, numbers in _by_type((row["entity_type"], row["entity_id"]) for row in self.rows).items():
            moved = [one for one in numbers if self.revisions[key, one] > (1 if (key, one) in self.created else 0)]
            revisions = [{"its_id": one, "now_at": self.revisions[key, one]} for one in moved]
            if revisions:
                _update(self.session, table(KINDS[key].model), ["revision"], revisions, {"revision": "now_at"})


def write(session: Session, key: str, *, new: Sequence[New] = (), changed: Sequence[Changed] = (), why: Why) -> None:
    """Add and change rows of kind `key`, and write down each change.

    Raises:
        Conflict: another transaction added one with the same reference meanwhile.
    """
    kind, history = KINDS[key], _History(session, why)
    require(why.by, kind.verb)
    owners = {row.owner for row in new if row.owner is not None}
    owners |= {row.owner for row in changed if row.owner is not None}
    history.begin(owners | ({(key, row.id) for row in changed} if kind.is_entity else set()))
    try:
        _add(session, kind, new, history)
    except IntegrityError as error:
        raise Conflict(
            f"Another {kind.word} of these was added meanwhile, with the same reference.",
            remedy="Import the file again.",
        ) from error
    _change(session, kind, changed, history)
    own = {row.id: row.fields for row in new} | {row.id: row.fields for row in changed}
    bulk_fields.write(session, kind, {number: fields for number, fields in own.items() if fields})
    history.write()


def _add(session: Session, kind: Kind, new: Sequence[New], history: _History) -> None:
    if not new:
        return
    source = table(kind.model)
    rows = [_whole(kind, row, number) for number, row in enumerate(new)]
    statement = insert(source).returning(source.c.id, sort_by_parameter_order=True)
    for row, number in zip(new, session.scalars(statement, rows), strict=True):
        row.id = number
    _give_references(session, kind, [row for row in new if kind.prefix and not row.values.get("reference")])
    for row in new:
        made = {name: [None, as_json(value)] for name, value in row.values.items()
                if value not in (None, "", [], {}, False)}  # fmt: skip
        made |= bulk_fields.told(row.fields)
        if kind.is_entity:
            history.created.add((kind.key, row.id))
            history.add((kind.key, row.id), "created", made)
        else:
            assert row.owner is not None
            history.add(row.owner, "created", made, kind.key, row.id)
    _add_known_as(session, kind, [row for row in new if row.known_as is not None], history)


def _whole(kind: Kind, row: New, number: int) -> dict[str, Any]:
    """Return all columns of a row, so that each row of the statement has the same."""
    whole = {column.name: _default(column) for column in table(kind.model).c if column.name != "id"}
    owned: dict[str, Any] = {}
    if row.owner is not None and not kind.is_entity:
        owned[kind.owners[row.owner[0]]] = row.owner[1]
    if kind.prefix and not row.values.get("reference"):
        owned["reference"] = f"new:{now().isoformat()}:{number}"
    return {**whole, **row.values, **owned}


def _default(column: Any) -> Any:
    if column.default is None:
        return None
    return column.default.arg(None) if column.default.is_callable else column.default.arg


def _give_references(session: Session, kind: Kind, new: Sequence[New]) -> None:
    if not new:
        return
    names = references(session, kind, [row.id for row in new])
    rows = [{"its_id": number, "called": name} for number, name in names.items()]
    _update(session, table(kind.model), ["reference"], rows, {"reference": "called"})


def _add_known_as(session: Session, kind: Kind, new: Sequence[New], history: _History) -> None:
    if not new:
        return
    rows: list[dict[str, Any]] = [
        {"entity_type": kind.key, "entity_id": row.id, "allocated_by": row.known_as[0], "value": row.known_as[1]}
        for row in new
        if row.known_as is not None
    ]
    statement = insert(EXTERNAL).returning(EXTERNAL.c.id, sort_by_parameter_order=True)
    for row, number in zip(rows, session.scalars(statement, rows), strict=True):
        made = {name: [None, row[name]] for name in ("allocated_by", "value")}
        history.add((kind.key, row["entity_id"]), "created", made, "reference", number)


def _change(session: Session, kind: Kind, changed: Sequence[Changed], history: _History) -> None:
    """Change the rows, those together of which the same columns change."""
    alike: dict[tuple[str, ...], list[Changed]] = {}
    for row in changed:
        alike.setdefault(tuple(sorted(row.values)), []).append(row)
        told = {name: [as_json(row.before[name]), as_json(value)] for name, value in row.values.items()}
        told |= bulk_fields.told(row.fields)
        entity = (kind.key, row.id) if kind.is_entity else row.owner
        assert entity is not None
        history.add(entity, "changed", told, "" if kind.is_entity else kind.key, 0 if kind.is_entity else row.id)
    for names, rows in alike.items():
        if not names:  # nothing but fields of the catalogue
            continue
        given = [{"its_id": row.id, **{f"new_{name}": row.values[name] for name in names}} for row in rows]
        _update(session, table(kind.model), names, given, {name: f"new_{name}" for name in names})


def _update(
    session: Session, source: Table, names: Iterable[str], rows: list[dict[str, Any]], given: Mapping[str, str]
) -> None:
    values = {name: bindparam(given[name], type_=source.c[name].type) for name in names}
    session.connection().execute(update(source).where(source.c.id == bindparam("its_id")).values(values), rows)


def _by_type(entities: Iterable[Entity]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for key, number in entities:
        found.setdefault(key, set()).add(number)
    return {key: sorted(numbers) for key, numbers in found.items()}
