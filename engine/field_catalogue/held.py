"""The values of one field that cases and entities hold, read from where they are kept."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.field_catalogue.owners import Owner
from engine.fields import FieldDef
from models.base import table
from models.case import Case, CaseSection

CASE, SECTION = table(Case), table(CaseSection)
AT_ONCE = 1_000


def values(session: Session, owner: Owner, one: FieldDef) -> Iterator[tuple[int, Any]]:
    """Yield (id of the case or entity, stored value) wherever the field has one; whatever section holds it."""
    top = one.parent or one.key
    if owner.category_id is None:
        return
    statement = (
        select(SECTION.c.case_id, SECTION.c.fields[top].label("value"))
        .join(CASE, CASE.c.id == SECTION.c.case_id)
        .where(CASE.c.category_id == owner.category_id, SECTION.c.fields[top].as_string().is_not(None))
    )
    with session.execute(statement, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            held = [part.get(one.key) for part in row.value if isinstance(part, dict)] if one.parent else [row.value]
            yield from ((row.case_id, value) for value in held if value not in (None, "", []))
