"""Many tasks at once: reassign, share, take, release, prioritise; what became of each; put back."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import bulk_tasks, task_filters, task_list
from engine.bulk_tasks import Wish
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.sign_in import onward

blueprint = Blueprint("bulk", __name__)

ASKED = "asked."


@blueprint.post("/tasks/changes")
@requires("do task")
def change() -> ResponseReturnValue:
    """Do one thing to the chosen tasks, or to all of the list, each in a transaction of its own."""
    task_ids, wish = _chosen(), _wish()
    database.roll_back()  # each task has its own transaction, which must not wait for this one
    change_id = bulk_tasks.change(database.sessions(), task_ids, wish, by=actor())
    return redirect(url_for("portal.bulk.report", change_id=change_id, back=_back()), 303)


@blueprint.get("/tasks/changes/<int:change_id>")
@requires("do task")
def report(change_id: int) -> ResponseReturnValue:
    """Show what became of each task."""
    found = bulk_tasks.read(session(), change_id, by=actor())
    back = onward(request.args.get("back", ""))
    may_undo = bulk_tasks.may_undo(found)
    return render_template("portal/tasks/report.html", report=found, may_undo=may_undo, back=back)


@blueprint.post("/tasks/changes/<int:change_id>/undo")
@requires("do task")
def undo(change_id: int) -> ResponseReturnValue:
    """Put back what was done, where nothing else has been done since."""
    acting = actor()
    database.roll_back()
    undone = bulk_tasks.undo(database.sessions(), change_id, by=acting)
    return redirect(url_for("portal.bulk.report", change_id=undone, back=_back()), 303)


def _chosen() -> list[int]:
    if request.form.get("all"):
        asked = {name[len(ASKED) :]: word for name, word in request.form.items() if name.startswith(ASKED)}
        return task_list.ids(session(), task_filters.read(asked), by=actor(), most=bulk_tasks.MOST)
    return [found for word in request.form.getlist("task") if (found := lists.as_number(word)) is not None]


def _wish() -> Wish:
    form = request.form
    return Wish(
        form.get("verb", ""),
        to=form.get("to", "").strip()[:200],
        team_id=lists.as_number(form.get("team", "")),
        priority=lists.as_number(form.get("priority", "")),
        reason=form.get("reason", "").strip(),
    )


def _back() -> str:
    """Return the list that this came from, or the one of all tasks."""
    asked = request.form.get("back", "")
    if asked:
        return onward(asked)
    words = {name[len(ASKED) :]: word for name, word in request.form.items() if name.startswith(ASKED)}
    return lists.place("portal.task_lists.page", task_filters.read(words).words()) if words else "/tasks?all=1"
