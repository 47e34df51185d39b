"""Checks and writes the catalogue's fields of many entities of one kind at once, as `fields` does of one."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import fields
from engine.definitions.typing import converters
from engine.fields import searching
from engine.fields.asking import differs
from engine.instants import london, now, today
from engine.permissions import PLATFORM
from engine.record.fields import OWN, SECTION, upsert
from engine.record.kinds import Kind
from engine.record.lookups import require_known

Change = tuple[Any, Any]  # before and after
AT_ONCE = 1_000


class BulkFields:
    """The fields of some entities of a kind, as they stand."""

    def __init__(self, session: Session, kind: Kind, entity_ids: Collection[int]) -> None:
        """Read what the entities have."""
        self._session, self._catalogue = session, fields.of_owner(session, kind.key)
        self._types = converters(self._catalogue.fields)
        self._stored = stored(session, kind, entity_ids)

    def changes(self, entity_id: int | None, answers: Mapping[str, Any]) -> dict[str, Change]:
        """Return what answers change of an entity, or of a new one, by the key of the field.

        Raises:
            Invalid: a sentence for each wrong answer, by the column of an import.
        """
        before = self._stored.get(entity_id or 0, {})
        form = self._catalogue.form_of(answers, today())
        typed = {key: self._types[key](v) if key in self._types else v for key, v in before.items()}
        values = form.validate(answers, {**typed, "today": today(), "now": london(now())})
        require_known(self._session, form, values, by=PLATFORM, stored=before)
        return {key: (before.get(key), v) for key, v in values.items() if differs(before.get(key), v)}


def stored(session: Session, kind: Kind, entity_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the stored values of those entities that have any, by id."""
    found: dict[int, dict[str, Any]] = {}
    for entity_id, _, values in _sections(session, kind, entity_ids):
        found.setdefault(entity_id, {}).update(values)
    return found


def told(changes: Mapping[str, Change]) -> dict[str, list[Any]]:
    """Return changes as the history of an entity keeps them."""
    return {f"{OWN}{key}": list(change) for key, change in changes.items()}


def write(session: Session, kind: Kind, changes: Mapping[int, Mapping[str, Change]]) -> None:
    """Write changed values, by the id of the entity, and by what the entities are found."""
    if not changes:
        return
    catalogue = fields.of_owner(session, kind.key)
    sections = {(entity_id, key): dict(values) for entity_id, key, values in _sections(session, kind, changes)}
    touched: dict[tuple[int, str], dict[str, Any]] = {}
    for entity_id, changed in changes.items():
        for key, (_, value) in changed.items():
            place = (entity_id, catalogue.section_of[key])
            touched.setdefault(place, sections.get(place, {}))[key] = value
        after = {key: value for key, (_, value) in changed.items()}
        searching.write(session.connection(), catalogue, entity_id, after)
    upsert(session, kind, touched)


def _sections(session: Session, kind: Kind, ids: Collection[int]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    numbers = sorted(ids)
    for start in range(0, len(numbers), AT_ONCE):
        mine = (SECTION.c.entity_type == kind.key, SECTION.c.entity_id.in_(numbers[start : start + AT_ONCE]))
        for row in session.execute(select(SECTION).where(*mine)):
            yield row.entity_id, row.key, row.fields
