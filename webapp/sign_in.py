"""The pages to sign in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, update

from models.staff import User
from webapp import auth, database, passwords, throttle
from webapp.access import public

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@public
def page() -> ResponseReturnValue:
    """Show the form; who is signed in already goes on."""
    if auth.actor_or_none() is not None:
        return redirect(onward(request.args.get("next", "")))
    return render_template("sign_in/page.html", next=request.args.get("next", ""), email="", error="")


@blueprint.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with e-mail address and password; the session and the form token are new ones."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    guess = throttle.begin(email, request.remote_addr or "")
    user = _user(email)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        return _refused(email)
    throttle.forgive(guess)
    return _begin(user, password)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session on the server and in the browser, with all that the browser kept."""
    auth.end(database.session())
    browser.clear()
    flash("You have signed out.", "success")
    response = redirect(url_for("sign_in.page"))
    auth.take_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def onward(address: str) -> str:
    """Return where to go after the sign-in: a page of this site, never another one."""
    parts = urlsplit(address.replace("\\", "/"))
    is_ours = address.startswith("/") and not parts.scheme and not parts.netloc and address.isprintable()
    return address if is_ours else "/"


def _user(email: str) -> User | None:
    """Return the active user, read in a transaction of its own: no lock is held while the password is hashed."""
    with database.transaction(read_only=True) as session:
        return session.scalar(select(User).where(func.lower(User.email) == email.lower(), User.is_active))


def _refused(email: str) -> ResponseReturnValue:
    error = "The e-mail address or the password is not right"
    return render_template("sign_in/page.html", next=request.form.get("next", ""), email=email, error=error), 422


def _begin(user: User, password: str) -> ResponseReturnValue:
    session = database.session()
    token = auth.begin(session, user.id)
    if passwords.is_outdated(user.password_hash):
        session.execute(update(User).where(User.id == user.id).values(password_hash=passwords.hashed(password)))
    browser.clear()  # a new form token: one that was planted before the sign-in is worth nothing after it
    response = redirect(onward(request.form.get("next", "")), 303)
    auth.give_cookie(response, token)
    return response
