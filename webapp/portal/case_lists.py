"""Lists of cases: filtered, sorted, and as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list, related_cases
from engine.instants import london, today
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists

blueprint = Blueprint("case_lists", __name__)

SIZE = 50
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = ("Reference", "Title", "Category", "Status", "Stage", "Outcome", "Owner", "Opened", "Closed", "Incidents")


@blueprint.get("/cases")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show a page of cases."""
    wanted = _wanted()
    found = case_list.cases(session(), wanted, by=actor(), cursor=request.args.get("at", ""), size=SIZE)
    return render_template(
        "portal/cases.html",
        wanted=wanted,
        cases=found,
        next_tasks=case_list.next_tasks(session(), [row.id for row in found.rows]),
        parents=related_cases.parents_of(session(), [row.id for row in found.rows if row.parent_id], by=actor()),
        categories=case_list.categories(session()),
        stages=case_list.stages(session(), wanted.category),
        staff=case_list.staff(session()),
        teams=case_list.teams(session()),
        me=actor().user_id,
        address=lists.address,
        sorted_by=lists.sorted_by,
        is_filtered=any(request.args.get(name) for name in FILTERS),
        export_url=lists.address().replace("/cases", "/cases.csv", 1),
    )


FILTERS = ("q", "category", "status", "stage", "owner", "team", "overdue", "incident")


@blueprint.get("/cases.csv")
@requires("see cases")
def export() -> ResponseReturnValue:
    """Send all cases of the list as CSV; no cell of it can be taken for a formula."""
    rows = case_list.every_case(session(), _wanted(), by=actor())
    name = f"cases-{today().isoformat()}.csv"
    return Response(
        "".join(_csv(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def plain_cell(value: object) -> str:
    """Return a value as a spreadsheet shows it and never works it out."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _csv(rows: Iterator[Any]) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)  # the mark tells Excel that it is UTF-8
    for row in rows:
        days = [london(at).date().isoformat() if at else "" for at in (row.opened_at, row.closed_at)]
        values = (row.reference, row.title, row.category, row.status, row.stage, row.outcome, row.owner)
        yield _line((*values, *days, row.open_incidents))


def _line(values: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([plain_cell(value) for value in values])
    return out.getvalue()


def _wanted() -> case_list.Wanted:
    owner = request.args.get("owner", "")
    sort = lists.choice("sort", case_list.SORTS, "opened") or "opened"
    order = request.args.get("order", "desc" if sort == "opened" else "asc")
    return case_list.Wanted(
        text=request.args.get("q", "").strip()[:200],
        category=request.args.get("category", ""),
        status=request.args.get("status", "open"),
        stage=request.args.get("stage", ""),
        owner_id=actor().user_id if owner == "me" else lists.number("owner"),
        team_id=lists.number("team"),
        is_overdue=lists.is_asked("overdue"),
        has_incident=lists.is_asked("incident"),
        sort=sort,
        is_descending=order == "desc",
    )
