"""Contractors and partner agencies of a case: link one, take it off."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import partners
from engine.errors import Conflict, Invalid
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.case_pages import header, shared

blueprint = Blueprint("partners", __name__)


@blueprint.get("/cases/<reference>/partners")
@requires("link partner")
def page(reference: str) -> str:
    """Show who works on the case for others."""
    return _page(reference, {})


@blueprint.post("/cases/<reference>/partners")
@requires("link partner")
def link(reference: str) -> ResponseReturnValue:
    """Link an organisation to the case."""
    case, sent = header(reference), request.form
    chosen = sent.get("organisation", "")
    try:
        number = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
        partners.link(session(), case.id, number, reason=sent.get("reason", ""), by=actor())
    except Invalid as error:
        database.roll_back()
        return _page(reference, error.errors), 422
    except Conflict as error:
        database.roll_back()
        return _page(reference, {"organisation": error.message}), 422
    flash("Its people see the case now, and what they are given of it.", "success")
    return redirect(url_for("portal.partners.page", reference=reference), 303)


@blueprint.post("/cases/<reference>/partners/<int:link_id>/end")
@requires("link partner")
def unlink(reference: str, link_id: int) -> ResponseReturnValue:
    """Take an organisation off the case."""
    partners.unlink(session(), header(reference).id, link_id, by=actor())
    flash("Its people do not see the case any more.", "success")
    return redirect(url_for("portal.partners.page", reference=reference), 303)


def _page(reference: str, errors: dict[str, str]) -> str:
    case = header(reference)
    return render_template(
        "portal/case/partners.html",
        **shared(case, "partners"),
        partners=partners.partners(session(), case.id),
        choices=partners.choices(session()),
        errors=errors,
        sent=request.form,
    )
