"""The fields of the catalogue on an entity of the record: what is asked, what is answered, saving what was answered."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import fields
from engine.definitions.typing import converters
from engine.errors import Conflict, NotFound
from engine.fields import Catalogue, searching
from engine.fields.asking import differs
from engine.fields.hiding import without
from engine.forms import Form
from engine.instants import london, now, today
from engine.permissions import PLATFORM, Actor, levels_held_back, require, require_on_entity
from engine.record.changing import Why, found_entity, write_down
from engine.record.kinds import KINDS, Kind
from engine.record.lookups import require_known
from models.base import table
from models.record import RecordFields

SECTION = table(RecordFields)
OWN = "fields."
"""Before the key of a field among the changes of an entity."""

_READ = select(SECTION.c.key, SECTION.c.fields).where(
    SECTION.c.entity_type == bindparam("entity_type"), SECTION.c.entity_id == bindparam("entity_id")
)


class RecordFieldsReader:
    """The fields of one entity as somebody reads them."""

    def __init__(self, session: Session, kind: Kind, row: Any, *, actor: Actor) -> None:
        """Keep the entity and whoever reads; nothing is asked of the database yet."""
        self.session, self.kind, self.row, self.actor = session, kind, row, actor

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the fields of entities of this kind."""
        return fields.of_owner(self.session, self.kind.key)

    @cached_property
    def sections(self) -> dict[str, dict[str, Any]]:
        """Return all values as stored, by the section that keeps them."""
        if not self.catalogue.definitions:
            return {}
        given = {"entity_type": self.kind.key, "entity_id": self.row.id}
        return {row.key: dict(row.fields) for row in self.session.connection().execute(_READ, given)}

    def stored(self) -> dict[str, Any]:
        """Return the values that the actor may see, as stored."""
        return without(self._everything(), self.catalogue.hidden(levels_held_back(self.actor)))

    def _everything(self) -> dict[str, Any]:
        return {key: value for values in self.sections.values() for key, value in values.items()}

    def scope(self) -> dict[str, Any]:
        """Return what the expressions of the fields may read: the other fields of the entity, and the day."""
        types = converters(self.catalogue.fields)
        values = {key: types[key](v) if key in types else v for key, v in self._everything().items()}
        return {**values, "today": today(), "now": london(now())}


def open_fields(session: Session, entity_type: str, entity_id: int, *, by: Actor = PLATFORM) -> RecordFieldsReader:
    """Return a reader of an entity's fields. Raises NotFound."""
    if entity_type not in fields.ENTITIES:
        raise NotFound("There is no such kind of record.", remedy="Choose a person, home, tenancy or account.")
    return RecordFieldsReader(
        session, KINDS[entity_type], found_entity(session, entity_type, entity_id, by=by), actor=by
    )


def save(
    session: Session,
    reader: RecordFieldsReader,
    asked: Form,
    answers: Any,
    *,
    why: Why,
    seen: Mapping[str, Any] | None = None,
    revision: int | None = None,
) -> Any:
    """Check the answers to a form of the catalogue, keep what changes, and return the row of the entity.

    The change stands in the history of the entity under `fields.` and the key of each field.

    Raises:
        Invalid: a sentence for each wrong answer.
        Conflict: a field of `seen` changed meanwhile, or the entity is not at `revision` any more.
    """
    require(why.by, reader.kind.verb)
    require_on_entity(session, why.by, reader.kind.verb, reader.kind.key, reader.row.id)
    values = asked.validate(answers, reader.scope())
    require_known(session, asked, values, by=why.by, stored=reader.stored())
    return keep(session, reader, values, why=why, seen=seen or {}, revision=revision)


def keep(
    session: Session,
    reader: RecordFieldsReader,
    values: Mapping[str, Any],
    *,
    why: Why,
    seen: Mapping[str, Any],
    revision: int | None = None,
) -> Any:
    """Write values that were checked, in this one transaction; see `save`."""
    row = found_entity(session, reader.kind.key, reader.row.id, by=why.by, locks=True)
    if revision is not None and row.revision != revision:
        raise Conflict(f"Somebody changed this {reader.kind.word} since you read it.", remedy="Read it again.")
    reader = RecordFieldsReader(session, reader.kind, row, actor=PLATFORM)
    before = reader.stored()
    moved = [key for key in values if key in seen and before.get(key) != seen[key]]
    if moved:
        labels = ", ".join(f"“{reader.catalogue.at_top[key].label}”" for key in moved)
        raise Conflict(
            f"{labels} changed while you had this page open.", remedy="Check the new value, then send again."
        )
    changes = {key: value for key, value in values.items() if differs(before.get(key), value)}
    if not changes:
        return row
    _write(session, reader, changes)
    searching.write(session.connection(), reader.catalogue, row.id, changes)
    told = {f"{OWN}{key}": [before.get(key), value] for key, value in changes.items()}
    write_down(session, reader.kind, row, "changed", told, why)
    return row


def _write(session: Session, reader: RecordFieldsReader, changes: Mapping[str, Any]) -> None:
    touched: dict[str, dict[str, Any]] = {}
    for key, value in changes.items():
        section = reader.catalogue.section_of[key]
        touched.setdefault(section, dict(reader.sections.get(section, {})))[key] = value
    upsert(session, reader.kind, {(reader.row.id, key): values for key, values in touched.items()})


def upsert(session: Session, kind: Kind, sections: Mapping[tuple[int, str], Mapping[str, Any]]) -> None:
    """Write whole sections of fields, by the id of the entity and the key of the section."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(SECTION)
    statement = statement.on_conflict_do_update(
        index_elements=["entity_type", "entity_id", "key"], set_={"fields": statement.excluded.fields}
    )
    rows = [
        {"entity_type": kind.key, "entity_id": entity_id, "key": key, "fields": dict(values)}
        for (entity_id, key), values in sections.items()
    ]
    session.execute(statement, rows)


def of_entity(session: Session, entity_type: str, entity_id: int, *, by: Actor = PLATFORM) -> dict[str, Any]:
    """Return the typed values of an entity's fields, null where there is none: `person.fields` of expressions."""
    row = KINDS[entity_type].model
    reader = RecordFieldsReader(session, KINDS[entity_type], session.get(row, entity_id), actor=by)
    types = converters(reader.catalogue.fields)
    found = reader.stored()
    return {
        key: types[key](found[key]) if key in types and key in found else found.get(key)
        for key in reader.catalogue.at_top
    }
