"""The catalogue of fields: whose they are, the list of each, adding, changing, retiring, and who changed what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import fields
from engine.errors import Conflict, EngineError, Invalid
from engine.field_catalogue import changing, owners
from engine.field_catalogue.owners import Owner
from engine.field_catalogue.texts import COLUMNS, read, texts
from engine.fields import ENTITIES, LIMITS, SENSITIVITIES, TYPES, Catalogue, FieldDef
from engine.instants import today
from webapp import database
from webapp.access import requires
from webapp.admin.field_preview import preview
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("fields", __name__)

A_PAGE = 100
TYPE_NAMES = [(key, kind.name) for key, kind in TYPES.items()]


@blueprint.get("/fields")
@requires("change fields")
def every_owner() -> str:
    """Show whose fields there are, and how many."""
    found = owners.every(session())
    return render_template(
        "admin/fields/owners.html",
        entities=[owner for owner in found if owner.category_id is None],
        categories=[owner for owner in found if owner.category_id is not None],
    )


@blueprint.get("/fields/<owner>")
@requires("change fields")
def page(owner: str) -> str:
    """List the fields of an entity or category; `q`, `section`, `type` and `state` narrow the list."""
    whose = owners.one(session(), owner)
    catalogue = fields.of_owner(session(), owner)
    found = list(_found(catalogue, request.args))
    number = min(_whole(request.args.get("page", "1"), 1), max(1, -(-len(found) // A_PAGE)))
    shown = found[(number - 1) * A_PAGE : number * A_PAGE]
    return render_template(
        "admin/fields/list.html",
        owner=whose,
        found=shown,
        total=len(found),
        of=len(catalogue.definitions),
        number=number,
        first=(number - 1) * A_PAGE + 1,
        has_next=len(found) > number * A_PAGE,
        sections=catalogue.sections,
        types=TYPE_NAMES,
        type_names=dict(TYPE_NAMES),
        today=today(),
    )


def _found(catalogue: Catalogue, asked: Mapping[str, str]) -> Iterable[FieldDef]:
    words = asked.get("q", "").casefold().split()
    state = asked.get("state", "")
    section = catalogue.section(asked.get("section", ""))
    within = {one.key for one in section.fields} if section else set()
    for one in catalogue.definitions:
        text = f"{one.path} {one.label} {one.help} {one.section} {one.heading}".casefold()
        if not all(word in text for word in words):
            continue
        if section and (one.parent or one.key) not in within:
            continue
        if asked.get("type") in TYPES and one.type != asked["type"]:
            continue
        if (state == "retired") != bool(one.retired_at) and state != "all":
            continue
        if state != "searchable" or one.is_searchable:
            yield one


@blueprint.get("/fields/<owner>/new")
@requires("change fields")
def new(owner: str) -> str:
    """Show the form for a field that is not there yet; `section`, `parent` and `type` begin it."""
    begun = {name: request.args.get(name, "")[:200] for name in ("section", "parent", "type")}
    return _form(owners.one(session(), owner), None, {"type": "text", "sensitivity": "normal", **_said(begun)}, {})


@blueprint.post("/fields/<owner>")
@requires("change fields")
def add(owner: str) -> ResponseReturnValue:
    """Add a field, or show what it would look like."""
    whose, sent = owners.one(session(), owner), _sent()
    if request.form.get("what") == "preview":
        return _form(whose, None, sent, {})
    try:
        made = changing.create(session(), owner, sent, by=actor(), reason=request.form.get("reason", ""))
    except Invalid as error:
        database.roll_back()
        return _form(whose, None, sent, error.errors), 422
    flash(f"“{made.label}” is a field now.", "success")
    if request.form.get("what") == "another":
        return redirect(url_for("admin.fields.new", owner=owner, section=made.section, parent=made.parent), 303)
    return redirect(url_for("admin.fields.one", owner=owner, definition_id=made.id), 303)


@blueprint.get("/fields/<owner>/<int:definition_id>")
@requires("change fields")
def one(owner: str, definition_id: int) -> str:
    """Show a field as an officer sees it, what it says, and who changed it."""
    found = _definition(owner, definition_id)
    return _form(owners.one(session(), owner), found, texts(found), {})


@blueprint.post("/fields/<owner>/<int:definition_id>")
@requires("change fields")
def change(owner: str, definition_id: int) -> ResponseReturnValue:
    """Change a field, or show what it would look like."""
    whose, found, sent = owners.one(session(), owner), _definition(owner, definition_id), _sent()
    if request.form.get("what") == "preview":
        return _form(whose, found, sent, {})
    revision, reason = _whole(request.form.get("revision", ""), 0), request.form.get("reason", "")
    try:
        changing.change(session(), definition_id, sent, by=actor(), reason=reason, revision=revision)
    except (Invalid, Conflict) as error:
        database.roll_back()
        errors = error.errors if isinstance(error, Invalid) and error.errors else {"": str(error)}
        return _form(whose, found, sent, errors), 409 if isinstance(error, Conflict) else 422
    flash("The field is changed. Forms, letters and pages use it from now on.", "success")
    return redirect(url_for("admin.fields.one", owner=owner, definition_id=definition_id), 303)


@blueprint.post("/fields/<owner>/<int:definition_id>/retirement")
@requires("change fields")
def retire(owner: str, definition_id: int) -> ResponseReturnValue:
    """Ask for a field no longer."""
    found = _definition(owner, definition_id)
    changing.retire(session(), found.id, by=actor(), reason=request.form.get("reason", ""))
    flash(f"“{found.label}” is asked for no longer. The values that there are can still be read.", "success")
    return redirect(url_for("admin.fields.one", owner=owner, definition_id=definition_id), 303)


@blueprint.post("/fields/<owner>/<int:definition_id>/restoration")
@requires("change fields")
def restore(owner: str, definition_id: int) -> ResponseReturnValue:
    """Ask for a retired field again."""
    found = _definition(owner, definition_id)
    changing.restore(session(), found.id, by=actor(), reason=request.form.get("reason", ""))
    flash(f"“{found.label}” is asked for again.", "success")
    return redirect(url_for("admin.fields.one", owner=owner, definition_id=definition_id), 303)


@blueprint.get("/fields/<owner>/order")
@requires("change fields")
def order_page(owner: str) -> str:
    """Show the fields of a section in their order, each to be dragged or moved up and down."""
    return _order(owner)


@blueprint.post("/fields/<owner>/order")
@requires("change fields")
def order(owner: str) -> ResponseReturnValue:
    """Save the order in which the fields were sent; a button of one field moves that and saves nothing yet."""
    ids = [_whole(text, 0) for text in request.form.getlist("order")]
    if request.form.get("move"):
        return _order(owner, _moved(ids, *request.form["move"].partition(":")[::2]))
    try:
        moved = changing.put_in_order(session(), owner, ids, by=actor(), mark=request.form.get("mark", ""))
    except Conflict as error:
        database.roll_back()
        return _order(owner, error=str(error)), 409
    flash(f"{moved} field{'s have' if moved != 1 else ' has'} another place." if moved else "Nothing moved.", "success")
    return redirect(url_for("admin.fields.page", owner=owner, section=request.args.get("section")), 303)


@blueprint.get("/fields/<owner>/history")
@requires("change fields")
def history(owner: str) -> str:
    """Show who changed what, the latest first."""
    changes = changing.history(session(), owner, most=200)
    return render_template("admin/fields/history.html", owner=owners.one(session(), owner), changes=changes)


def _moved(ids: list[int], way: str, which: str) -> list[int]:
    """Return an order in which one field stands a place further up or down, as far as there is one."""
    number = _whole(which, 0)
    if number in ids:
        here = ids.index(number)
        there = min(max(here + (-1 if way == "up" else 1), 0), len(ids) - 1)
        ids.insert(there, ids.pop(here))
    return ids


def _order(owner: str, ids: Sequence[int] = (), *, error: str = "") -> str:
    catalogue = fields.of_owner(session(), owner)
    section = catalogue.section(request.args.get("section", "")) or next(iter(catalogue.sections), None)
    rows = [part for one in (section.fields if section else ()) for part in (one, *catalogue.within.get(one.key, ()))]
    place = {number: at for at, number in enumerate(ids)}
    return render_template(
        "admin/fields/order.html",
        owner=owners.one(session(), owner),
        section=section,
        sections=catalogue.sections,
        rows=sorted((one for one in rows if not one.retired_at), key=lambda one: place.get(one.id, -1)),
        revision_mark=request.form.get("mark") if ids else catalogue.mark,
        is_moved=bool(ids),
        error=error,
    )


def _form(owner: Owner, found: FieldDef | None, given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    catalogue = fields.of_owner(session(), owner.key)
    drafted, _ = read(owner.key, given, before=found)
    shown, fault = None, ""
    if drafted is not None:
        try:
            shown = preview(catalogue, drafted)
        except EngineError as error:
            fault = str(error)
    return render_template(
        "admin/fields/form.html",
        owner=owner,
        one=found,
        given=given,
        errors=errors,
        preview=shown,
        preview_fault=fault,
        types=TYPE_NAMES,
        limits=LIMITS,
        sensitivities=list(SENSITIVITIES.items()),
        entities=list(ENTITIES.items()),
        sections=[section.name for section in catalogue.sections],
        groups=[(one.key, one.label) for one in catalogue.definitions if one.type == "group" and not one.retired_at],
        changes=changing.history(session(), owner.key, definition_id=found.id, most=50) if found else [],
        reason=request.form.get("reason", ""),
    )


def _definition(owner: str, definition_id: int) -> FieldDef:
    found = fields.of_owner(session(), owner).by_id.get(definition_id)
    return found if found is not None else changing.missing()


def _sent() -> dict[str, str]:
    """Return what was posted, by column; a box that is not ticked says no. Limits that the type has not are left."""
    kind = TYPES.get(request.form.get("type", ""))
    found = {name: request.form.get(name, "") for name in COLUMNS if name != "retired"}
    if kind is not None:
        found |= {name: "" for name in LIMITS if name not in kind.limits}
        found |= {} if kind.has_options else {"options": ""}
    return found


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else otherwise
