"""What those who file do with what came in: take it, forward it, set it aside, destroy it."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from engine.errors import Invalid
from engine.inbound import handling
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import do_after_commit
from webapp.portal import lists
from webapp.portal.inbound import VERB, item_page

blueprint = Blueprint("inbound_actions", __name__)


@blueprint.post("/incoming/<int:item_id>/claim")
@requires(VERB)
def claim(item_id: int) -> ResponseReturnValue:
    """Take an item, so that nobody else files it meanwhile; `take_over` from who has it."""
    handling.claim(session(), item_id, takes_over="take_over" in request.form, by=actor())
    flash("It is yours: nobody else files it now.", "success")
    return _back(item_id)


@blueprint.post("/incoming/<int:item_id>/release")
@requires(VERB)
def release(item_id: int) -> ResponseReturnValue:
    """Give an item back."""
    handling.release(session(), item_id, by=actor())
    flash("It is everybody's again.", "success")
    return _back(item_id)


@blueprint.post("/incoming/<int:item_id>/forwarding")
@requires(VERB)
def forward(item_id: int) -> ResponseReturnValue:
    """Give an item to a team."""
    sent = request.form

    def act() -> None:
        team = lists.as_number(sent.get("team", ""))
        handling.forward(session(), item_id, team, note=sent.get("note", ""), revision=_revision(), by=actor())

    return _done(item_id, act, "It is forwarded.")


@blueprint.post("/incoming/<int:item_id>/setting-aside")
@requires(VERB)
def set_aside(item_id: int) -> ResponseReturnValue:
    """Put an item away that nobody need file."""
    reason = request.form.get("reason", "")

    def act() -> None:
        handling.set_aside(session(), item_id, reason=reason, revision=_revision(), by=actor())

    undo = Markup(' <form method="post" action="{}"><input type="hidden" name="csrf_token" value="{}">'
                  '<button class="cw-link-button">Take it back</button></form>')  # fmt: skip
    back = undo.format(url_for("portal.inbound_actions.take_back", item_id=item_id), generate_csrf())
    return _done(item_id, act, Markup("It is set aside.") + back, goes_on=True)


@blueprint.post("/incoming/<int:item_id>/return")
@requires(VERB)
def take_back(item_id: int) -> ResponseReturnValue:
    """Take back that an item was set aside."""
    handling.take_back(session(), item_id, by=actor())
    flash("It waits to be filed again.", "success")
    return _back(item_id)


@blueprint.post("/incoming/<int:item_id>/destruction")
@requires(VERB)
def destroy(item_id: int) -> ResponseReturnValue:
    """Destroy an item for good."""
    reason = request.form.get("destroy_reason", "")

    def act() -> None:
        try:
            gone = handling.destroy(session(), item_id, reason=reason, revision=_revision(), by=actor())
        except Invalid as error:
            raise Invalid(error.message, errors={"destroy_reason": error.errors["reason"]}) from error
        do_after_commit(partial(_forget, gone))

    return _done(item_id, act, "It is destroyed.", goes_on=True)


def _forget(digests: list[str]) -> None:
    with database.transaction(read_only=True) as own:
        handling.forget_bytes(own, digests)


def _done(item_id: int, act: Callable[[], None], message: str, *, goes_on: bool = False) -> ResponseReturnValue:
    """Act, and say so; what is wrong comes back on the item's page. `goes_on` leads to the list."""
    try:
        act()
    except Invalid as error:
        database.roll_back()
        return item_page(item_id, dict(error.errors) or {"": str(error)}), 422
    flash(message, "success")
    return redirect(url_for("portal.inbound.page"), 303) if goes_on else _back(item_id)


def _back(item_id: int) -> ResponseReturnValue:
    return redirect(url_for("portal.inbound.one", item_id=item_id), 303)


def _revision() -> int | None:
    """Return the revision that the form was drawn from."""
    return lists.as_number(request.form.get("revision", ""))
