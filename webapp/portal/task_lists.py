"""The tasks that one may see, by any filter: as a list, a board or a calendar, each with an address of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine import bulk_tasks, case_list, law, saved_filters, task_filters, task_list, todo
from engine.errors import Invalid
from engine.instants import today
from engine.permissions import may
from engine.task_filters import TaskFilter
from models.staff import Team, User
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists, months
from webapp.portal.home import WORDS
from webapp.spreadsheets import moment_cell, spreadsheet

blueprint = Blueprint("task_lists", __name__)

SIZE = 50
PER_COLUMN = {"state": 20}  # cards of a column; of the many columns by other things fewer
PER_COLUMN_ELSE = 10
COLUMNS_SHOWN = 12
GROUPS = {"state": "State", "stage": "Stage", "person": "Person", "team": "Team", "category": "Kind of case"}
HEADINGS = (
    "Task", "Case", "About", "Kind of case", "Stage", "Due", "State", "With", "Team", "Priority", "Since", "Incidents",
)  # fmt: skip


@blueprint.get("/tasks")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show the tasks; without a question in the address those of the filter that the member of staff begins with."""
    if not request.args and (begins_with := saved_filters.default(session(), "tasks", by=actor())):
        return redirect(lists.place("portal.task_lists.page", begins_with.words))
    wanted, errors = _wanted()
    view = lists.choice("view", VIEWS, "list") or "list"
    shown = VIEWS[view](wanted)
    html = render_template(f"portal/tasks/{view}.html", view=view, errors=errors, **_frame(wanted), **shown)
    return html, 422 if errors else 200


@blueprint.get("/tasks.csv")
@blueprint.get("/tasks.xlsx")
@requires("see cases")
def export() -> ResponseReturnValue:
    """Send all tasks of the list as CSV or XLSX."""
    rows = task_list.every_task(session(), _wanted()[0], by=actor())
    return spreadsheet("tasks", HEADINGS, (_cells(row) for row in rows))


def asked_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of an address that a filter of tasks is kept with; a day that is none is left out."""
    return _read(words)[0].words()


def _wanted() -> tuple[TaskFilter, dict[str, str]]:
    return _read(request.args)


def _read(words: Mapping[str, str]) -> tuple[TaskFilter, dict[str, str]]:
    try:
        return task_filters.read(words), {}
    except Invalid as error:
        rest = {name: word for name, word in words.items() if name not in error.errors}
        return task_filters.read(rest), error.errors


def _frame(wanted: TaskFilter) -> dict[str, Any]:
    """Return what stands around the tasks in every view: counts, filter, saved filters, what can be done to many."""
    teams, people = case_list.teams(session()), todo.colleagues(session(), by=actor())
    words = wanted.words()
    saved = saved_filters.saved(session(), "tasks", by=actor())
    return {
        "wanted": wanted,
        "asked": words,
        "counts": task_list.counts(session(), wanted, by=actor()),
        "state_words": WORDS,
        "categories": case_list.categories(session()),
        "stages": case_list.stages(session(), wanted.category),
        "holders": _holders(teams, people),
        "waiting": task_filters.WAITING_DAYS,
        "saved": saved,
        "current": next((one for one in saved if one.words == words), None),
        "my_teams": [team for team in teams if team.id in actor().team_ids],
        "managed": [team for team in teams if _may_share_in(team.id)],
        "receivers": [("Teams", [(team.name, team.name) for team in teams]), ("People", _receivers())],
        "most": bulk_tasks.MOST,
        "me": actor().user_id,
        "address": lists.address,
        "sorted_by": lists.sorted_by,
        "export_url": lists.address(view="", by="", column="").replace("/tasks", "/tasks.csv", 1),
    }


def _may_share_in(team_id: int) -> bool:
    return team_id in actor().managed_team_ids or may(actor(), "manage any team")


def _receivers() -> list[tuple[str, str]]:
    return [(person.email, person.name) for person in case_list.staff(session())]


def _holders(teams: list[Any], people: list[Any]) -> list[Any]:
    plain = [
        ("me", "Me"),
        ("mine", "Me and my teams"),
        ("teams", "Waiting for my teams"),
        ("nobody", "Nobody yet"),
        ("absent", "Those I stand in for"),
    ]
    of_teams = [("Teams", [(f"team-{team.id}", team.name) for team in teams])] if teams else []
    waiting = [("Unclaimed in a team", [(f"queue-{team.id}", team.name) for team in teams])] if teams else []
    return [
        *plain,
        *of_teams,
        *waiting,
        *([("People", [(f"person-{row.id}", row.name) for row in people])] if people else []),
    ]


def _list(wanted: TaskFilter) -> dict[str, Any]:
    cursor = request.args.get("at", "")
    return {"tasks": task_list.tasks(session(), wanted, by=actor(), cursor=cursor, size=SIZE)}


def _board(wanted: TaskFilter) -> dict[str, Any]:
    group = lists.choice("by", GROUPS, "state") or "state"
    piles = task_list.columns(session(), wanted, group, by=actor(), most=PER_COLUMN.get(group, PER_COLUMN_ELSE))
    shown, rest = piles[:COLUMNS_SHOWN], piles[COLUMNS_SHOWN:]
    names = _names(group, [pile.key for pile in shown])
    columns = [
        {"key": str(pile.key or ""), "name": names.get(pile.key, NOBODY[group]), "pile": pile,
         "href": lists.address(view="", by="", column="", **_only(group, pile.key))}
        for pile in shown
    ]  # fmt: skip
    return {
        "columns": columns,
        "column": request.args.get("column", columns[0]["key"] if columns else ""),
        "group": group,
        "groups": GROUPS,
        "columns_left_out": len(rest),
    }


NOBODY = {"state": "", "stage": "No stage", "person": "Nobody yet", "team": "No team", "category": ""}


def _names(group: str, keys: list[Any]) -> Mapping[Any, str]:
    if group == "state":
        return WORDS
    if group == "category":
        return {row.key: row.name for row in case_list.categories(session())}
    if group in ("person", "team"):
        return task_list.names(session(), User if group == "person" else Team, keys)
    return {key: key for key in keys if key}


def _only(group: str, key: Any) -> dict[str, str]:
    """Return what an address asks for to list one column of a board alone."""
    if group in ("state", "stage", "category"):
        return {group: key or ""}
    return {"with": f"{group}-{key}" if key else "nobody"}


def _calendar(wanted: TaskFilter) -> dict[str, Any]:
    shown, calendar = months.asked(request.args), law.current(session()).calendar
    piles = task_list.days(session(), wanted, shown.first, shown.last, by=actor(), most=shown.per_day)
    weeks = months.weeks(shown, piles, calendar)
    return {"shown": shown, "weeks": weeks, "day_address": _of_day, "today_iso": today().isoformat()}


def _of_day(day: date, *, is_today: bool) -> str:
    """Return the address of the list of what is due on a day; today also of what is overdue."""
    begins = "" if is_today else day.isoformat()
    return lists.address(view="", month="", week="", due_from=begins, due_until=day.isoformat())


def _cells(row: Any) -> tuple[object, ...]:
    about = (row.name, row.reference, row.title, row.category, row.stage, moment_cell(row.due_at))
    held = (row.assignee, row.team, row.priority, moment_cell(row.created_at), row.open_incidents)
    return (*about, WORDS.get(row.state, row.state), *held)


VIEWS = {"list": _list, "board": _board, "calendar": _calendar}
