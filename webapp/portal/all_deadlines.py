"""The deadlines of all cases: what is overdue, what soon will be, what stands still."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import clock_list
from engine.clock_list import ClockLine
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.spreadsheets import moment_cell, spreadsheet

blueprint = Blueprint("all_deadlines", __name__)

MOST_EXPORTED = 100_000


@blueprint.get("/deadlines")
@requires("see cases")
def page() -> ResponseReturnValue:
    """List the deadlines of one state, with how many there are of each."""
    state, rule = _asked()
    return render_template(
        "portal/deadlines.html",
        lines=clock_list.lines(session(), by=actor(), state=state, rule=rule),
        counts=clock_list.counts(session(), by=actor(), rule=rule),
        rules=clock_list.rules(session(), by=actor()),
        state=state,
        rule=rule,
        most=clock_list.MOST,
    )


@blueprint.get("/deadlines.csv")
@blueprint.get("/deadlines.xlsx")
@requires("see cases")
def export() -> ResponseReturnValue:
    """Send all deadlines of one state as CSV or XLSX."""
    state, rule = _asked()
    found = clock_list.lines(session(), by=actor(), state=state, rule=rule, most=MOST_EXPORTED)
    headings = ("Deadline", "Rule", "Due", "Warning", "Case", "About", "Kind of case")
    return spreadsheet("deadlines", headings, map(_cells, found))


def _cells(line: ClockLine) -> tuple[str, ...]:
    days = (moment_cell(line.due_at), moment_cell(line.amber_at))
    return (line.name, line.rule_id, *days, line.reference, line.title, line.category)


def _asked() -> tuple[str, str]:
    """Return the state and the rule that the address asks for."""
    state = request.args.get("state", "overdue")
    return state if state in clock_list.STATES else "overdue", request.args.get("rule", "")[:200]
