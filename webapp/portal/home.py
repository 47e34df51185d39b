"""The first page: what is overdue, due today, new, and what waits for others."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import notifications, saved_filters, task_filters, task_lines, task_list, todo
from engine.case_list import categories
from engine.instants import now
from webapp.access import signed_in
from webapp.auth import actor
from webapp.database import session
from webapp.portal import case_lists, lists

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
        reminders=notifications.reminders(session(), by=actor(), size=5) if is_mine else [],
        escalated=notifications.escalated(session(), by=actor()) if is_mine else [],
        recent=todo.recent_cases(session(), desk, by=actor()),
        pinned=_pinned() if is_mine else [],
        stood_in_for=todo.stood_in_for(session(), by=actor()) if is_mine else [],
        address=lists.address,
        sorted_by=lists.sorted_by,
    )


@dataclass(frozen=True, slots=True)
class Pinned:
    """A saved filter on the home page: where it leads, and how much it finds now."""

    name: str
    address: str
    number: int


def _pinned() -> list[Pinned]:
    return [_counted(one) for one in saved_filters.pinned(session(), by=actor())]


def _counted(one: saved_filters.Saved) -> Pinned:
    words = {name: str(word) for name, word in one.words.items()}
    if one.kind == "cases":
        return Pinned(one.name, lists.place("portal.case_lists.page", words), case_lists.number_of(words))
    number = task_list.number(session(), task_filters.read(words), by=actor())
    return Pinned(one.name, lists.place("portal.task_lists.page", words), number)


def _wanted() -> todo.Wanted:
    return todo.Wanted(
        whose=lists.choice("whose", todo.WHOSE),
        state=lists.choice("state", WORDS),
        category=request.args.get("category", ""),
        sort=lists.choice("sort", task_lines.SORTS, "due") or "due",
        is_descending=request.args.get("order") == "desc",
    )
