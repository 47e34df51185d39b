"""One's own account: details, teams, the signature of one's letters, and a new password."""

from functools import partial

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from engine import calendar_feeds, signatures
from engine.documents.refusals import UploadRefused
from engine.documents.uploads import safe_headers
from engine.errors import Invalid, NotFound
from models.staff import User
from webapp import auth, database, passwords
from webapp.access import requires, signed_in
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import do_after_commit

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


@blueprint.get("/account/signature")
@requires(signatures.SIGN)
def signature() -> ResponseReturnValue:
    """Send one's own signature."""
    headers = safe_headers("image/png", "signature.png") | {"Cache-Control": "private, no-store"}
    return Response(signatures.content(session(), by=actor()), headers=headers)


@blueprint.post("/account/signature")
@requires(signatures.SIGN)
def sign() -> ResponseReturnValue:
    """Take in one's signature, in the place of the one before."""
    upload = request.files.get("signature")
    content = upload.stream.read() if upload else b""
    if upload is None or not content:
        return _page({"signature": "Choose a picture of your signature"}), 422
    try:
        drawn = signatures.drawn(upload.filename or "file", content, by=actor())
    except UploadRefused as refusal:
        return _page({"signature": str(refusal)}), 422
    do_after_commit(partial(_forget, signatures.keep(session(), drawn, by=actor())))
    flash("Letters that you write from now on carry this signature.", "success")
    return redirect(url_for("portal.account.page", _anchor="signature-panel"), 303)


@blueprint.post("/account/signature/removal")
@requires(signatures.SIGN)
def take_signature_back() -> ResponseReturnValue:
    """Let one's letters carry no signature any more."""
    do_after_commit(partial(_forget, signatures.take_back(session(), by=actor())))
    flash("Letters that you write from now on carry no signature. Those that were written keep theirs.", "success")
    return redirect(url_for("portal.account.page"), 303)


def _forget(digests: list[str]) -> None:
    with database.transaction(read_only=True) as own:
        signatures.forget_bytes(own, digests)


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
