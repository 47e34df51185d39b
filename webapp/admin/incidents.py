"""Steps that failed, over all cases: why, what to do, and another try."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import incidents
from engine.paging import Order, read_page
from engine.permissions import may, visible_cases
from models.base import table
from models.case import Case
from models.category import Category
from models.work import Incident
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

blueprint = Blueprint("incidents", __name__)
_NEWEST_FIRST = Order(table(Incident).c.id, Incident.id, int, is_descending=True)


@blueprint.get("/incidents")
@requires("see incidents")
def page() -> str:
    """List incidents, newest first; those that are settled only with `settled`."""
    is_settled = bool(request.args.get("settled"))
    wanted = (
        select(Incident, Case.reference, Case.title, Category.name.label("category"))
        .join(Case, Case.id == Incident.case_id)
        .join(Category, Category.id == Case.category_id)
        .where(
            visible_cases(actor()), Incident.resolved_at.is_not(None) if is_settled else Incident.resolved_at.is_(None)
        )
    )
    found = read_page(session(), wanted, _NEWEST_FIRST, cursor=request.args.get("at", ""))
    return render_template(
        "admin/incidents.html", found=found, is_settled=is_settled, may_retry=may(actor(), "retry incident")
    )


@blueprint.post("/incidents/<int:incident_id>/retry")
@requires("retry incident")
def retry(incident_id: int) -> ResponseReturnValue:
    """Let the step try again; the jobs that it leaves run before the answer."""
    after_commit(incidents.retry(session(), incident_id, by=actor()))
    flash("It was tried again. If it is still listed, it failed again: read why.", "info")
    return redirect(url_for("admin.incidents.page"), 303)
