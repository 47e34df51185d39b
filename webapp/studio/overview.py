"""The list of categories."""

from flask import Blueprint, render_template

from engine.definitions import overview
from webapp.access import requires
from webapp.database import session

blueprint = Blueprint("overview", __name__)


@blueprint.get("")
@requires("see categories")
def page() -> str:
    """List the categories with their versions, running cases and drafts."""
    return render_template("studio/overview.html", categories=overview.categories(session()))
