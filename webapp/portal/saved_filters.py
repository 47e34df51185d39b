"""Saved filters: keep one, rename, share, pin to home, begin with it, delete."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_list, saved_filters
from engine.errors import Conflict, Invalid
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import case_lists, lists, task_lists

blueprint = Blueprint("saved_filters", __name__)

# Of each list: where it is, what it is called, and how the words of its address are read.
LISTS: dict[str, tuple[str, str, Callable[[Mapping[str, str]], dict[str, str]]]] = {
    "tasks": ("portal.task_lists.page", "tasks", task_lists.asked_words),
    "cases": ("portal.case_lists.page", "cases", case_lists.asked_words),
}


@blueprint.get("/filters")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Show the saved filters of a list, and offer to save what the list was asked for."""
    return _page(_kind(request.args), _words(request.args), {})


@blueprint.post("/filters")
@requires("see cases")
def save() -> ResponseReturnValue:
    """Keep a filter."""
    kind, words, name = _kind(request.form), _words(request.form), request.form.get("name", "")
    try:
        team = lists.as_number(request.form.get("shared_with", ""))
        filter_id = saved_filters.save(session(), kind, name, words, team_id=team, by=actor())
    except (Invalid, Conflict) as error:
        database.roll_back()
        return _page(kind, words, _errors(error)), 422
    session().flush()  # the use refers to the filter
    if request.form.get("pinned") or request.form.get("default"):
        _use(filter_id)
    flash(f"The filter “{' '.join(name.split())}” is saved.", "success")
    return redirect(lists.place(LISTS[kind][0], words), 303)


@blueprint.get("/filters/<int:filter_id>")
@requires("see cases")
def one(filter_id: int) -> ResponseReturnValue:
    """Show a filter of one's own, to be changed or deleted."""
    return _one(filter_id, {})


@blueprint.post("/filters/<int:filter_id>")
@requires("see cases")
def change(filter_id: int) -> ResponseReturnValue:
    """Rename a filter, or share it otherwise."""
    try:
        team = lists.as_number(request.form.get("shared_with", ""))
        saved_filters.change(session(), filter_id, name=request.form.get("name", ""), team_id=team, by=actor())
    except (Invalid, Conflict) as error:
        database.roll_back()
        return _one(filter_id, _errors(error)), 422
    session().flush()
    kind = saved_filters.one(session(), filter_id, by=actor()).kind
    flash("The filter is changed.", "success")
    return redirect(url_for("portal.saved_filters.page", kind=kind), 303)


@blueprint.post("/filters/<int:filter_id>/use")
@requires("see cases")
def use(filter_id: int) -> ResponseReturnValue:
    """Pin a filter to home, or begin the list with it, or neither."""
    kind = saved_filters.one(session(), filter_id, by=actor()).kind
    _use(filter_id)
    flash("What you do with the filter is changed.", "success")
    return redirect(url_for("portal.saved_filters.page", kind=kind), 303)


@blueprint.post("/filters/<int:filter_id>/removal")
@requires("see cases")
def remove(filter_id: int) -> ResponseReturnValue:
    """Delete a filter."""
    found = saved_filters.one(session(), filter_id, by=actor())
    saved_filters.remove(session(), filter_id, by=actor())
    flash(f"The filter “{found.name}” is deleted.", "success")
    return redirect(url_for("portal.saved_filters.page", kind=found.kind), 303)


def _use(filter_id: int) -> None:
    is_pinned, is_default = bool(request.form.get("pinned")), bool(request.form.get("default"))
    saved_filters.use(session(), filter_id, is_pinned=is_pinned, is_default=is_default, by=actor())


def _kind(words: Mapping[str, str]) -> str:
    asked = words.get("kind", "tasks")
    return asked if asked in LISTS else "tasks"


def _words(words: Mapping[str, str]) -> dict[str, str]:
    return LISTS[_kind(words)][2](words)


def _errors(error: Invalid | Conflict) -> dict[str, str]:
    return error.errors if isinstance(error, Invalid) else {"name": f"{error.message} {error.remedy}"}


def _page(kind: str, words: dict[str, str], errors: dict[str, str]) -> str:
    place, name, _ = LISTS[kind]
    saved = saved_filters.saved(session(), kind, by=actor())
    return render_template(
        "portal/filters/page.html",
        kind=kind,
        list_name=name,
        words=words,
        errors=errors,
        saved=saved,
        is_saved=any(one.words == words for one in saved),
        list_address=lambda asked: url_for(place, **(asked or {"all": 1})),
        teams=_my_teams(),
        sent=request.form,
    )


def _one(filter_id: int, errors: dict[str, str]) -> str:
    found = saved_filters.one(session(), filter_id, by=actor())
    return render_template("portal/filters/one.html", filter=found, errors=errors, teams=_my_teams(), sent=request.form)


def _my_teams() -> list[object]:
    return [team for team in case_list.teams(session()) if team.id in actor().team_ids]
