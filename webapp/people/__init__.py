"""People: find one, and all that is known of one."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import record_pages, search
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
    found = record_pages.person_page(session(), person_id, by=actor())
    return render_template("people/person.html", found=found, person=found.person)
