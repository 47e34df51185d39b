"""What a manager sees of their teams: loads, absences, the queue, missed deadlines; and as a spreadsheet."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine import team_desks
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.spreadsheets import day_cell, spreadsheet

blueprint = Blueprint("teams", __name__)

HEADINGS = ("Who", "Open", "Overdue", "Near", "Oldest since", "Away until")


@blueprint.get("/teams")
@requires("see others' tasks")
def page() -> ResponseReturnValue:
    """List the teams that the member of staff manages."""
    return render_template("portal/teams/page.html", teams=team_desks.overview(session(), by=actor()))


@blueprint.get("/teams/<int:team_id>")
@requires("see others' tasks")
def one(team_id: int) -> ResponseReturnValue:
    """Show how much each member of a team has to do."""
    desk = team_desks.desk(session(), team_id, by=actor())
    return render_template("portal/teams/one.html", desk=desk, teams=team_desks.teams(session(), by=actor()))


@blueprint.get("/teams/<int:team_id>.csv")
@blueprint.get("/teams/<int:team_id>.xlsx")
@requires("see others' tasks")
def export(team_id: int) -> ResponseReturnValue:
    """Send the same as CSV or XLSX."""
    desk = team_desks.desk(session(), team_id, by=actor())
    return spreadsheet("team", HEADINGS, (_cells(load) for load in (*desk.members, desk.queue)))


def _cells(load: Any) -> tuple[object, ...]:
    return (load.name, load.open, load.overdue, load.near, day_cell(load.oldest_at), load.away_until)
