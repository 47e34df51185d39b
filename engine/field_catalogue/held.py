"""The values of one field that cases and entities hold, read from where they are kept."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.field_catalogue.owners import Owner
from engine.fields import FieldDef
from models.base import table
from models.case import Case, CaseSection
from models.record import RecordFields

CASE, SECTION, RECORD = table(Case), table(CaseSection), table(RecordFields)
AT_ONCE = 1_000


def values(session: Session, owner: Owner, one: FieldDef) -> Iterator[tuple[int, Any]]:
    """Yield (id of the case or entity, stored value) wherever the field has one; whatever section holds it."""
    statement = _stored(owner, one.parent or one.key)
    with session.execute(statement, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            held = [part.get(one.key) for part in row.value if isinstance(part, dict)] if one.parent else [row.value]
            yield from ((row.holder, value) for value in held if value not in (None, "", []))


def _stored(owner: Owner, key: str) -> Select[Any]:
    """Return the statement of all that is stored under a key: `holder`, the id of the case or entity, and `value`."""
    if owner.category_id is None:
        stored = RECORD.c.fields[key]
        statement = select(RECORD.c.entity_id.label("holder"), stored.label("value"))
        return statement.where(RECORD.c.entity_type == owner.key, stored.as_string().is_not(None))
    stored = SECTION.c.fields[key]
    statement = select(SECTION.c.case_id.label("holder"), stored.label("value"))
    of_category = statement.join(CASE, CASE.c.id == SECTION.c.case_id).where(CASE.c.category_id == owner.category_id)
    return of_category.where(stored.as_string().is_not(None))
