"""Fills the table by which a field is searched when it becomes searchable, and empties it when it is so no more."""

from itertools import islice

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from engine.field_catalogue import held
from engine.field_catalogue.owners import Owner
from engine.fields import FieldDef
from engine.fields.searching import VALUE, rows_of

AT_ONCE = 2_000


def index_anew(session: Session, owner: Owner, one: FieldDef) -> None:
    """Write the values that there are of a searchable field, in place of what was written before."""
    session.execute(delete(VALUE).where(VALUE.c.definition_id == one.id))
    if not one.is_searchable:
        return
    rows = (row for entity_id, value in held.values(session, owner, one) for row in rows_of(one, entity_id, value))
    while some := list(islice(rows, AT_ONCE)):
        session.execute(insert(VALUE), some)
