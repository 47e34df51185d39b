"""The fields of a case that need no form: its sections to be read, found by words, and filled in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engine import case_fields
from engine.case_page import Header
from engine.errors import Conflict, Invalid
from engine.fields import asking
from engine.forms import Form
from engine.reading import CaseReader, open_case
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.forms import render_fields, render_form, wants_fields
from webapp.jobs import after_commit
from webapp.portal import form_posts
from webapp.portal.case_pages import header, shared
from webapp.portal.writing import value_of

blueprint = Blueprint("case_fields", __name__)

MOST_FOUND = 200


@blueprint.get("/cases/<reference>/fields")
@requires("see cases")
def page(reference: str) -> ResponseReturnValue:
    """List the sections of fields, and the fields that words find."""
    case = header(reference)
    reader = open_case(session(), case.id, by=actor())
    catalogue, stored = case_fields.catalogue_of(reader), reader.stored()
    text = request.args.get("q", "").strip()[:200]
    sections = asking.sections(catalogue, stored, by=actor())
    return render_template(
        "portal/case/fields.html",
        **shared(case, "fields"),
        sections=sections,
        text=text,
        found=_found(reader, stored, text) if text else [],
    )


@blueprint.get("/cases/<reference>/fields/<slug>")
@requires("see cases")
def section(reference: str, slug: str) -> ResponseReturnValue:
    """Show the fields of a section with their values."""
    case = header(reference)
    reader = open_case(session(), case.id, by=actor())
    catalogue, stored = case_fields.catalogue_of(reader), reader.stored()
    one = asking.section(catalogue, slug)
    fields = asking.shown(one, stored, by=actor())
    return render_template(
        "portal/case/field_section.html",
        **shared(case, "fields"),
        section=one,
        rows=[{"key": field.label, "value": _written(reader, stored, field.key)} for field in fields],
        may_fill_in=bool(case_fields.form(catalogue, slug, by=actor()).components),
    )


@blueprint.get("/cases/<reference>/fields/<slug>/answers")
@requires("change case")
def form_page(reference: str, slug: str) -> ResponseReturnValue:
    """Show the form of a section."""
    return _page(header(reference), slug, {}, {})


@blueprint.post("/cases/<reference>/fields/<slug>/answers")
@requires("change case")
def save(reference: str, slug: str) -> ResponseReturnValue:
    """Keep the answers; the next letter, gateway and form see them."""
    case = header(reference)
    reader, form = _opened(case, slug)
    sent = form_posts.sent(form)
    if form_posts.is_refresh():
        if wants_fields(dict(request.headers)):
            return _fields(reader, form, sent)
        return _page(case, slug, sent.typed, {})
    form_posts.keep_files(sent, case.id)
    try:
        if sent.errors:
            raise Invalid(errors=sent.errors)
        seen = form_posts.seen_values()
        after_commit(case_fields.save(session(), reader, form, sent.posted.answers, seen=seen, by=actor()))
    except (Invalid, Conflict) as error:
        database.roll_back()
        errors = error.errors if isinstance(error, Invalid) and error.errors else {"": str(error)}
        return _page(case, slug, sent.typed, errors), 409 if isinstance(error, Conflict) else 422
    flash("The fields are saved.", "success")
    return redirect(url_for("portal.case_fields.section", reference=reference, slug=slug), 303)


def _found(reader: CaseReader, stored: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """Return the fields whose label or help has the words, with the address of their section."""
    catalogue, words = case_fields.catalogue_of(reader), text.casefold().split()
    found = []
    for one in catalogue.sections:
        for field in asking.shown(one, stored, by=actor()):
            if all(word in f"{field.label} {field.help} {one.name}".casefold() for word in words):
                found.append({"field": field, "section": one, "value": _written(reader, stored, field.key)})
                if len(found) >= MOST_FOUND:
                    return found
    return found


def _written(reader: CaseReader, stored: dict[str, Any], key: str) -> Any:
    field = reader.definition.fields[key]
    files = _files(reader, {key: stored.get(key)}) if field.type in ("file", "list") else {}
    return value_of(reader.definition, key, stored.get(key), files)


def _files(reader: CaseReader, stored: dict[str, Any]) -> dict[str, str]:
    return {key: found.name for key, found in form_posts.stored_files(reader.definition, stored).items()}


def _opened(case: Header, slug: str) -> tuple[CaseReader, Form]:
    reader = open_case(session(), case.id, by=actor())
    catalogue = case_fields.catalogue_of(reader)
    asking.section(catalogue, slug)
    return reader, case_fields.form(catalogue, slug, by=actor())


def _page(case: Header, slug: str, values: dict[str, Any], errors: dict[str, str]) -> str:
    reader, form = _opened(case, slug)
    stored = reader.stored()
    keys = [field.key for field in form.fields if "[" not in field.key]
    drawn = render_form(
        form,
        values,
        errors,
        reader.scope(),
        action=url_for("portal.case_fields.save", reference=case.reference, slug=slug),
        token=generate_csrf(),
        submit="Save",
        hidden={"_seen": form_posts.seen_text({key: stored.get(key) for key in keys})},
        files=form_posts.stored_files(reader.definition, {key: stored.get(key) for key in keys}, values),
        functions=reader.functions,
    )
    section = asking.section(case_fields.catalogue_of(reader), slug)
    return render_template(
        "portal/case/field_form.html", **shared(case, "fields"), form=drawn, section=section, errors=errors
    )


def _fields(reader: CaseReader, form: Form, sent: form_posts.Sent) -> str:
    files = form_posts.stored_files(reader.definition, reader.stored(), sent.typed)
    drawn = render_fields(
        form, sent.typed, {}, reader.scope(), files=files, functions=reader.functions, focus=sent.posted.focus
    )
    return str(drawn)
