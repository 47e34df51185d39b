"""The kinds that documents are filed as: add one, rename it, offer it no more."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.filing import kinds
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("document_kinds", __name__)


@blueprint.get("/document-kinds")
@requires("administer")
def page() -> str:
    """List the kinds, with how many documents each has."""
    return _page({})


@blueprint.post("/document-kinds")
@requires("administer")
def add() -> ResponseReturnValue:
    """Add a kind."""
    return _done("The kind is added.", partial(kinds.add, session(), request.form.get("name", ""), by=actor()))


@blueprint.post("/document-kinds/<int:kind_id>/name")
@requires("administer")
def rename(kind_id: int) -> ResponseReturnValue:
    """Give a kind another name."""
    act = partial(kinds.rename, session(), kind_id, request.form.get("name", ""), revision=_revision(), by=actor())
    return _done("The kind is renamed.", act, field=f"name-{kind_id}")


@blueprint.post("/document-kinds/<int:kind_id>/end")
@requires("administer")
def end(kind_id: int) -> ResponseReturnValue:
    """Offer a kind no more."""
    act = partial(kinds.end, session(), kind_id, revision=_revision(), by=actor())
    return _done("It is offered no more. Its documents keep it.", act)


@blueprint.post("/document-kinds/<int:kind_id>/return")
@requires("administer")
def reinstate(kind_id: int) -> ResponseReturnValue:
    """Offer a kind again."""
    act = partial(kinds.reinstate, session(), kind_id, revision=_revision(), by=actor())
    return _done("It is offered again.", act)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _done(told: str, act: Callable[[], object], *, field: str = "name") -> ResponseReturnValue:
    try:
        act()
    except Invalid as error:
        database.roll_back()
        errors = {field if name == "name" else name: text for name, text in error.errors.items()}
        return _page(errors or {"": str(error)}), 422
    flash(told, "success")
    return redirect(url_for("admin.document_kinds.page"), 303)


def _page(errors: dict[str, str]) -> str:
    found = kinds.everything(session())
    return render_template("admin/document_kinds.html", kinds=found, needed=kinds.NEEDED, errors=errors)
