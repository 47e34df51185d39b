"""Lists of cases: filtered, sorted, and as a file for a spreadsheet."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list, related_cases, saved_filters
from engine.permissions import may
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.spreadsheets import day_cell, spreadsheet

blueprint = Blueprint("case_lists", __name__)

SIZE = 50
COLUMNS = ("Reference", "Title", "Category", "Status", "Stage", "Outcome", "Owner", "Opened", "Closed", "Incidents")


@blueprint.get("/cases")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show a page of cases."""
    if not request.args and (begins_with := saved_filters.default(session(), "cases", by=actor())):
        return redirect(lists.place("portal.case_lists.page", begins_with.words))
    wanted, asked = _wanted(), asked_words(request.args)
    saved = saved_filters.saved(session(), "cases", by=actor())
    found = case_list.cases(session(), wanted, by=actor(), cursor=request.args.get("at", ""), size=SIZE)
    return render_template(
        "portal/cases.html",
        wanted=wanted,
        asked=asked,
        saved=saved,
        current=next((one for one in saved if one.words == asked), None),
        cases=found,
        next_tasks=case_list.next_tasks(session(), [row.id for row in found.rows]),
        parents=related_cases.parents_of(session(), [row.id for row in found.rows if row.parent_id], by=actor()),
        categories=case_list.categories(session()),
        stages=case_list.stages(session(), wanted.category),
        staff=case_list.staff(session()),
        teams=case_list.teams(session()),
        me=actor().user_id,
        total=case_list.number(session(), wanted, by=actor()) if may(actor(), "write to many") else 0,
        address=lists.address,
        sorted_by=lists.sorted_by,
        is_filtered=any(request.args.get(name) for name in FILTERS),
        export_url=lists.address().replace("/cases", "/cases.csv", 1),
    )


def asked_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of an address that a filter of cases is kept with."""
    return {name: word[:200] for name in (*FILTERS, "sort", "order") if (word := words.get(name, "").strip())}


def number_of(words: Mapping[str, str]) -> int:
    """Return how many cases a saved filter finds."""
    return case_list.number(session(), _wanted(words), by=actor())


FILTERS = ("q", "category", "status", "stage", "owner", "team", "overdue", "incident")


@blueprint.get("/cases.csv")
@blueprint.get("/cases.xlsx")
@requires("see cases")
def export() -> ResponseReturnValue:
    """Send all cases of the list as CSV or XLSX; no cell of it can be taken for a formula."""
    rows = case_list.every_case(session(), _wanted(), by=actor())
    return spreadsheet("cases", COLUMNS, (_cells(row) for row in rows))


def wanted_cases(words: Mapping[str, str]) -> case_list.Wanted:
    """Return which cases the words of a list ask for."""
    return _wanted(words)


def _cells(row: Any) -> tuple[object, ...]:
    values = (row.reference, row.title, row.category, row.status, row.stage, row.outcome, row.owner)
    return (*values, day_cell(row.opened_at), day_cell(row.closed_at), row.open_incidents)


def _wanted(words: Mapping[str, str] | None = None) -> case_list.Wanted:
    """Return what the words of an address, this one's unless given, ask for; what the list does not offer is none."""
    words = request.args if words is None else words
    owner, sort = words.get("owner", ""), words.get("sort", "")
    sort = sort if sort in case_list.SORTS else "opened"
    return case_list.Wanted(
        text=words.get("q", "").strip()[:200],
        category=words.get("category", ""),
        status=words.get("status", "open"),
        stage=words.get("stage", ""),
        owner_id=actor().user_id if owner == "me" else lists.as_number(owner),
        team_id=lists.as_number(words.get("team", "")),
        is_overdue=words.get("overdue", "") in lists.TICKED,
        has_incident=words.get("incident", "") in lists.TICKED,
        sort=sort,
        is_descending=words.get("order", "desc" if sort == "opened" else "asc") == "desc",
    )
