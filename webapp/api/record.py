"""Writes to the shared record: each entity and each of its parts is made, changed and ended in the same way."""

from collections.abc import Callable
from typing import Any

from flask import request
from marshmallow import Schema
from sqlalchemy import select

from engine.paging import Order, read_page
from engine.record import changing
from engine.record.accounts import weekly_charges
from engine.record.changing import Why, found_entity
from engine.record.duplicates import refuse_likely
from engine.record.history import as_seen
from engine.record.kinds import ENTITIES, KINDS, Kind, parts_of
from models.record import RecordChange
from webapp.access import requires
from webapp.api.columns import with_charges
from webapp.api.exchange import JSON, read_json
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.preconditions import check_entity, may_match, must_match
from webapp.api.resource import ID, QUERY, Resource, View
from webapp.api.schemas.record import CHANGED, SHOWN, ChangeFilter, ChangePage, Ending, NewPerson
from webapp.auth import actor
from webapp.database import session

resource = Resource("record", __name__, "What is written to people, organisations, assets, tenures and accounts.")


def _takes(schema: type[Schema], *, is_partial: bool = False) -> Callable[[View], View]:
    """Tell in the documentation what the body holds; the engine checks it."""
    body: dict[str, Any] = {"required": True, "content": {JSON: {"schema": schema(partial=is_partial)}}}
    return resource.doc(requestBody=body)


@resource.post("/people", endpoint="create_person")
@requires("change people")
@idempotent
@_takes(KINDS["person"].schema)
@resource.arguments(NewPerson, location=QUERY)
@resource.response(201, SHOWN["person"])
def create_person(given: dict[str, Any]) -> Any:
    """Add one person; 409 with the `candidates` where somebody in the record is likely the same."""
    values = read_json(request)
    if not given["allow_duplicate"] and isinstance(values, dict):
        refuse_likely(session(), values, by=actor())
    return changing.create(session(), "person", values, why=_why())


def _offer_entity(kind: Kind) -> None:
    answer = SHOWN[kind.key]
    one = f"/{kind.path}/<{ID}:row_id>"

    if kind.key != "person":

        @resource.post(f"/{kind.path}", endpoint=f"create_{kind.key}")
        @requires(kind.verb)
        @idempotent
        @_takes(kind.schema)
        @resource.response(201, answer)
        @_told(f"Add one {kind.word}.")
        def create() -> Any:
            return _shown(kind, changing.create(session(), kind.key, read_json(request), why=_why()))

    @resource.patch(one, endpoint=f"change_{kind.key}")
    @requires(kind.verb)
    @must_match
    @_takes(CHANGED[kind.key], is_partial=True)
    @resource.response(200, answer)
    @_told(f"Change one {kind.word}; what is not sent stays.")
    def change(row_id: int) -> Any:
        check_entity(kind, row_id)
        return _shown(kind, changing.change(session(), kind.key, row_id, read_json(request), why=_why()))

    @resource.post(f"{one}/ending", endpoint=f"end_{kind.key}")
    @requires(kind.verb)
    @may_match
    @idempotent
    @resource.arguments(Ending)
    @resource.response(201, answer)
    @_told(f"End one {kind.word} on a day, with a reason; nothing is deleted.")
    def end(given: dict[str, Any], row_id: int) -> Any:
        check_entity(kind, row_id)
        return _shown(kind, changing.end(session(), kind.key, row_id, on=given["on"], why=_why(given["reason"])))

    @resource.get(f"{one}/changes", endpoint=f"changes_of_{kind.key}")
    @requires("see people")
    @resource.arguments(ChangeFilter, location=QUERY)
    @resource.response(200, ChangePage)
    @_told(f"List what changed about one {kind.word}, the latest first.")
    def changes(given: dict[str, Any], row_id: int) -> Any:
        found_entity(session(), kind.key, row_id, by=actor())
        statement = select(RecordChange).where(RecordChange.entity_type == kind.key, RecordChange.entity_id == row_id)
        order = Order(RecordChange.id, RecordChange.id, read=int, is_descending=True)
        found = read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"])
        return page(found, as_seen(session(), [row.RecordChange for row in found.rows], by=actor()))


def _offer_part(owner: Kind, kind: Kind) -> None:
    _offer_adding(owner, kind)
    if not kind.is_ledger:
        _offer_changing(owner, kind)
        _offer_ending(owner, kind)


def _parts_of(owner: Kind, kind: Kind) -> tuple[str, str]:
    """Return the path of the parts of an entity, and what the names of their endpoints end in."""
    return f"/{owner.path}/<{ID}:row_id>/{kind.path}", f"{owner.key}_{kind.key}"


def _offer_adding(owner: Kind, kind: Kind) -> None:
    several, name = _parts_of(owner, kind)

    @resource.post(several, endpoint=f"add_{name}")
    @requires(kind.verb)
    @may_match
    @idempotent
    @_takes(kind.schema)
    @resource.response(201, SHOWN[kind.key])
    @_told(f"Add one {kind.word} to one {owner.word}.")
    def add(row_id: int) -> Any:
        check_entity(owner, row_id)
        given = read_json(request)
        return changing.create(session(), kind.key, given, owner=(owner.key, row_id), why=_why())


def _offer_changing(owner: Kind, kind: Kind) -> None:
    several, name = _parts_of(owner, kind)

    @resource.patch(f"{several}/<{ID}:part_id>", endpoint=f"change_{name}")
    @requires(kind.verb)
    @may_match
    @_takes(CHANGED[kind.key], is_partial=True)
    @resource.response(200, SHOWN[kind.key])
    @_told(f"Change one {kind.word} of one {owner.word}.")
    def change(row_id: int, part_id: int) -> Any:
        check_entity(owner, row_id)
        given = read_json(request)
        return changing.change(session(), kind.key, part_id, given, owner=(owner.key, row_id), why=_why())


def _offer_ending(owner: Kind, kind: Kind) -> None:
    several, name = _parts_of(owner, kind)

    @resource.post(f"{several}/<{ID}:part_id>/ending", endpoint=f"end_{name}")
    @requires(kind.verb)
    @may_match
    @idempotent
    @resource.arguments(Ending)
    @resource.response(201, SHOWN[kind.key])
    @_told(f"End one {kind.word} of one {owner.word} on a day, with a reason.")
    def end(given: dict[str, Any], row_id: int, part_id: int) -> Any:
        check_entity(owner, row_id)
        why = _why(given["reason"])
        return changing.end(session(), kind.key, part_id, on=given["on"], owner=(owner.key, row_id), why=why)


def _told(sentence: str) -> Callable[[View], View]:
    def tell(view: View) -> View:
        view.__doc__ = sentence
        return view

    return tell


def _why(reason: str = "") -> Why:
    return Why(actor(), reason)


def _shown(kind: Kind, row: Any) -> Any:
    """Return a row as its schema shows it: an account with what it charges."""
    if kind.key != "account":
        return row
    return with_charges(row, weekly_charges(session(), [row.id]))


for _kind in ENTITIES:
    _offer_entity(_kind)
    for _part in parts_of(_kind.key):
        _offer_part(_kind, _part)
