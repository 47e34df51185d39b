"""Absences: enter one's own, or that of somebody whom one manages, with a stand-in; take one back."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import absences, case_list
from engine.errors import Invalid
from engine.instants import today
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists

blueprint = Blueprint("absences", __name__)

NO_DAY = "Enter a day, like 3 12 2026"


@blueprint.get("/absences")
@requires("do task")
def page() -> ResponseReturnValue:
    """Show the absences of the member of staff and of those whom they manage, with the form for another."""
    return _page({})


@blueprint.post("/absences")
@requires("do task")
def enter() -> ResponseReturnValue:
    """Write an absence down."""
    errors: dict[str, str] = {}
    from_on, until_on = _day("from", errors), _day("until", errors)
    whose = lists.as_number(request.form.get("whose", "")) or actor().user_id or 0
    try:
        if errors or from_on is None or until_on is None:
            raise Invalid(errors=errors)
        found = absences.enter(
            session(),
            whose,
            from_on=from_on,
            until_on=until_on,
            stand_in_id=lists.as_number(request.form.get("stand_in", "")),
            note=request.form.get("note", ""),
            by=actor(),
        )
    except Invalid as error:
        database.roll_back()
        return _page(error.errors), 422
    flash("The absence is entered. New tasks go to the stand-in from its first day to its last.", "success")
    if found.stand_in_id is not None and absences.comes_round(session(), found):
        flash(
            "On some of these days the stand-in is away too, and nobody is left in the chain of stand-ins. "
            "A manager gets the tasks then.",
            "warning",
        )
    return redirect(url_for("portal.absences.page"), 303)


@blueprint.post("/absences/<int:absence_id>/end")
@requires("do task")
def end(absence_id: int) -> ResponseReturnValue:
    """Take an absence back, or end it now."""
    absences.end(session(), absence_id, by=actor())
    flash("The absence is over. New tasks come to the person again.", "success")
    return redirect(url_for("portal.absences.page"), 303)


def _day(name: str, errors: dict[str, str]) -> date | None:
    parts = [lists.as_number(request.form.get(f"{name}-{part}", "").strip()) for part in ("year", "month", "day")]
    try:
        year, month, day = (part or 0 for part in parts)
        found = date(year, month, day)
    except (ValueError, OverflowError):
        errors[name] = NO_DAY
        return None
    if abs((found - today()).days) > 3660:
        errors[name] = "Enter a day within ten years of today"
    return found


def _page(errors: dict[str, str]) -> str:
    others: list[Any] = absences.may_enter_for(session(), by=actor())
    me = actor().user_id or 0
    return render_template(
        "portal/absences.html",
        errors=errors,
        sent=request.form,
        me=me,
        others=others,
        staff=case_list.staff(session()),
        entered=absences.entered(session(), user_ids=[me, *(row.id for row in others)]),
        today=today(),
    )
