"""Tokens with which programs use the REST interface."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import staff
from engine.errors import Invalid, NotFound
from models.staff import ApiToken, User
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("tokens", __name__)


@blueprint.get("/tokens")
@requires("administer")
def page() -> str:
    """List the tokens, those in use first."""
    return _page({}, "")


@blueprint.post("/tokens")
@requires("administer")
def add() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    try:
        owner = staff.find_user(session(), request.form.get("email", ""))
        token = staff.make_token(session(), owner.id, request.form.get("name", ""), by=actor())
    except NotFound as missing:
        return _page({"email": missing.message}, ""), 422
    except Invalid as invalid:
        return _page(invalid.errors, ""), 422
    session().flush()  # so that the list on this page has it
    return _page({}, token)


@blueprint.post("/tokens/<int:token_id>/revocation")
@requires("administer")
def revoke(token_id: int) -> ResponseReturnValue:
    """Make a token worthless."""
    staff.revoke_token(session(), token_id, by=actor())
    flash("The token is revoked: what used it is locked out from now on.", "success")
    return redirect(url_for("admin.tokens.page"), 303)


def _page(errors: dict[str, str], made: str) -> str:
    rows = session().execute(
        select(ApiToken, User.name, User.email)
        .join(User, User.id == ApiToken.user_id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    )
    given = {} if made else request.form
    return render_template("admin/tokens.html", tokens=rows.all(), errors=errors, made=made, given=given)
