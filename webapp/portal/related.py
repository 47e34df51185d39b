"""The cases beside a case: its parent, its children, those linked by hand; linking, detaching, merging, reopening."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_page, merging_cases, related_cases, relating, reopening
from engine.case_page import Header
from engine.errors import Conflict, Invalid, NotFound, NotPossible
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal.case_pages import header, shared

blueprint = Blueprint("related", __name__)

Errors = dict[str, str]


@blueprint.get("/cases/<reference>/related")
@requires("see cases")
def page(reference: str) -> ResponseReturnValue:
    """Show the cases that belong to this one, how each stands and what it waits for."""
    return _page(header(reference), {})


@blueprint.post("/cases/<reference>/related")
@requires("link cases")
def link(reference: str) -> ResponseReturnValue:
    """Link the case to another one."""
    case, sent = header(reference), request.form
    try:
        other = _other(sent.get("reference", ""))
        reason, role = sent.get("reason", "")[:2000], sent.get("role", "related")
        relating.link(session(), case.id, other.id, role=role, reason=reason, by=actor())
    except (Conflict, Invalid) as error:
        database.roll_back()
        return _page(header(reference), _errors(error, "reference")), 422
    flash(f"{other.reference} is linked.", "success")
    return _to(case)


@blueprint.post("/cases/<reference>/related/<int:link_id>/end")
@requires("link cases")
def detach(reference: str, link_id: int) -> ResponseReturnValue:
    """Detach the case from another one."""
    case = header(reference)
    relating.detach(session(), case.id, link_id, by=actor())
    flash("The two cases are detached. The timeline still says that they were linked.", "success")
    return _to(case)


@blueprint.get("/cases/<reference>/merger")
@requires("link cases")
def merger(reference: str) -> ResponseReturnValue:
    """Ask into which case this one is merged, and why."""
    return _merger(header(reference), {})


@blueprint.post("/cases/<reference>/merger")
@requires("link cases")
def merge(reference: str) -> ResponseReturnValue:
    """Merge the case into another one, and go there."""
    case, sent = header(reference), request.form
    try:
        into = _other(sent.get("reference", ""))
        merging_cases.merge(session(), case.id, into.id, reason=sent.get("reason", "")[:2000], by=actor())
    except (Invalid, NotPossible) as error:
        database.roll_back()
        return _merger(header(reference), _errors(error, "reference")), 422
    flash(f"{case.reference} is closed; this case goes on for both.", "success")
    return _to(into, "page")


@blueprint.get("/cases/<reference>/reopening")
@requires("reopen case")
def reopening_form(reference: str) -> ResponseReturnValue:
    """Ask why the case is reopened, and where it goes on."""
    return _reopening(header(reference), {})


@blueprint.post("/cases/<reference>/reopening")
@requires("reopen case")
def reopen(reference: str) -> ResponseReturnValue:
    """Open the case again."""
    case, sent = header(reference), request.form
    try:
        at = [sent["at"]] if sent.get("at") else []
        left = reopening.reopen(session(), case.id, reason=sent.get("reason", "")[:2000], at=at, by=actor())
    except Invalid as error:
        database.roll_back()
        return _reopening(header(reference), _errors(error, "reason")), 422
    after_commit(left)
    flash(f"Case {case.reference} is open again.", "success")
    return _to(case, "page")


def _other(reference: str) -> Header:
    """Return the case that was named. Raises Invalid where it cannot be found, so that the form can be shown again."""
    try:
        return case_page.header(session(), reference.strip().upper()[:40], by=actor())
    except NotFound as error:
        raise Invalid(errors={"reference": "Enter the number of a case, such as CMP-000012"}) from error


def _errors(error: Any, place: str) -> Errors:
    return dict(getattr(error, "errors", None) or {place: str(error)})


def _page(case: Header, errors: Errors) -> str:
    return render_template(
        "portal/case/related.html",
        **shared(case, "related"),
        related=related_cases.related(session(), case.id, by=actor()),
        roles=[(key, words[0]) for key, words in related_cases.ROLES.items()],
        errors=errors,
        sent=request.form,
    )


def _merger(case: Header, errors: Errors) -> str:
    return render_template("portal/case/merger.html", **shared(case, ""), errors=errors, sent=request.form)


def _reopening(case: Header, errors: Errors) -> str:
    around = shared(case, "")
    places = reopening.places_to_reopen(around["definition"])
    return render_template("portal/case/reopening.html", **around, places=places, errors=errors, sent=request.form)


def _to(case: Header, part: str = "") -> ResponseReturnValue:
    view = "portal.case_pages.page" if part == "page" else "portal.related.page"
    return redirect(url_for(view, reference=case.reference), 303)
