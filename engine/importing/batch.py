"""Works out what a chunk of lines does to the record (adds, changes, leaves alone), and has it written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.importing.cells import Given, Reader
from engine.importing.done import Done
from engine.importing.faults import Fault, fault
from engine.importing.files import Record
from engine.importing.mapping import Mapping as Mapped
from engine.importing.mapping import Sought
from engine.importing.references import IMPORT_FIRST, Finder, NotOne, by_key
from engine.importing.targets import Target
from engine.record.bulk import Changed, New, write
from engine.record.bulk_fields import BulkFields, Change
from engine.record.changing import Entity, Why
from engine.record.checking import as_sent, schema_of
from engine.record.fields import OWN
from engine.record.kinds import KINDS
from engine.record.quick import Quick
from models.base import table

Line = tuple[Given, Record]


@dataclass(slots=True)
class _Row:
    """A line whose references are found."""

    given: Given
    record: Record
    values: dict[str, Any]  # as the schema takes them
    owner: Entity | None
    key: Any
    fields: dict[str, Change] = field(default_factory=dict)  # what changes of those of the catalogue


class Batches:
    """Brings in entities and their parts, chunk after chunk; `seen` are the lines in which a row stood before."""

    def __init__(self, target: Target, reader: Reader, mapping: Mapped, *, why: Why, is_rehearsal: bool) -> None:
        self._target, self._reader, self._mapping, self._why = target, reader, mapping, why
        self._is_rehearsal = is_rehearsal
        self._quick, self._schema = Quick(target.kind), schema_of(target.kind)
        self._finder = Finder()
        self._seen: dict[Any, int] = {}
        self._merged: set[Entity] = set()
        self._key_column = _key_column(target, reader, mapping)
        self._attributes = {
            self._named(one.column): one.column for one in target.references.values() if not one.is_owner
        }

    def take(self, session: Session, records: Iterable[Record | Fault]) -> Done:
        """Do what a chunk of records says."""
        done = Done()
        lines: list[Line] = []
        for record in records:
            if isinstance(record, Fault):
                done.refuse([record])
                continue
            found = self._reader.read(record)
            if isinstance(found, Given):
                lines.append((found, record))
            else:
                done.refuse(found)
        for part in self._parts(lines):
            self._take_part(session, part, done)
        return done

    def _parts(self, lines: Sequence[Line]) -> Iterable[Sequence[Line]]:
        """Cut the chunk where a line names an entity of this kind that a line before it adds: a flat in its block."""
        mine = [one.name for one in self._target.references.values() if one.kind == self._target.kind.key]
        if not mine:
            yield lines
            return
        start, names = 0, set[str]()
        for place, (given, _) in enumerate(lines):
            if not names.isdisjoint(given.references.get(name, "") for name in mine):
                yield lines[start:place]
                start, names = place, set()
            names |= {text for text in (given.key, given.values.get("reference"), given.values.get("uprn")) if text}
        yield lines[start:]

    def _take_part(self, session: Session, lines: Sequence[Line], done: Done) -> None:
        rows = self._resolved(session, lines, done)
        standing = self._standing(session, rows)
        new: list[New] = []
        changed: list[Changed] = []
        own = self._own(session, standing)
        for row in rows:
            faults = self._fields_faults(row, standing, own) or self._decide(row, standing, new, changed, done)
            if faults:
                done.refuse(faults)
        if new or changed:
            kept = [] if self._is_rehearsal else changed  # what a rehearsal changes would stay locked until its end
            write(session, self._target.kind.key, new=new, changed=kept, why=self._why)
        done.added += len(new)
        done.changed += len(changed)

    def _resolved(self, session: Session, lines: Sequence[Line], done: Done) -> list[_Row]:
        references = self._target.references
        for name in {name for given, _ in lines for name in given.references}:
            texts = [given.references[name] for given, _ in lines if name in given.references]
            self._finder.look_up(session, references[name].kind, texts, self._sought(name))
        rows = []
        for given, record in lines:
            row = self._row(given, record)
            if isinstance(row, _Row):
                rows.append(row)
            else:
                done.refuse(row)
        return rows

    def _row(self, given: Given, record: Record) -> _Row | list[Fault]:
        values, owners, faults = dict(given.values), [], []
        for name, text in given.references.items():
            one = self._target.references[name]
            try:
                number = self._finder.number(one.kind, text, self._sought(name))
            except NotOne as refused:
                faults.append(self._reader.fault(given.line, name, str(refused), record, IMPORT_FIRST))
                continue
            if one.is_owner:
                owners.append((one.kind, number))
            else:
                values[self._named(one.column)] = number
        kind = self._target.kind
        if not kind.is_entity and not faults and len(owners) != 1:
            sentence = f"A {kind.word} belongs to one of: {', '.join(kind.owners)}."
            faults.append(fault(given.line, next(iter(kind.owners)), "", sentence, "Name one of them."))
        return faults or _Row(given, record, values, owners[0] if owners else None, None)

    def _standing(self, session: Session, rows: Sequence[_Row]) -> dict[Any, list[Mapping[str, Any]]]:
        """Return the rows that stand in the record already, by what tells them apart."""
        columns = table(self._target.kind.model).c
        if self._target.natural:
            return self._standing_parts(session, rows)
        for row in rows:
            row.key = row.given.key or str(row.values.get(self._key_column) or "").strip()
        numbers = by_key(
            session,
            self._target.kind.key,
            self._key_column,
            (row.key for row in rows if row.key),
            self._mapping.allocated_by if self._mapping.key else "",
        )
        statement = select(table(self._target.kind.model)).where(columns.id.in_(list(numbers.values())))
        if not self._is_rehearsal:
            statement = statement.with_for_update()
        found = {row["id"]: dict(row) for row in session.execute(statement).mappings()}
        return {key: [found[number]] for key, number in numbers.items() if number in found}

    def _standing_parts(self, session: Session, rows: Sequence[_Row]) -> dict[Any, list[Mapping[str, Any]]]:
        standing: dict[Any, list[Mapping[str, Any]]] = {}
        kind, source = self._target.kind, table(self._target.kind.model)
        for owner_key, column in kind.owners.items():
            numbers = sorted({row.owner[1] for row in rows if row.owner is not None and row.owner[0] == owner_key})
            if not numbers:
                continue
            self._lock(session, owner_key, numbers)
            for row in session.execute(select(source).where(source.c[column].in_(numbers))).mappings():
                key = ((owner_key, row[column]), *(row[name] for name in self._target.natural))
                standing.setdefault(key, []).append(dict(row))
        return standing

    def _lock(self, session: Session, owner_key: str, numbers: list[int]) -> None:
        """Lock the entities whose parts are written, and note which of them were merged into others."""
        owner = table(KINDS[owner_key].model)
        columns = [owner.c.id, *([owner.c.merged_into_id] if "merged_into_id" in owner.c else [])]
        statement = select(*columns).where(owner.c.id.in_(numbers)).order_by(owner.c.id)
        rows = session.execute(statement if self._is_rehearsal else statement.with_for_update()).mappings()
        self._merged |= {(owner_key, row["id"]) for row in rows if row.get("merged_into_id") is not None}

    def _own(self, session: Session, standing: Mapping[Any, list[Mapping[str, Any]]]) -> BulkFields | None:
        """Return the fields of the catalogue that the rows have, where the file gives any."""
        if not any(one.name in self._target.own for one in self._reader.layout.placed):
            return None
        return BulkFields(session, self._target.kind, [one["id"] for known in standing.values() for one in known])

    def _fields_faults(
        self, row: _Row, standing: Mapping[Any, list[Mapping[str, Any]]], own: BulkFields | None
    ) -> list[Fault]:
        """Work out what a line changes of the catalogue's fields; return what is wrong with those."""
        if own is None or not row.given.fields:
            return []
        known = standing.get(row.key, [])
        try:
            row.fields = own.changes(known[0]["id"] if known else None, row.given.fields)
        except Invalid as refused:
            return self._refused(row, {f"{OWN}{path}": sentence for path, sentence in refused.errors.items()})
        return []

    def _decide(
        self,
        row: _Row,
        standing: Mapping[Any, list[Mapping[str, Any]]],
        new: list[New],
        changed: list[Changed],
        done: Done,
    ) -> list[Fault]:
        """Say what a line does: add, change, or nothing; return what is wrong with it."""
        try:
            typed = self._quick.load(row.values, is_partial=True)
        except Invalid as refused:
            is_new = not self._target.natural and row.key not in standing
            return self._refused(row, self._errors(row.values) if is_new else refused.errors)
        if self._target.natural:
            row.key = (row.owner, *(self._natural(name, typed) for name in self._target.natural))
        if not row.key:
            return [self._told(row, self._key_column, "This line does not say which row it is about.", "Fill it in.")]
        if row.owner is not None and row.owner in self._merged:
            return [self._told(row, row.owner[0], "This record was merged into another.", "Name that one.")]
        known = standing.get(row.key, [])
        before = self._seen.setdefault(row.key, row.given.line)
        if not row.fields and any(all(one[name] == value for name, value in typed.items()) for one in known):
            done.same += 1
            return []
        if before != row.given.line:
            sentence = f"Line {before} is about the same {self._target.kind.word}."
            return [self._told(row, self._key_column, sentence, "Make one line of the two.")]
        if len(known) > 1:
            sentence = f"{len(known)} rows of the record are like this one."
            return [self._told(row, self._key_column, sentence, "Change it on its page.")]
        return self._change(row, known[0], typed, changed, done) if known else self._add(row, new)

    def _errors(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            self._quick.load(values)
        except Invalid as refused:
            return refused.errors
        return {}

    def _add(self, row: _Row, new: list[New]) -> list[Fault]:
        kind = self._target.kind
        try:
            typed = self._quick.load(row.values)
        except Invalid as refused:
            return self._refused(row, refused.errors)
        owned = {} if row.owner is None else {kind.owners[row.owner[0]]: row.owner[1]}
        whole = {**owned, **typed}
        errors = self._schema.faults(whole)
        if errors:
            return self._refused(row, {as_sent(kind, path): said for path, said in errors.items()})
        is_named = bool(self._mapping.key and self._mapping.allocated_by)
        known_as = (self._mapping.allocated_by, row.key) if is_named else None
        new.append(New({**typed, **self._schema.derived(whole)}, row.owner, known_as, row.fields))
        return []

    def _change(
        self, row: _Row, before: Mapping[str, Any], typed: dict[str, Any], changed: list[Changed], done: Done
    ) -> list[Fault]:
        kind = self._target.kind
        if before.get("merged_into_id") is not None:
            return [self._told(row, self._key_column, f"This {kind.word} was merged into another.", "Name that one.")]
        if row.owner is not None and before[kind.owners[row.owner[0]]] != row.owner[1]:
            return [self._told(row, row.owner[0], f"This {kind.word} belongs to another.", "Correct its reference.")]
        whole = {**before, **typed}
        errors = self._schema.faults(whole)
        if errors:
            return self._refused(row, {as_sent(kind, path): said for path, said in errors.items()})
        differing = {
            name: value for name, value in (typed | self._schema.derived(whole)).items() if before[name] != value
        }
        if differing or row.fields:
            changed.append(Changed(before["id"], differing, before, row.owner, row.fields))
        else:
            done.same += 1
        return []

    def _natural(self, name: str, typed: Mapping[str, Any]) -> Any:
        if name in typed:
            return typed[name]
        return "" if isinstance(getattr(table(self._target.kind.model).c[name].type, "length", None), int) else None

    def _refused(self, row: _Row, errors: Mapping[str, str]) -> list[Fault]:
        return [self._reader.fault(row.given.line, self._word(path), said, row.record) for path, said in errors.items()]

    def _told(self, row: _Row, name: str, message: str, remedy: str) -> Fault:
        return self._reader.fault(row.given.line, name, message, row.record, remedy)

    def _word(self, path: str) -> str:
        """Return the name of a column as files have it: `home` for `asset_id`."""
        column = self._attributes.get(path, path)
        return next((name for name, one in self._target.references.items() if one.column == column), path)

    def _named(self, column: str) -> str:
        return as_sent(self._target.kind, column)

    def _sought(self, name: str) -> Sought:
        return self._mapping.references.get(name, Sought())


def _key_column(target: Target, reader: Reader, mapping: Mapped) -> str:
    """Return the field by which a line names its row. Raises Invalid where there is none."""
    names = {placed.name for placed in reader.layout.placed}
    if target.natural:
        return as_sent(target.kind, target.natural[0])
    if mapping.key and (mapping.allocated_by or not target.kind.is_entity):
        return "reference"
    for name in ("reference", "uprn") if target.kind.key == "home" else ("reference",):
        if name in names or (mapping.key and name == "reference"):
            return name
    raise Invalid(
        f"Nothing in the file says which {target.kind.word} a line is about, so that it could not be imported twice.",
        remedy="Give a column “reference”, or name in a mapping the key and the system that allocated it.",
    )
