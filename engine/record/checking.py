"""Checks what is to be written against the schema of its kind, the whole row, and what it refers to."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.forms.validation import flattened, refusal
from engine.permissions import Actor, may_see_entity
from engine.record.kinds import KINDS, Kind
from engine.record.schemas.base import RecordSchema
from models.document import Document

_SCHEMAS: dict[str, RecordSchema] = {key: kind.schema() for key, kind in KINDS.items()}
_UNSAID = {"Missing data for required field.": "This is required.", "Unknown field.": "There is no such field here."}


def checked(
    session: Session,
    kind: Kind,
    values: Mapping[str, Any],
    before: Mapping[str, Any],
    *,
    by: Actor,
    is_partial: bool = False,
) -> dict[str, Any]:
    """Return the values typed, by column, with those that follow from them; raise Invalid with a sentence for each.

    `before` is the row as it stands, or what of a new one is known already. What is named anew must be seen by `by`.
    """
    schema = _SCHEMAS[kind.key]
    found = loaded(schema, values, is_partial=is_partial)
    whole = {**before, **found}
    errors = schema.faults(whole) | _dangling(session, schema, found, before, by) | _taken(session, kind, found, before)
    if errors:
        raise refusal({as_sent(kind, path): sentence for path, sentence in errors.items()})
    return found | schema.derived(whole)


def schema_of(kind: Kind) -> RecordSchema:
    """Return the schema of a kind."""
    return _SCHEMAS[kind.key]


def loaded(schema: RecordSchema, values: Mapping[str, Any], *, is_partial: bool = False) -> dict[str, Any]:
    """Return the values typed; raise Invalid with a sentence for each that its field refuses."""
    if not isinstance(values, Mapping):
        raise Invalid("Send an object of names and values.")
    try:
        found = schema.load(values, partial=is_partial)
    except ValidationError as error:
        messages = flattened(error.messages)
        raise refusal({path: _UNSAID.get(said, said) for path, said in messages.items()}) from error
    assert isinstance(found, dict)
    return found


def as_sent(kind: Kind, path: str) -> str:
    """Return the name under which a column is sent: `type` for `asset_type`."""
    field = _SCHEMAS[kind.key].fields.get(path)
    return (field.data_key or path) if field is not None else path


def as_json(value: Any) -> Any:
    """Return a value as history keeps it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value


def _dangling(
    session: Session, schema: RecordSchema, found: Mapping[str, Any], before: Mapping[str, Any], by: Actor
) -> dict[str, str]:
    """Return a sentence for each number under which nothing is found, or nothing that `by` may see."""
    errors: dict[str, str] = {}
    for name, value in found.items():
        key = schema.fields[name].metadata.get("refers")
        if key is None or value is None or value == before.get(name):
            continue
        word = "document" if key == "document" else KINDS[key].word
        if not _is_there(session, key, value, by):
            errors[name] = f"There is no {word} with the number {value}."
    return errors


def _is_there(session: Session, key: str, number: int, by: Actor) -> bool:
    if key == "document":
        return session.get(Document, number) is not None
    return may_see_entity(session, by, key, number)


def _taken(session: Session, kind: Kind, found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence where another row has the reference already."""
    reference = found.get("reference")
    if not kind.prefix or not reference or reference == before.get("reference"):
        return {}
    column = kind.model.__table__.c.reference
    if session.scalar(select(column).where(column == reference)) is None:
        return {}
    return {"reference": f"Another {kind.word} has this reference."}
