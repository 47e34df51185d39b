"""Patches: who looks after each, and which homes, blocks and estates are in it."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import patches
from engine.errors import Invalid
from models.staff import Team, User
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("patches", __name__)


@blueprint.get("/patches")
@requires("administer")
def page() -> str:
    """List the patches, with their homes and who looks after them."""
    return _list({})


@blueprint.post("/patches")
@requires("administer")
def add() -> ResponseReturnValue:
    """Go to the page of a patch that is there once homes are in it, or somebody looks after it."""
    try:
        found = patches.patch(session(), request.form.get("name", ""), by=actor())
    except Invalid as invalid:
        return _list(invalid.errors), 422
    return redirect(url_for("admin.patches.one", name=found.name), 303)


@blueprint.get("/patches/<path:name>")
@requires("administer")
def one(name: str) -> str:
    """Show a patch."""
    return _page(name, {})


@blueprint.post("/patches/<path:name>/staff")
@requires("administer")
def look_after(name: str) -> ResponseReturnValue:
    """Say who looks after a patch."""
    staff, teams = (_numbers(word) for word in ("staff", "teams"))
    patches.look_after(session(), name, staff=staff, teams=teams, by=actor())
    flash("Saved: it is in force at their next request.", "success")
    return redirect(url_for("admin.patches.page"), 303)


@blueprint.post("/patches/<path:name>/homes")
@requires("administer")
def move(name: str) -> ResponseReturnValue:
    """Put homes, blocks and estates into a patch."""
    references = request.form.get("references", "").replace(",", "\n").splitlines()
    try:
        count = patches.move(session(), name, references, by=actor())
    except Invalid as invalid:
        database.roll_back()
        return _page(name, invalid.errors), 422
    flash("One place is in this patch now." if count == 1 else f"{count:,} places are in this patch now.", "success")
    return redirect(url_for("admin.patches.one", name=name), 303)


def _list(errors: Mapping[str, str]) -> str:
    found, name = patches.patches(session(), by=actor()), request.form.get("name", "")
    return render_template("admin/patches.html", patches=found, errors=errors, name=name)


def _page(name: str, errors: Mapping[str, str]) -> str:
    found = patches.patch(session(), name, by=actor())
    people = session().execute(select(User.id, User.name).where(User.is_active).order_by(User.name))
    return render_template(
        "admin/patch.html",
        patch=found,
        errors=errors,
        sent=request.form,
        people=[(row.id, row.name) for row in people],
        teams=[(row.id, row.name) for row in session().execute(select(Team.id, Team.name).order_by(Team.name))],
    )


def _numbers(word: str) -> list[int]:
    return [int(text) for text in request.form.getlist(word) if text.isdecimal() and len(text) < 16]
