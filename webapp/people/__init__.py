"""People and organisations: find one, and all that is known of one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import field_search, record_pages, search
from engine.record.changing import found_entity
from webapp import reads
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
    found = record_pages.person_page(session(), person_id, by=actor())
    reads.person(found.person)
    return render_template(
        "people/person.html",
        found=found,
        person=found.person,
        changes=told(session(), found.filed.changes),
    )


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
