"""People and organisations: find one, and all that is known of one."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine import field_search, record_pages, search
from engine.errors import Invalid
from engine.instants import today
from engine.record import changing
from engine.record.changing import Why, found_entity
from engine.record.codes import CONTACT_TYPES
from webapp import database, reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.record.changes import told

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@requires("see people")
def find() -> ResponseReturnValue:
    """Find a person by name, reference, telephone number or e-mail address."""
    text = request.args.get("q", "").strip()[:200]
    found, has_more = search.people(session(), text, by=actor(), size=50)
    return render_template(
        "people/find.html",
        text=text,
        people=found,
        has_more=has_more,
        fields=field_search.searchable(session(), "person", by=actor()),
    )


@blueprint.get("/people/<int:person_id>")
@requires("see people")
def page(person_id: int) -> ResponseReturnValue:
    """Show a person: alerts first, how to reach them, where they live, what they owe, their cases and documents.

    The address of a record that was merged into another leads there.
    """
    goes_on = found_entity(session(), "person", person_id, by=actor()).merged_into_id
    if goes_on is not None:
        return redirect(url_for("people.page", person_id=goes_on))
    return _page(person_id, {})


@blueprint.get("/organisations/<int:organisation_id>")
@requires("see people")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation: how to reach it, its repairs, cases and notes."""
    found = record_pages.organisation_page(session(), organisation_id, by=actor())
    return render_template(
        "people/organisation.html",
        found=found,
        organisation=found.organisation,
        changes=told(session(), found.filed.changes),
    )


@blueprint.post("/people/<int:person_id>/contacts")
@requires("change people")
def add_contact(person_id: int) -> ResponseReturnValue:
    """Add a way to reach the person."""
    sent = request.form
    try:
        changing.create(session(), "contact_detail", _contact(sent), owner=("person", person_id), why=Why(actor()))
    except Invalid as error:
        database.roll_back()
        return _page(person_id, error.errors), 422
    flash("It is in the record. If a letter had failed for want of it, try that step again.", "success")
    return redirect(url_for("people.page", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/contacts/<int:contact_id>/end")
@requires("change people")
def end_contact(person_id: int, contact_id: int) -> ResponseReturnValue:
    """Stop using a way to reach the person."""
    changing.end(
        session(),
        "contact_detail",
        contact_id,
        on=today() - timedelta(days=1),
        owner=("person", person_id),
        why=Why(actor(), "Not used any more"),
    )
    flash("It is not used any more.", "success")
    return redirect(url_for("people.page", person_id=person_id), 303)


def _contact(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return what was sent about a way to reach somebody; an address becomes one line."""
    value = ", ".join(part.strip(" ,") for part in sent.get("value", "").splitlines() if part.strip(" ,"))
    kind = sent.get("type", "")
    return {
        "type": kind,
        "sub_type": "correspondence" if kind == "address" else "",
        "value": value,
        "is_preferred": "is_preferred" in sent,
        "is_safe": "is_unsafe" not in sent,
    }


def _page(person_id: int, errors: dict[str, str]) -> str:
    found = record_pages.person_page(session(), person_id, by=actor())
    reads.person(found.person)
    return render_template(
        "people/person.html",
        found=found,
        person=found.person,
        errors=errors,
        contact_types=CONTACT_TYPES,
        changes=told(session(), found.filed.changes),
    )
