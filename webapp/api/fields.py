"""The catalogue of fields, the cases found by one, and the values of an entity's fields."""

from typing import Any

from flask import request
from sqlalchemy import select

from engine import field_search
from engine.errors import Invalid
from engine.field_catalogue import changing, owners
from engine.field_catalogue.texts import texts
from engine.fields import FieldDef, of_owner
from engine.instants import today
from engine.paging import Order, read_page
from engine.permissions import levels_held_back
from engine.record.changing import Why
from engine.record.fields import RecordFieldsReader, open_fields, save
from engine.record.kinds import ENTITIES, Kind
from models.fields import FieldDefinition
from webapp.access import requires
from webapp.api.exchange import read_json
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.preconditions import check_entity, check_revision, may_match, must_match
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.base import Filter
from webapp.api.schemas.cases import CasePage
from webapp.api.schemas.fields import (
    CasesByField,
    ChangedField,
    FieldPage,
    FieldReason,
    FieldSchema,
    NewField,
    OwnersSchema,
    RecordFieldsChange,
    RecordFieldsSchema,
    given_texts,
    shown,
)
from webapp.auth import actor
from webapp.database import session

resource = Resource("fields", __name__, "The catalogue of fields: what is asked without a drawn form.")


@resource.get("/fields")
@requires("see categories")
@resource.response(200, OwnersSchema)
def every_owner() -> Any:
    """List the entities and categories that may have fields."""
    return {"items": owners.every(session())}


@resource.get("/fields/<owner>")
@requires("see categories")
@resource.arguments(Filter, location=QUERY)
@resource.response(200, FieldPage)
def find(given: dict[str, Any], owner: str) -> Any:
    """List the fields of an entity or category, retired ones too, in the order in which they are asked."""
    catalogue = of_owner(session(), owners.one(session(), owner).key)
    order = Order(FieldDefinition.position, FieldDefinition.id, read=int)
    statement = select(FieldDefinition.id).where(FieldDefinition.owner == owner)
    found = read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"])
    return page(found, [_shown(catalogue.by_id[row.id]) for row in found.rows])


@resource.post("/fields/<owner>")
@requires("change fields")
@idempotent
@resource.arguments(NewField)
@resource.response(201, FieldSchema)
def add(given: dict[str, Any], owner: str) -> Any:
    """Add a field to an entity or category."""
    made = changing.create(session(), owner, given_texts(given), by=actor(), reason=given.get("reason", ""))
    return _shown(made)


@resource.patch(f"/fields/<owner>/<{ID}:definition_id>")
@requires("change fields")
@must_match
@resource.arguments(ChangedField)
@resource.response(200, FieldSchema)
def change(given: dict[str, Any], owner: str, definition_id: int) -> Any:
    """Change a field; what is not sent stays. A type is changed only when every value fits it as it stands."""
    check_revision(_definition(owner, definition_id).revision, "field")
    reason = given.get("reason", "")
    return _shown(changing.change(session(), definition_id, given_texts(given), by=actor(), reason=reason))


@resource.post(f"/fields/<owner>/<{ID}:definition_id>/retirement")
@requires("change fields")
@may_match
@idempotent
@resource.arguments(FieldReason)
@resource.response(201, FieldSchema)
def retire(given: dict[str, Any], owner: str, definition_id: int) -> Any:
    """Ask for a field no longer; its values stay."""
    check_revision(_definition(owner, definition_id).revision, "field")
    return _shown(changing.retire(session(), definition_id, by=actor(), reason=given["reason"]))


@resource.post(f"/fields/<owner>/<{ID}:definition_id>/restoration")
@requires("change fields")
@may_match
@idempotent
@resource.arguments(FieldReason)
@resource.response(201, FieldSchema)
def restore(given: dict[str, Any], owner: str, definition_id: int) -> Any:
    """Ask for a retired field again."""
    check_revision(_definition(owner, definition_id).revision, "field")
    return _shown(changing.restore(session(), definition_id, by=actor(), reason=given["reason"]))


@resource.get("/fields/<owner>/cases")
@requires("see cases")
@resource.arguments(CasesByField, location=QUERY)
@resource.response(200, CasePage)
def cases(given: dict[str, Any], owner: str) -> Any:
    """List the cases whose searchable field has a value; the latest first, or in the order of the values."""
    asked = field_search.sought(session(), owner, given["field"], way=given["way"], text=given["value"], by=actor())
    return page(field_search.cases(session(), asked, by=actor(), cursor=given["cursor"], size=given["limit"]))


def _offer(kind: Kind) -> None:
    here = f"/{kind.path}/<{ID}:row_id>/fields"

    @resource.get(here, endpoint=f"of_{kind.key}")
    @requires("see people")
    @resource.response(200, RecordFieldsSchema)
    def read(row_id: int) -> Any:
        """Show the values of the fields, as far as you may see them."""
        return _values(open_fields(session(), kind.key, row_id, by=actor()))

    @resource.patch(here, endpoint=f"change_of_{kind.key}")
    @requires(kind.verb)
    @must_match
    @resource.arguments(RecordFieldsChange)
    @resource.response(200, RecordFieldsSchema)
    def write(given: dict[str, Any], row_id: int) -> Any:
        """Change values of fields, each by the checks of its definition; what is not named stays."""
        check_entity(kind, row_id)
        given = read_json(request)  # with every digit of its numbers
        reader = open_fields(session(), kind.key, row_id, by=actor())
        form = reader.catalogue.form_of(given, today(), without=levels_held_back(actor()))
        known = {field.key for field in form.fields}
        unknown = {key[:80]: f"A {kind.word} has no field “{key[:80]}”." for key in given if key not in known}
        if unknown:
            raise Invalid("Some fields cannot be changed.", errors=unknown)
        save(session(), reader, form, given, why=Why(actor()))
        return _values(open_fields(session(), kind.key, row_id, by=actor()))


def _values(reader: RecordFieldsReader) -> dict[str, Any]:
    return {"revision": reader.row.revision, "fields": reader.stored()}


def _definition(owner: str, definition_id: int) -> FieldDef:
    return of_owner(session(), owner).by_id.get(definition_id) or changing.missing()


def _shown(one: FieldDef) -> dict[str, Any]:
    return shown(one, texts(one))


for _kind in ENTITIES:
    _offer(_kind)
