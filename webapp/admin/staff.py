"""Members of staff: list, add, change, close, give a new password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from engine import staff
from engine.errors import Invalid, NotFound
from engine.permissions import book
from models.people import Organisation
from models.places import Asset
from models.rights import StaffPatch
from models.staff import Membership, Team, User
from webapp import passwords
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("staff", __name__)
MOST = 500


@blueprint.get("/staff")
@requires("administer")
def people() -> str:
    """List staff by name; `q` finds by name, e-mail address or job title, `closed` shows closed accounts too."""
    words = request.args.get("q", "").strip()
    wanted = select(User).order_by(User.is_active.desc(), User.name).limit(MOST)
    for word in words.split():
        wanted = wanted.where(
            or_(*(column.icontains(word, autoescape=True) for column in (User.name, User.email, User.job_title)))
        )
    if not request.args.get("closed"):
        wanted = wanted.where(User.is_active)
    found, roles = session().scalars(wanted).all(), book(session()).names
    return render_template("admin/staff.html", people=found, teams=_team_names(), roles=roles, words=words)


@blueprint.get("/staff/new")
@requires("administer")
def new() -> str:
    """Show an empty form."""
    return _form(None, {}, {})


@blueprint.post("/staff")
@requires("administer")
def add() -> ResponseReturnValue:
    """Add a member of staff."""
    given = request.form
    password = given.get("password", "")
    try:
        passwords.check(password, name=given.get("name", ""), email=given.get("email", ""))
        user = staff.add_user(
            session(),
            email=given.get("email", ""),
            name=given.get("name", ""),
            password_hash=passwords.hashed(password),
            roles=given.getlist("roles"),
            job_title=given.get("job_title", ""),
            phone=given.get("phone", ""),
            by=actor(),
        )
        _set_places(user.id)
    except Invalid as invalid:
        return _form(None, invalid.errors, given), 422
    flash(f"{user.name} can sign in now.", "success")
    return redirect(url_for("admin.staff.people"), 303)


@blueprint.get("/staff/<int:user_id>")
@requires("administer")
def one(user_id: int) -> str:
    """Show a member of staff in a form."""
    return _form(_user(user_id), {}, {})


@blueprint.post("/staff/<int:user_id>")
@requires("administer")
def change(user_id: int) -> ResponseReturnValue:
    """Change a member of staff; an account without the box "may sign in" is closed."""
    given = request.form
    try:
        user = staff.change_user(
            session(),
            user_id,
            name=given.get("name", ""),
            roles=given.getlist("roles"),
            job_title=given.get("job_title", ""),
            phone=given.get("phone", ""),
            is_active="is_active" in given,
            by=actor(),
        )
        _set_places(user_id)
    except Invalid as invalid:
        return _form(_user(user_id), invalid.errors, given), 422
    flash(f"{user.name} is changed." if user.is_active else f"The account of {user.name} is closed.", "success")
    return redirect(url_for("admin.staff.people"), 303)


@blueprint.post("/staff/<int:user_id>/password")
@requires("administer")
def set_password(user_id: int) -> ResponseReturnValue:
    """Give somebody another password and end their sessions."""
    user = _user(user_id)
    try:
        passwords.check(request.form.get("password", ""), name=user.name, email=user.email)
    except Invalid as invalid:
        return _form(user, invalid.errors, {}), 422
    staff.set_password(session(), user_id, passwords.hashed(request.form["password"]), by=actor())
    flash(f"{user.name} has a new password, and is signed out everywhere.", "success")
    return redirect(url_for("admin.staff.people"), 303)


def _set_places(user_id: int) -> None:
    organisation = request.form.get("organisation", "")
    organisation_id = int(organisation) if organisation.isdecimal() else None
    staff.set_organisation(session(), user_id, organisation_id, by=actor())
    staff.set_patches(session(), user_id, request.form.getlist("patches"), by=actor())
    member_of = {int(team) for team in request.form.getlist("teams") if team.isdigit()}
    manages = {int(team) for team in request.form.getlist("manages") if team.isdigit()}
    staff.set_teams(session(), user_id, member_of=member_of, manages=manages, by=actor())


def _form(user: User | None, errors: dict[str, str], given: object) -> str:
    places = session().scalars(select(Membership).where(Membership.user_id == user.id)).all() if user else []
    return render_template(
        "admin/staff_form.html",
        user=user,
        given=given,
        errors=errors,
        roles=book(session()).names,
        teams=session().scalars(select(Team).order_by(Team.name)).all(),
        member_of={place.team_id for place in places},
        manages={place.team_id for place in places if place.is_manager},
        shortest=passwords.SHORTEST,
        organisations=_organisations(),
        patches=_patches(),
        looks_after=_looks_after(user.id) if user else [],
    )


def _organisations() -> list[tuple[int, str]]:
    """Return the organisations that an external user may work for."""
    others = select(Organisation.id, Organisation.name).where(Organisation.kind != "landlord")
    return [(row.id, row.name) for row in session().execute(others.order_by(Organisation.name))]


def _patches() -> list[tuple[str, str]]:
    found = select(Asset.patch).where(Asset.patch != "").distinct().order_by(Asset.patch)
    return [(patch, patch) for patch in session().scalars(found)]


def _looks_after(user_id: int) -> list[str]:
    return list(session().scalars(select(StaffPatch.patch).where(StaffPatch.user_id == user_id)))


def _user(user_id: int) -> User:
    user = session().get(User, user_id)
    if user is None:
        raise NotFound("There is no such member of staff.")
    return user


def _team_names() -> dict[int, list[str]]:
    """Return the names of everybody's teams."""
    names: dict[int, list[str]] = {}
    rows = session().execute(
        select(Membership.user_id, Team.name, Membership.is_manager).join(Team, Team.id == Membership.team_id)
    )
    for row in rows.all():
        names.setdefault(row.user_id, []).append(f"{row.name} (manager)" if row.is_manager else row.name)
    return {user_id: sorted(teams) for user_id, teams in names.items()}
