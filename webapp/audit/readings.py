"""Who read restricted cases and sensitive records."""

from flask import Blueprint, render_template, request

from engine import read_log
from engine.case_list import staff
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.lists import number

blueprint = Blueprint("readings", __name__)


@blueprint.get("/readings")
@requires("see read log")
def page() -> str:
    """List who read what, the latest first; `who` asks for one member of staff."""
    who = number("who")
    found = read_log.entries(session(), by=actor(), who=who, cursor=request.args.get("at", ""))
    return render_template("audit/readings.html", found=found, who=who, people=staff(session()))
