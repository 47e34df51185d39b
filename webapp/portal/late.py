"""What was done late, and why: the list for managers, and its spreadsheet."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list, late_tasks
from engine.instants import today
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.spreadsheets import moment_cell, spreadsheet

blueprint = Blueprint("late", __name__)

USUAL_DAYS = 30
FIRST, LAST = date(1990, 1, 1), date(2200, 1, 1)
HEADINGS = ("Task", "Case", "About", "Kind of case", "Team", "Was due", "Done", "Done by", "On behalf of", "Why late")


@blueprint.get("/tasks/late")
@requires("see others' tasks")
def page() -> ResponseReturnValue:
    """Show what was done late in the last thirty days, or in those that are asked for."""
    wanted = _wanted()
    return render_template(
        "portal/tasks/late.html",
        wanted=wanted,
        tasks=late_tasks.late_tasks(session(), wanted, by=actor(), cursor=request.args.get("at", "")),
        reasons=late_tasks.reasons(session(), wanted, by=actor()),
        categories=case_list.categories(session()),
        teams=case_list.teams(session()),
        address=lists.address,
        export_url=lists.address().replace("/tasks/late", "/tasks/late.csv", 1),
    )


@blueprint.get("/tasks/late.csv")
@blueprint.get("/tasks/late.xlsx")
@requires("see others' tasks")
def export() -> ResponseReturnValue:
    """Send all of it as CSV or XLSX."""
    rows = late_tasks.every_late_task(session(), _wanted(), by=actor())
    return spreadsheet("late-tasks", HEADINGS, (_cells(row) for row in rows))


def _wanted() -> late_tasks.Wanted:
    until_on = _day("until", today())
    return late_tasks.Wanted(
        from_on=_day("from", until_on - timedelta(days=USUAL_DAYS)),
        until_on=until_on,
        category=request.args.get("category", ""),
        team_id=lists.number("team"),
        without_reason=lists.is_asked("without_reason"),
    )


def _day(name: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return found if FIRST <= found <= LAST else otherwise


def _cells(row: Any) -> tuple[object, ...]:
    about = (row.name, row.reference, row.title, row.category, row.team)
    when = (moment_cell(row.due_at), moment_cell(row.completed_at))
    return (*about, *when, row.completed_by, row.on_behalf_of, row.late_reason or "No reason was given")
