"""The deadlines of all cases: what is overdue, what soon will be, what stands still."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import clock_list
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("all_deadlines", __name__)


@blueprint.get("/deadlines")
@requires("see cases")
def page() -> ResponseReturnValue:
    """List the deadlines of one state, with how many there are of each."""
    state, rule = request.args.get("state", "overdue"), request.args.get("rule", "")[:200]
    state = state if state in clock_list.STATES else "overdue"
    return render_template(
        "portal/deadlines.html",
        lines=clock_list.lines(session(), by=actor(), state=state, rule=rule),
        counts=clock_list.counts(session(), by=actor(), rule=rule),
        rules=clock_list.rules(session(), by=actor()),
        state=state,
        rule=rule,
        most=clock_list.MOST,
    )
