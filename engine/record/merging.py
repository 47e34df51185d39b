"""Two records of one person made one: everything that points at the one moves to the other, and can be moved back."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotPossible
from engine.fields import searching
from engine.instants import now, today
from engine.permissions import PLATFORM, Actor, require, require_on_entity
from engine.record.changing import Why, found_entity, write_down
from engine.record.checking import as_json
from engine.record.fields import RecordFieldsReader
from engine.record.kinds import KINDS
from models.base import Base, table
from models.case import CaseLink
from models.document import DocumentLink
from models.people import Person
from models.record import ExternalReference, RecordChange, RecordFields, RecordNote

UNDONE_WITHIN = timedelta(days=30)
VERB = "merge people"
# What names a person by type and number; history stays where it was written.
NAMED_BY_TYPE = tuple(table(model) for model in (CaseLink, DocumentLink, RecordNote, ExternalReference))
FIELDS = table(RecordFields)
_OWN = frozenset({"id", "reference", "merged_into_id", "ended_on", "revision"})
_PERSON = KINDS["person"]

WORDS = {
    "tenure_member": "place on a tenancy",
    "contact_detail": "way to reach them",
    "alert": "alert",
    "person_relation": "relation",
    "consent": "consent",
    "repair": "repair that they reported",
    "hazard": "hazard that they reported",
    "case_link": "link to a case",
    "document_link": "document",
    "communication": "communication",
    "record_note": "note",
    "external_reference": "reference of another system",
    "person": "record merged into it before",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that the two records do not share."""

    column: str
    kept: Any
    gone: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: what moves, by table, and where the two differ."""

    kept: Person
    gone: Person
    moves: dict[str, int]
    stays: int  # rows of which the kept record has the same already
    differences: list[Difference]


Moved = dict[str, list[int]]  # "case_link.entity_id" to the numbers of the rows


def preview(session: Session, kept_id: int, gone_id: int, *, by: Actor) -> Preview:
    """Return what merging the record `gone_id` into `kept_id` would do.

    Raises:
        NotFound: there is no such person, or none that `by` may see.
        NotAllowed: a grant of the verb does not reach both of them.
        NotPossible: they are one record, or one of them was merged already.
    """
    kept, gone = _both(session, kept_id, gone_id, by=by)
    found, stays = _pointing(session, kept_id, gone_id)
    moves = Counter({name.split(".")[0]: 0 for name in found})
    for name, ids in found.items():
        moves[name.split(".")[0]] += len(ids)
    return Preview(kept, gone, {name: count for name, count in moves.items() if count}, stays, differences(kept, gone))


def differences(kept: Person, gone: Person) -> list[Difference]:
    """Return where two records differ; what the one to go says nothing about is no difference."""
    columns = [column.key for column in table(Person).c if column.key not in _OWN]
    pairs = [Difference(name, getattr(kept, name), getattr(gone, name)) for name in columns]
    return [one for one in pairs if one.kept != one.gone and one.gone not in (None, "", False)]


def merge(session: Session, kept_id: int, gone_id: int, *, take: Collection[str] = (), why: Why) -> Person:
    """Move everything of `gone_id` to `kept_id`, with the values named in `take`, and return the kept record.

    Raises:
        Invalid: no reason was given, or `take` names what does not differ.
        NotFound, NotPossible: as for `preview`.
    """
    require(why.by, VERB)
    if not why.reason.strip():
        raise Invalid("Say how you know that they are one person.", errors={"reason": "Enter a reason"})
    kept, gone = _both(session, kept_id, gone_id, by=why.by, locks=True)
    differing = {one.column: one for one in differences(kept, gone)}
    unknown = sorted(set(take) - set(differing))
    if unknown:
        raise Invalid(errors=dict.fromkeys(unknown, "The two records do not differ in this."))
    moved, _ = _pointing(session, kept_id, gone_id)
    _move(session, moved, kept_id)
    sections = _move_fields(session, kept_id, gone_id)
    taken = {name: [as_json(differing[name].kept), as_json(differing[name].gone)] for name in take}
    for name in take:
        setattr(kept, name, differing[name].gone)
    gone.merged_into_id, ended_on = kept_id, gone.ended_on
    gone.ended_on = ended_on or today()
    _find_by_fields(session, kept, gone)
    about = {"from": gone_id, "moved": moved, "sections": sections, "ended_on": as_json(ended_on)}
    write_down(session, _PERSON, kept, "merged", {**taken, "merge": about}, why)
    write_down(session, _PERSON, gone, "merged", {"merged_into_id": [None, kept_id]}, why)
    return kept


def undo(session: Session, gone_id: int, *, why: Why) -> Person:
    """Take a merge apart again, and return the record that comes back.

    Raises:
        Invalid: no reason was given.
        NotPossible: nothing was merged, it is too long ago, or what moved has changed since: the sentence says what.
    """
    require(why.by, VERB)
    if not why.reason.strip():
        raise Invalid("Say why they are two people after all.", errors={"reason": "Enter a reason"})
    gone: Person = found_entity(session, "person", gone_id, by=why.by, locks=True)
    if gone.merged_into_id is None:
        raise NotPossible("This record was not merged into another.")
    kept = found_entity(session, "person", gone.merged_into_id, by=why.by, locks=True)
    require_on_entity(session, why.by, VERB, "person", kept.id)
    change = _merge_of(session, kept.id, gone_id)
    about: Mapping[str, Any] = (change.changes or {})["merge"]  # type: ignore[assignment]
    changed = _changed_since(session, change, kept, about)
    if changed:
        raise NotPossible(f"Since the merge, this has changed: {', '.join(changed)}.", remedy="Move it by hand.")
    _move(session, about["moved"], gone_id)
    _move_fields_back(session, about["sections"], kept.id, gone_id)
    back = {name: [pair[1], pair[0]] for name, pair in _taken(change).items()}
    for name, (_, value) in back.items():
        setattr(kept, name, _typed(name, value))
    gone.merged_into_id, gone.ended_on = None, _typed("ended_on", about["ended_on"])
    _find_by_fields(session, kept, gone)
    write_down(session, _PERSON, kept, "unmerged", back, why)
    write_down(session, _PERSON, gone, "unmerged", {"merged_into_id": [kept.id, None]}, why)
    return gone


def _both(session: Session, kept_id: int, gone_id: int, *, by: Actor, locks: bool = False) -> tuple[Person, Person]:
    if kept_id == gone_id:
        raise NotPossible("This is one record already.", remedy="Choose another person.")
    ordered = sorted((kept_id, gone_id))  # locked in one order, whoever merges what
    found = {row_id: found_entity(session, "person", row_id, by=by, locks=locks) for row_id in ordered}
    for row in found.values():
        require_on_entity(session, by, VERB, "person", row.id)
        if row.merged_into_id is not None:
            raise NotPossible(f"{row.full_name} ({row.reference}) was merged into another record already.")
    return found[kept_id], found[gone_id]


def _columns() -> list[tuple[Table, str]]:
    """Return every column that names a person by number alone."""
    person = table(Person)
    return [
        (one, column.key)
        for one in Base.metadata.sorted_tables
        for column in one.c
        if any(key.column.table is person for key in column.foreign_keys)
    ]


def _pointing(session: Session, kept_id: int, gone_id: int) -> tuple[Moved, int]:
    """Return the rows that name the one, and how many stay since the other has the same."""
    moved: Moved = {}
    for one, column in _columns():
        ids = session.scalars(select(one.c.id).where(one.c[column] == gone_id)).all()
        if ids:
            moved[f"{one.name}.{column}"] = list(ids)
    stays = 0
    for one in NAMED_BY_TYPE:
        mine = (one.c.entity_type == "person", one.c.entity_id == gone_id)
        ids = session.scalars(select(one.c.id).where(*mine)).all()
        same = _doubled(session, one, kept_id, gone_id)
        stays += len(same)
        if set(ids) - same:
            moved[f"{one.name}.entity_id"] = sorted(set(ids) - same)
    return moved, stays


def _doubled(session: Session, one: Table, kept_id: int, gone_id: int) -> set[int]:
    """Return the links of which the kept record has the same: to the same case in the same role, the same document."""
    alike = {"case_link": ("case_id", "role"), "document_link": ("document_id",)}.get(one.name)
    if alike is None:
        return set()
    other = one.alias()
    same = [one.c[name] == other.c[name] for name in alike]
    statement = select(one.c.id).where(
        one.c.entity_type == "person", one.c.entity_id == gone_id,
        other.c.entity_type == "person", other.c.entity_id == kept_id, *same,
    )  # fmt: skip
    return set(session.scalars(statement))


def _move(session: Session, moved: Mapping[str, list[int]], to: int) -> None:
    for name, ids in moved.items():
        named, column = name.split(".")
        one = Base.metadata.tables[named]
        session.execute(update(one).where(one.c.id.in_(ids)).values({column: to}))
    session.expire_all()  # rows that the session holds have moved beneath it


def _move_fields(session: Session, kept_id: int, gone_id: int) -> dict[str, Any]:
    """Move sections of fields; where both have one, the kept answers stand. Returns key to what was there."""
    found: dict[str, Any] = {}
    rows = session.scalars(_sections(gone_id)).all()
    theirs = {row.key: row for row in session.scalars(_sections(kept_id))}
    for row in rows:
        own = theirs.get(row.key)
        if own is None:
            found[row.key] = None
            _rename(session, row.key, gone_id, kept_id)
        else:
            found[row.key] = dict(own.fields)
            own.fields = {**row.fields, **own.fields}
    session.flush()  # before what is told of it is read
    return found


def _move_fields_back(session: Session, sections: Mapping[str, Any], kept_id: int, gone_id: int) -> None:
    for key, before in sections.items():
        if before is None:
            _rename(session, key, kept_id, gone_id)
        else:
            mine = (FIELDS.c.entity_type == "person", FIELDS.c.entity_id == kept_id, FIELDS.c.key == key)
            session.execute(update(FIELDS).where(*mine).values(fields=before))
    session.expire_all()


def _find_by_fields(session: Session, *people: Person) -> None:
    """Write by which values of fields people are found, after those have moved; a merged record is found by none."""
    for person in people:
        reader = RecordFieldsReader(session, _PERSON, person, actor=PLATFORM)
        stored = reader.stored() if person.merged_into_id is None else {}
        values = {key: stored.get(key) for key in reader.catalogue.searchable}
        searching.write(session.connection(), reader.catalogue, person.id, values)


def _rename(session: Session, key: str, of: int, to: int) -> None:
    mine = (FIELDS.c.entity_type == "person", FIELDS.c.entity_id == of, FIELDS.c.key == key)
    session.execute(update(FIELDS).where(*mine).values(entity_id=to))


def _sections(person_id: int) -> Any:
    return select(RecordFields).where(RecordFields.entity_type == "person", RecordFields.entity_id == person_id)


def _merge_of(session: Session, kept_id: int, gone_id: int) -> RecordChange:
    of_kept = (RecordChange.entity_type == "person", RecordChange.entity_id == kept_id, RecordChange.action == "merged")
    for change in session.scalars(select(RecordChange).where(*of_kept).order_by(RecordChange.id.desc())):
        about = (change.changes or {}).get("merge")
        if isinstance(about, dict) and about["from"] == gone_id:
            if change.at < now() - UNDONE_WITHIN:
                raise NotPossible(f"A merge can be undone for {UNDONE_WITHIN.days} days, and this one is older.")
            return change
    raise NotPossible("What this merge moved is not written down any more.")


def _changed_since(session: Session, change: RecordChange, kept: Person, about: Mapping[str, Any]) -> list[str]:
    """Return what of a merge is not as it left it, in words."""
    found = [name.replace("_", " ") for name, pair in _taken(change).items() if as_json(getattr(kept, name)) != pair[1]]
    for name, ids in about["moved"].items():
        named, column = name.split(".")
        one = Base.metadata.tables[named]
        there = session.scalars(select(one.c.id).where(one.c.id.in_(ids), one.c[column] == kept.id)).all()
        found += [f"a {WORDS.get(named, named)} (it names somebody else)"] * (len(there) < len(ids))
    kinds = {table(kind.model).name: kind.key for kind in KINDS.values()}
    of_parts = select(RecordChange.part, RecordChange.part_id).where(
        RecordChange.entity_type == "person", RecordChange.entity_id == kept.id, RecordChange.id > change.id
    )
    later = {(part, part_id) for part, part_id in session.execute(of_parts)}
    for name, ids in about["moved"].items():
        named = name.split(".")[0]
        found += [f"a {WORDS.get(named, named)}" for row_id in ids if (kinds.get(named), row_id) in later]
    theirs = {row.key: dict(row.fields) for row in session.scalars(_sections(kept.id))}
    gone = {row.key: dict(row.fields) for row in session.scalars(_sections(about["from"]))}
    for key, before in about["sections"].items():
        if before is not None and theirs.get(key) != {**gone.get(key, {}), **before}:
            found.append(f"the fields “{key}”")
    return list(dict.fromkeys(found))


def _taken(change: RecordChange) -> dict[str, list[Any]]:
    return {name: pair for name, pair in (change.changes or {}).items() if isinstance(pair, list)}


def _typed(name: str, value: Any) -> Any:
    """Return a value of a person as its column takes it, of one that history keeps."""
    python = table(Person).c[name].type.python_type
    return python.fromisoformat(value) if isinstance(value, str) and hasattr(python, "fromisoformat") else value
