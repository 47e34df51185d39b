"""The first page: what is overdue, due today, new, and what waits for others."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import todo
from engine.case_list import categories
from engine.instants import now
from webapp.access import signed_in
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists

blueprint = Blueprint("home", __name__)

SIZE = 25
WORDS = {
    "overdue": "Overdue",
    "today": "Due today",
    "warning": "Due soon",
    "on_target": "On target",
    "no_date": "No date",
    "new": "New today",
}


@blueprint.get("/")
@signed_in
def page() -> ResponseReturnValue:
    """Show the to-do list of the member of staff, or of a colleague whom they manage."""
    whose_id = lists.number("of")
    desk = todo.own_desk(actor()) if whose_id is None else todo.desk_of(session(), whose_id, by=actor())
    wanted = _wanted()
    counts = todo.counts(session(), desk, by=actor())
    is_mine = desk.user_id == actor().user_id
    return render_template(
        "portal/home.html",
        desk=desk,
        is_mine=is_mine,
        wanted=wanted,
        counts=counts,
        now=now(),
        words=WORDS,
        tasks=todo.tasks(session(), desk, wanted, by=actor(), cursor=request.args.get("at", ""), size=SIZE),
        colleagues=todo.colleagues(session(), by=actor()),
        categories=categories(session()),
        reminders=todo.reminders(session(), by=actor(), size=5) if is_mine else [],
        recent=todo.recent_cases(session(), desk, by=actor()),
        address=lists.address,
        sorted_by=lists.sorted_by,
    )


def _wanted() -> todo.Wanted:
    return todo.Wanted(
        whose=lists.choice("whose", todo.WHOSE),
        state=lists.choice("state", WORDS),
        category=request.args.get("category", ""),
        sort=lists.choice("sort", todo.SORTS, "due") or "due",
        is_descending=request.args.get("order") == "desc",
    )
