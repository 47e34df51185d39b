"""People: find one, and all that is known of one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import people, record_pages, search
from engine.errors import Invalid
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@requires("see people")
def find() -> ResponseReturnValue:
    """Find a person by name, reference, telephone number or e-mail address."""
    text = request.args.get("q", "").strip()[:200]
    found = search.find(session(), text, by=actor(), size=50, kinds=("people",))
    return render_template("people/find.html", text=text, found=found)


@blueprint.get("/people/<int:person_id>")
@requires("see people")
def page(person_id: int) -> ResponseReturnValue:
    """Show a person: alerts first, how to reach them, where they live, what they owe, their cases and documents."""
    return _page(person_id, {})


@blueprint.post("/people/<int:person_id>/contacts")
@requires("change people")
def add_contact(person_id: int) -> ResponseReturnValue:
    """Add a way to reach the person."""
    sent = request.form
    try:
        people.add_contact(
            session(),
            person_id,
            contact_type=sent.get("contact_type", ""),
            value=sent.get("value", ""),
            is_preferred="is_preferred" in sent,
            is_safe="is_unsafe" not in sent,
            by=actor(),
        )
    except Invalid as error:
        database.roll_back()
        return _page(person_id, error.errors), 422
    flash("It is in the record. If a letter had failed for want of it, try that step again.", "success")
    return redirect(url_for("people.page", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/contacts/<int:contact_id>/end")
@requires("change people")
def end_contact(person_id: int, contact_id: int) -> ResponseReturnValue:
    """Stop using a way to reach the person."""
    people.end_contact(session(), person_id, contact_id, by=actor())
    flash("It is not used any more.", "success")
    return redirect(url_for("people.page", person_id=person_id), 303)


def _page(person_id: int, errors: dict[str, str]) -> str:
    found = record_pages.person_page(session(), person_id, by=actor())
    return render_template(
        "people/person.html", found=found, person=found.person, errors=errors, contact_types=people.CONTACT_TYPES
    )
