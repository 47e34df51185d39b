"""Search over cases, people and homes: the box in the header of each page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import search
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show what the words in the box name."""
    text = request.args.get("q", "").strip()[:200]
    found = search.find(session(), text, by=actor(), size=20)
    return render_template("portal/search.html", search_text=text, found=found)
