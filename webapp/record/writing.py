"""Adding, changing and ending: the same forms for every kind of entity and part, made of the kind's schema."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import Conflict, Invalid
from engine.instants import today
from engine.record import changing
from engine.record.changing import Why, found_entity
from engine.record.history import changes_of
from engine.record.kinds import ENTITIES, Kind, parts_of
from engine.record.naming import name_of
from webapp import database, reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.record_addresses import PLURALS
from webapp.record.changes import Told, told
from webapp.record.inputs import Input, day_parts, inputs_of, sent, shown
from webapp.record.labels import label_of
from webapp.record.links import address_of

blueprint = Blueprint("writing", __name__)
BOTH = ["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Asking:
    """A form as its page shows it."""

    title: str
    submit: str
    inputs: list[Input]
    about: str = ""  # the name of the entity
    back: str = "/"
    entity: tuple[str, int] | None = None
    revision: int | None = None
    needs_reason: bool = False
    asks_reason: bool = True


def show(
    asking: Asking, typed: dict[str, Any], errors: dict[str, str] | None = None, others: list[Told] | None = None
) -> str:
    """Return the page of a form."""
    return render_template("record/form.html", asking=asking, typed=typed, errors=errors or {}, others=others or [])


def take(asking: Asking, write: Callable[[dict[str, Any], Why, int | None], str]) -> ResponseReturnValue:
    """Do what a form asks by `write(values, why, revision)`, which returns where to go; else show the form again."""
    typed: dict[str, Any] = dict(request.form)
    values, errors = sent(session(), asking.inputs, request.form, by=actor())
    if asking.needs_reason and not typed.get("reason", "").strip():
        errors["reason"] = "Say why"
    try:
        if errors:
            raise Invalid(errors=errors)
        return redirect(write(values, Why(actor(), str(typed.get("reason", ""))[:2_000]), _revision()), 303)
    except Invalid as error:
        database.roll_back()
        return show(asking, typed, _by_input(errors | error.errors or {"": str(error)})), 422
    except Conflict as error:
        database.roll_back()
        return show(asking, typed, {"": str(error)}, _others(asking)), 409


def _others(asking: Asking) -> list[Told]:
    """Return what others changed since the form was opened."""
    since = _revision()
    if asking.entity is None or since is None:
        return []
    found = [change for change in changes_of(session(), *asking.entity, by=actor()) if change.revision > since]
    return told(session(), found)


def _revision() -> int | None:
    text = request.form.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _by_input(errors: dict[str, str]) -> dict[str, str]:
    """Return errors by the name of the input: `address_lines[1]` stands at `address_lines`."""
    return {path.split("[")[0].split(".")[0]: sentence for path, sentence in errors.items()}


def _offer_entity(kind: Kind) -> None:
    plural = PLURALS[kind.key]
    one = f"/{plural}/<int:row_id>"

    def asking(row: Any, title: str, submit: str, inputs: list[Input], **more: Any) -> Asking:
        name, back = name_of(kind.key, row), address_of(kind.key, row.id)
        return Asking(title, submit, inputs, name, back, (kind.key, row.id), row.revision, **more)

    @blueprint.route(f"{one}/change", methods=BOTH, endpoint=f"change_{kind.key}")
    @requires(kind.verb)
    def change(row_id: int) -> ResponseReturnValue:
        """Change the details."""
        row = found_entity(session(), kind.key, row_id, by=actor())
        if kind.key == "person":
            reads.person(row)
        inputs = inputs_of(session(), kind)
        form = asking(row, f"Change this {kind.word}", "Save", inputs)

        def write(values: dict[str, Any], why: Why, revision: int | None) -> str:
            changing.change(session(), kind.key, row_id, values, why=why, revision=revision)
            flash("Saved.", "success")
            return form.back

        return take(form, write) if request.method == "POST" else show(form, shown(session(), inputs, row, by=actor()))

    @blueprint.route(f"{one}/end", methods=BOTH, endpoint=f"end_{kind.key}")
    @requires(kind.verb)
    def end(row_id: int) -> ResponseReturnValue:
        """End it on a day, with a reason."""
        row = found_entity(session(), kind.key, row_id, by=actor())
        form = asking(row, f"End this {kind.word}", f"End this {kind.word}", [_ends(kind)], needs_reason=True)

        def write(values: dict[str, Any], why: Why, revision: int | None) -> str:
            on = _day(values["on"])
            changing.end(session(), kind.key, row_id, on=on, why=why, revision=revision)
            flash(f"The {kind.word} has an end. Nothing was deleted.", "success")
            return form.back

        return take(form, write) if request.method == "POST" else show(form, day_parts("on", today()))


def _offer_part(owner: Kind, kind: Kind) -> None:
    _offer_adding(owner, kind)
    if not kind.is_ledger:
        _offer_changing(owner, kind)
        _offer_ending(owner, kind)


def _parts(owner: Kind, kind: Kind) -> str:
    """Return the address of the parts of one kind of whatever owns them."""
    return f"/{PLURALS[owner.key]}/<int:row_id>/{kind.path}"


def _asking_of(owner: Kind, row_id: int, title: str, submit: str, inputs: list[Input], **more: Any) -> Asking:
    row = found_entity(session(), owner.key, row_id, by=actor())
    about, back = name_of(owner.key, row), address_of(owner.key, row_id)
    return Asking(title, submit, inputs, about, back, (owner.key, row_id), row.revision, **more)


def _offer_adding(owner: Kind, kind: Kind) -> None:
    @blueprint.route(f"{_parts(owner, kind)}/new", methods=BOTH, endpoint=f"add_{owner.key}_{kind.key}")
    @requires(kind.verb)
    def add(row_id: int) -> ResponseReturnValue:
        """Add a part."""
        inputs = inputs_of(session(), kind, without=("reference",))
        title = f"Add {'an' if kind.word[0] in 'aeiou' else 'a'} {kind.word}"
        form = _asking_of(owner, row_id, title, "Add it", inputs, asks_reason=False)

        def write(values: dict[str, Any], why: Why, revision: int | None) -> str:
            changing.create(session(), kind.key, values, owner=(owner.key, row_id), why=why)
            flash(f"The {kind.word} is in the record.", "success")
            return form.back

        return take(form, write) if request.method == "POST" else show(form, usual(inputs))


def _offer_changing(owner: Kind, kind: Kind) -> None:
    address = f"{_parts(owner, kind)}/<int:part_id>/change"

    @blueprint.route(address, methods=BOTH, endpoint=f"change_{owner.key}_{kind.key}")
    @requires(kind.verb)
    def change(row_id: int, part_id: int) -> ResponseReturnValue:
        """Change a part."""
        inputs = inputs_of(session(), kind)
        row = changing.found_part(session(), kind.key, part_id, owner=(owner.key, row_id))
        form = _asking_of(owner, row_id, f"Change this {kind.word}", "Save", inputs)

        def write(values: dict[str, Any], why: Why, revision: int | None) -> str:
            about = {"owner": (owner.key, row_id), "revision": revision}
            changing.change(session(), kind.key, part_id, values, why=why, **about)  # type: ignore[arg-type]
            flash("Saved.", "success")
            return form.back

        return take(form, write) if request.method == "POST" else show(form, shown(session(), inputs, row, by=actor()))


def _offer_ending(owner: Kind, kind: Kind) -> None:
    address = f"{_parts(owner, kind)}/<int:part_id>/end"

    @blueprint.route(address, methods=BOTH, endpoint=f"end_{owner.key}_{kind.key}")
    @requires(kind.verb)
    def end(row_id: int, part_id: int) -> ResponseReturnValue:
        """End a part on a day, with a reason."""
        changing.found_part(session(), kind.key, part_id, owner=(owner.key, row_id))
        form = _asking_of(owner, row_id, f"End this {kind.word}", "End it", [_ends(kind)], needs_reason=True)

        def write(values: dict[str, Any], why: Why, revision: int | None) -> str:
            about = {"owner": (owner.key, row_id), "revision": revision}
            changing.end(session(), kind.key, part_id, on=_day(values["on"]), why=why, **about)  # type: ignore[arg-type]
            flash(f"The {kind.word} has an end. Nothing was deleted.", "success")
            return form.back

        return take(form, write) if request.method == "POST" else show(form, day_parts("on", today()))


def _ends(kind: Kind) -> Input:
    return Input("on", kind.ends_by, label_of(kind.key, kind.ends_by), "day", is_required=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(errors={"on": "Enter a day, such as 3 12 2026"}) from error


def usual(inputs: list[Input]) -> dict[str, Any]:
    """Return what most forms that add something say: it happens today, and may be used."""
    begins = next((one for one in inputs if one.kind == "day" and one.is_required), None)
    safe = {one.name: True for one in inputs if one.column == "is_safe"}
    return safe | (day_parts(begins.name, today()) if begins is not None else {})


for _kind in ENTITIES:
    _offer_entity(_kind)
    for _part in parts_of(_kind.key):
        _offer_part(_kind, _part)
