"""Restricted cases: restrict one, say who is in its circle, break the glass in an emergency."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import breaking_glass, read_log, restricting
from engine.case_list import staff
from engine.errors import Invalid, NotFound, NotPossible
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.case_pages import header, shared

blueprint = Blueprint("circle", __name__)

Errors = dict[str, str]
TIMES = {15: "15 minutes", 60: "1 hour", 240: "4 hours", 480: "8 hours"}


@blueprint.get("/cases/<reference>/circle")
@requires("see cases")
def page(reference: str) -> str:
    """Show who is in the circle of a restricted case, or what restricting the case would mean."""
    return _page(reference, {})


@blueprint.post("/cases/<reference>/restriction")
@requires("restrict case")
def restrict(reference: str) -> ResponseReturnValue:
    """Restrict the case to its circle."""
    case, sent = header(reference), request.form
    named = [*sent.getlist("holders")[:100], sent.get("name", "")]
    try:
        restricting.restrict(session(), case.id, reason=sent.get("reason", ""), members=named, by=actor())
    except Invalid as error:
        return _again(reference, error)
    flash("The case is restricted: nobody but its circle knows of it now.", "success")
    return _back(reference)


@blueprint.post("/cases/<reference>/restriction/end")
@requires("restrict case")
def lift(reference: str) -> ResponseReturnValue:
    """Let everybody whose roles reach the case see it again."""
    try:
        restricting.lift(session(), header(reference).id, reason=request.form.get("reason", ""), by=actor())
    except Invalid as error:
        return _again(reference, error)
    flash("The case is not restricted any more.", "success")
    return _back(reference)


@blueprint.post("/cases/<reference>/circle")
@requires("restrict case")
def name(reference: str) -> ResponseReturnValue:
    """Take somebody into the circle."""
    case, sent = header(reference), request.form
    try:
        restricting.name_member(session(), case.id, sent.get("name", ""), reason=sent.get("reason", ""), by=actor())
    except Invalid as error:
        return _again(reference, error)
    flash("They are in the circle now, and have been told.", "success")
    return _back(reference)


@blueprint.post("/cases/<reference>/circle/<int:member_id>/end")
@requires("see cases")
def leave(reference: str, member_id: int) -> ResponseReturnValue:
    """Take somebody out of the circle; whoever leaves it themselves sees the case no more."""
    case = header(reference)
    row = restricting.end_member(session(), case.id, member_id, by=actor())
    if row.user_id == actor().user_id and case.owner_id != actor().user_id:
        flash("You do not see that case any more.", "success")
        return redirect(url_for("portal.home.page"), 303)
    flash("They are not in the circle any more.", "success")
    return _back(reference)


@blueprint.get("/break-glass")
@requires("break glass")
def glass() -> str:
    """Ask which restricted case must be seen, why, and for how long."""
    return _glass({}, {"reference": request.args.get("reference", "")})


@blueprint.post("/break-glass")
@requires("break glass")
def break_glass() -> ResponseReturnValue:
    """Let whoever asks see a restricted case for a time; its circle is told."""
    sent, by = request.form, actor()
    reference, minutes = sent.get("reference", ""), sent.get("minutes", "")
    try:
        broken = breaking_glass.break_glass(
            session(),
            reference,
            reason=sent.get("reason", ""),
            minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 0,
            by=by,
        )
    except (NotFound, NotPossible) as error:
        database.roll_back()
        with database.transaction() as own:
            breaking_glass.note_try(own, reference, by=by)
        return _glass({"reference": f"{error.message} {error.remedy}".strip()}, sent), 422
    except Invalid as error:
        database.roll_back()
        return _glass(error.errors, sent), 422
    flash("The glass is broken. Its owner and its circle have been told.", "warning")
    return redirect(url_for("portal.case_pages.page", reference=broken.reference), 303)


def _page(reference: str, errors: Errors) -> str:
    case = header(reference)
    return render_template(
        "portal/case/circle.html",
        **shared(case, "circle"),
        members=restricting.members(session(), case.id),
        readers=read_log.readers(session(), ("case", case.id)) if case.restricted else [],
        holders=restricting.holders(session(), case.id, but=case.owner_id),
        people=staff(session()),
        errors=errors,
        sent=request.form,
        me=actor().user_id,
    )


def _again(reference: str, error: Invalid) -> ResponseReturnValue:
    database.roll_back()
    return _page(reference, error.errors or {"": error.message}), 422


def _back(reference: str) -> ResponseReturnValue:
    return redirect(url_for("portal.circle.page", reference=reference), 303)


def _glass(errors: Errors, sent: Any) -> str:
    return render_template("portal/break_glass.html", errors=errors, sent=sent, times=TIMES)
