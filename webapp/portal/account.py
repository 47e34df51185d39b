"""One's own account: details, teams, and a new password."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from engine import calendar_feeds
from engine.errors import Invalid, NotFound
from models.staff import User
from webapp import auth, passwords
from webapp.access import signed_in
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@signed_in
def page() -> ResponseReturnValue:
    """Show the details that letters and colleagues see, and the form for a new password."""
    return _page({})


@blueprint.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Exchange the password; every other sign-in of this account ends."""
    user = _me()
    old, new, again = (request.form.get(name, "") for name in ("present", "password", "repeated"))
    errors = _faults(user, old, new, again)
    if errors:
        return _page(errors), 422
    session().execute(update(User).where(User.id == user.id).values(password_hash=passwords.hashed(new)))
    auth.end_all_of(session(), user.id)
    token = auth.begin(session(), user.id)
    flash("Your password is changed. You have been signed out everywhere else.", "success")
    response = make_response(redirect(url_for("portal.account.page"), 303))
    auth.give_cookie(response, token)
    return response


def _faults(user: User, old: str, new: str, again: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not passwords.matches(user.password_hash, old):
        errors["present"] = "Enter the password that you have now"
    try:
        passwords.check(new, name=user.name, email=user.email)
    except Invalid as error:
        errors |= error.errors
    if new != again:
        errors["repeated"] = "The two new passwords are not the same"
    return errors


def page_with_feed(address: str) -> str:
    """Show the account with the new address of its due dates."""
    return _page({}, new_feed=address)


def _page(errors: dict[str, str], *, new_feed: str = "") -> str:
    feed = calendar_feeds.current(session(), by=actor())
    user = _me()
    return render_template(
        "portal/account.html",
        user=user,
        roles=actor().role_names,
        teams=actor().team_names,
        errors=errors,
        feed=feed,
        new_feed=new_feed,
    )


def _me() -> User:
    user = session().get(User, actor().user_id)
    if user is None:
        raise NotFound("Your account does not exist any more.")
    return user
