"""The cases that may be audited."""

from flask import Blueprint, render_template, request

from engine import case_list
from engine.case_list import Wanted
from webapp import verification
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists

blueprint = Blueprint("lists", __name__)

SIZE = 50


@blueprint.get("")
@requires("replay case")
def page() -> str:
    """Show a page of cases, whatever became of them, and how the last verification ended."""
    wanted = Wanted(
        text=request.args.get("q", "").strip()[:100],
        category=request.args.get("category", ""),
        status=lists.choice("status", case_list.STATUSES),
        has_incident=lists.is_asked("incident"),
        sort=lists.choice("sort", case_list.SORTS, "opened") or "opened",
        is_descending=request.args.get("order") != "asc",
    )
    found = case_list.cases(session(), wanted, by=actor(), cursor=request.args.get("at", ""), size=SIZE)
    return render_template(
        "audit/cases.html",
        wanted=wanted,
        cases=found,
        categories=case_list.categories(session()),
        address=lists.address,
        sorted_by=lists.sorted_by,
        is_filtered=any(request.args.get(name) for name in ("q", "category", "status", "incident")),
        last=verification.last(session()),
    )
