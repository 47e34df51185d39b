"""Teams: who is in them, and a new one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import staff
from engine.errors import Conflict, Invalid
from models.staff import Membership, Team, User
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("teams", __name__)


@blueprint.get("/teams")
@requires("administer")
def page() -> str:
    """List the teams with their members."""
    return _page({})


@blueprint.post("/teams")
@requires("administer")
def add() -> ResponseReturnValue:
    """Add a team."""
    try:
        team = staff.add_team(session(), request.form.get("name", ""), by=actor())
    except Invalid as invalid:
        return _page(invalid.errors), 422
    except Conflict as conflict:
        return _page({"name": conflict.message}), 422
    flash(f"There is a team “{team.name}” now. Put people in it on their pages.", "success")
    return redirect(url_for("admin.teams.page"), 303)


def _page(errors: dict[str, str]) -> str:
    teams = session().scalars(select(Team).order_by(Team.name)).all()
    members: dict[int, list[tuple[User, bool]]] = {team.id: [] for team in teams}
    rows = session().execute(
        select(Membership.team_id, User, Membership.is_manager)
        .join(User, User.id == Membership.user_id)
        .where(User.is_active)
        .order_by(User.name)
    )
    for row in rows:
        members[row.team_id].append((row.User, row.is_manager))
    name = request.form.get("name", "")
    return render_template("admin/teams.html", teams=teams, members=members, errors=errors, name=name)
