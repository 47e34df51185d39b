"""Roles: what each lets people do and how far; a new one, a copy, a change. It is in force at the next request."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import roles
from engine.errors import Invalid
from engine.permissions import VERBS
from engine.roles import Wish
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("roles", __name__)

# Words of the columns of the form, in the order in which they reach less and less.
COLUMNS = {
    "everything": "Everything",
    "categories": "Chosen categories",
    "teams": "Own teams",
    "patches": "Own patches",
    "own": "Own cases",
}
# What a scope reaches, by the group of verbs.
OF_CASES = (
    "Own teams: the cases that somebody of the team owns, and those with a task of the team.",
    "Own patches: the cases about homes of the patches that one looks after, their tenancies, and who lives there.",
    "Own cases: the cases that one owns or has a task of.",
)
REACHES = {
    "Cases": OF_CASES,
    "Tasks": OF_CASES,
    "People and homes": (
        "Own patches: the homes of the patches that one looks after, their tenancies and accounts, "
        "and who lives there now.",
        "Own teams: the same of the patches that one’s teams look after, and what the teams’ open cases are about.",
        "Own cases: what one’s open cases are about, with its household: the home, its tenancy and account, "
        "and who lives there now.",
        "Organisations are seen in whole, and changed, merged or noted on by those alone who reach everything.",
    ),
}


@blueprint.get("/roles")
@requires("administer")
def page() -> str:
    """List the roles."""
    return render_template("admin/roles.html", roles=roles.roles(session()))


@blueprint.get("/roles/new")
@requires("administer")
def new() -> str:
    """Show an empty form, or that of a copy of the role `of`."""
    of = request.args.get("of", "")
    wish = roles.line(session(), of).wish if of else Wish("")
    return _form(None, Wish("", wish.description, wish.grants, wish.categories), {})


@blueprint.post("/roles")
@requires("administer")
def add() -> ResponseReturnValue:
    """Add a role."""
    wish = _sent()
    try:
        role = roles.add(session(), wish, by=actor())
    except Invalid as invalid:
        database.roll_back()
        return _form(None, wish, invalid.errors), 422
    flash(f"There is a role “{role.name}” now. Give it to people on their pages.", "success")
    return redirect(url_for("admin.roles.page"), 303)


@blueprint.get("/roles/<key>")
@requires("administer")
def one(key: str) -> str:
    """Show a role in a form."""
    line = roles.line(session(), key)
    return _form(line, line.wish, {})


@blueprint.post("/roles/<key>")
@requires("administer")
def change(key: str) -> ResponseReturnValue:
    """Change a role."""
    wish, revision = _sent(), request.form.get("revision", type=int)
    try:
        role = roles.change(session(), key, wish, revision=revision, by=actor())
    except Invalid as invalid:
        database.roll_back()
        return _form(roles.line(session(), key), wish, invalid.errors), 422
    flash(f"“{role.name}” is changed: it is in force from now on.", "success")
    return redirect(url_for("admin.roles.page"), 303)


@blueprint.post("/roles/<key>/removal")
@requires("administer")
def remove(key: str) -> ResponseReturnValue:
    """Remove a role that nobody holds."""
    roles.remove(session(), key, by=actor())
    flash("The role is removed.", "success")
    return redirect(url_for("admin.roles.page"), 303)


def _sent() -> Wish:
    given = request.form
    grants = (value.partition("|") for value in given.getlist("grants")[:1_000])
    return Wish(
        given.get("name", ""),
        given.get("description", ""),
        frozenset((verb, scope) for verb, _, scope in grants),
        tuple(given.getlist("categories")[:1_000]),
    )


def _form(line: roles.Line | None, wish: Wish, errors: Mapping[str, str]) -> str:
    groups: dict[str, list[Any]] = {}
    for verb, about in VERBS.items():
        groups.setdefault(about.group, []).append((verb, about))
    return render_template(
        "admin/role.html",
        line=line,
        wish=wish,
        errors=errors,
        groups=groups,
        columns=COLUMNS,
        reaches=REACHES,
        categories=roles.category_names(session()),
    )
