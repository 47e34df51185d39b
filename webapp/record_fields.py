"""The fields of people, homes, tenancies, accounts and organisations that need no form: to be read and filled in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engine import fields
from engine.errors import Conflict, Invalid, NotFound
from engine.fields import Section, asking
from engine.forms import Form
from engine.instants import today
from engine.permissions import levels_held_back, may
from engine.record.changing import Why
from engine.record.fields import RecordFieldsReader, open_fields, save
from engine.record.kinds import ENTITIES, Kind
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.forms import render_fields, render_form, wants_fields
from webapp.portal import form_posts
from webapp.portal.writing import value_in

blueprint = Blueprint("record_fields", __name__)

PAGES = {"person": ("people.page", "person_id"), "home": ("places.home", "home_id")}
PAGES |= {"tenancy": ("places.tenancy", "tenancy_id")}


@blueprint.record_once
def register(state: BlueprintSetupState) -> None:
    """Give the page of an entity what it shows of its fields."""
    state.app.jinja_env.globals.update(record_field_sections=sections_of)


def sections_of(entity_type: str, entity_id: int) -> list[asking.Asked]:
    """Return the sections of an entity's fields with how much of each is answered; none where it has no fields."""
    reader = open_fields(session(), entity_type, entity_id, by=actor())
    return asking.sections(reader.catalogue, reader.stored(), by=actor()) if reader.catalogue.definitions else []


def _offer(kind: Kind) -> None:
    here = f"/record/{kind.key}/<int:entity_id>/fields"

    @blueprint.get(here, endpoint=f"{kind.key}_page")
    @requires("see people")
    def page(entity_id: int) -> ResponseReturnValue:
        """List the sections."""
        reader = _reader(kind, entity_id)
        found = asking.sections(reader.catalogue, reader.stored(), by=actor())
        return render_template("record/fields.html", **_around(reader), sections=found)

    @blueprint.get(f"{here}/<slug>", endpoint=f"{kind.key}_section")
    @requires("see people")
    def section(entity_id: int, slug: str) -> ResponseReturnValue:
        """Show a section with its values."""
        reader = _reader(kind, entity_id)
        one, stored = _section(reader, slug), reader.stored()
        known = reader.catalogue.fields
        shown = asking.shown(one, stored, by=actor())
        files = {key: found.name for key, found in form_posts.files_of(known, stored).items()}
        rows = [
            {"key": field.label, "value": value_in(known, field.key, stored.get(field.key), files)} for field in shown
        ]
        return render_template(
            "record/field_section.html",
            **_around(reader),
            section=one,
            rows=rows,
            may_fill_in=may(actor(), kind.verb) and bool(_form(reader, slug).components),
        )

    @blueprint.get(f"{here}/<slug>/answers", endpoint=f"{kind.key}_form")
    @requires(kind.verb)
    def form_page(entity_id: int, slug: str) -> ResponseReturnValue:
        """Show the form of a section."""
        return _page(_reader(kind, entity_id), slug, {}, {})

    @blueprint.post(f"{here}/<slug>/answers", endpoint=f"{kind.key}_save")
    @requires(kind.verb)
    def keep(entity_id: int, slug: str) -> ResponseReturnValue:
        """Keep the answers."""
        return _kept(_reader(kind, entity_id), slug)


def _kept(reader: RecordFieldsReader, slug: str) -> ResponseReturnValue:
    _section(reader, slug)
    form = _form(reader, slug)
    sent = form_posts.sent(form)
    if form_posts.is_refresh():
        if wants_fields(dict(request.headers)):
            files = form_posts.files_of(reader.catalogue.fields, reader.stored(), sent.typed)
            return str(render_fields(form, sent.typed, {}, reader.scope(), files=files, focus=sent.posted.focus))
        return _page(reader, slug, sent.typed, {})
    form_posts.keep_files(sent, None)
    try:
        if sent.errors:
            raise Invalid(errors=sent.errors)
        save(session(), reader, form, sent.posted.answers, why=Why(actor()), seen=form_posts.seen_values())
    except (Invalid, Conflict) as error:
        database.roll_back()
        errors = error.errors if isinstance(error, Invalid) and error.errors else {"": str(error)}
        again = _reader(reader.kind, reader.row.id)
        return _page(again, slug, sent.typed, errors), 409 if isinstance(error, Conflict) else 422
    flash("The fields are saved.", "success")
    address = url_for(f"record_fields.{reader.kind.key}_section", entity_id=reader.row.id, slug=slug)
    return redirect(address, 303)


def _reader(kind: Kind, entity_id: int) -> RecordFieldsReader:
    reader = open_fields(session(), kind.key, entity_id, by=actor())
    if not reader.catalogue.definitions:
        raise NotFound(f"No fields are kept about a {kind.word}.", remedy="An analyst can add some under Fields.")
    return reader


def _section(reader: RecordFieldsReader, slug: str) -> Section:
    return asking.section(reader.catalogue, slug)


def _form(reader: RecordFieldsReader, slug: str) -> Form:
    return reader.catalogue.form(slug, today(), without=levels_held_back(actor()))


def _page(reader: RecordFieldsReader, slug: str, values: dict[str, Any], errors: dict[str, str]) -> str:
    one, form, stored = _section(reader, slug), _form(reader, slug), reader.stored()
    keys = [field.key for field in form.fields if "[" not in field.key]
    drawn = render_form(
        form,
        values,
        errors,
        reader.scope(),
        action=url_for(f"record_fields.{reader.kind.key}_save", entity_id=reader.row.id, slug=slug),
        token=generate_csrf(),
        submit="Save",
        hidden={"_seen": form_posts.seen_text({key: stored.get(key) for key in keys})},
        files=form_posts.files_of(reader.catalogue.fields, stored, values),
    )
    return render_template("record/field_form.html", **_around(reader), form=drawn, section=one, errors=errors)


def _around(reader: RecordFieldsReader) -> dict[str, Any]:
    """Return what every page of an entity's fields shows around its own part."""
    row = reader.row
    name = next((text for word in ("full_name", "one_line", "name") if (text := getattr(row, word, ""))), row.reference)
    endpoint, gap = PAGES.get(reader.kind.key, ("", ""))
    return {
        "kind": reader.kind,
        "entity": row,
        "name": name,
        "of": f"record_fields.{reader.kind.key}_",
        "way": url_for(endpoint, **{gap: row.id}) if endpoint else "",
    }


for _kind in ENTITIES:
    if _kind.key in fields.ENTITIES:
        _offer(_kind)
