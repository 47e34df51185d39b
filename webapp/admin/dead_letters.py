"""Work that was given up, over all cases: why, another try, or an end for a reason; many at a time."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine import dead_letters
from engine.errors import EngineError
from engine.history.findings import count_in_words
from engine.paging import Order, read_page
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

blueprint = Blueprint("dead_letters", __name__)
MOST = 500  # at a time
AT_ONCE = 10  # jobs that are done before the answer; a worker does the others within seconds
LATEST_FIRST = Order(dead_letters.LETTER.c.at, dead_letters.LETTER.c.number, datetime.fromisoformat, is_descending=True)


@blueprint.get("/dead-letters")
@requires("administer")
def page() -> str:
    """List them, the latest first; `kind` and `case` narrow the list."""
    return _page({})


@blueprint.post("/dead-letters/retry")
@requires("administer")
def retry() -> ResponseReturnValue:
    """Have those that are ticked tried again."""
    if not (numbers := _chosen()):
        return _page({"letter": "Tick what is to be tried again"}), 422
    left: list[str] = []
    done = _each(numbers, lambda number: left.extend(dead_letters.retry(session(), number, by=actor())))
    after_commit(left[:AT_ONCE])
    if done:
        flash(f"{count_in_words(done, 'dead letter')} tried again. What fails once more is listed again.", "success")
    return redirect(_here(), 303)


@blueprint.post("/dead-letters/discard")
@requires("administer")
def discard() -> ResponseReturnValue:
    """Give up for good what is ticked."""
    numbers, reason = _chosen(), request.form.get("reason", "")
    errors = {} if numbers else {"letter": "Tick what is to be discarded"}
    if not reason.strip():
        errors["reason"] = "Enter why it is not needed any more"
    if errors:
        return _page(errors), 422
    done = _each(numbers, lambda number: dead_letters.discard(session(), number, reason=reason, by=actor()))
    if done:
        flash(f"{count_in_words(done, 'dead letter')} discarded.", "success")
    return redirect(_here(), 303)


def _each(numbers: list[int], act: Callable[[int], None]) -> int:
    """Do something with each; one that cannot be done is told and keeps no other from it."""
    done = 0
    for number in numbers:
        try:
            with session().begin_nested():
                act(number)
            done += 1
        except EngineError as error:
            flash(str(error), "error")
    return done


def _chosen() -> list[int]:
    """Return what is ticked, or all that the filter finds."""
    if request.form.get("all"):
        found = dead_letters.lines(actor(), **_filter(request.form)).limit(MOST)
        return [row.number for row in session().execute(found)]
    return [int(number) for number in request.form.getlist("letter") if number.isdecimal()][:MOST]


def _filter(given: MultiDict[str, str]) -> dict[str, str]:
    return {"kind": given.get("kind", ""), "reference": given.get("case", "").strip()}


def _here() -> str:
    chosen = _filter(request.form)
    return url_for("admin.dead_letters.page", kind=chosen["kind"] or None, case=chosen["reference"] or None)


def _page(errors: dict[str, str]) -> str:
    chosen = _filter(request.values)
    wanted = dead_letters.lines(actor(), **chosen)
    found = read_page(session(), wanted, LATEST_FIRST, cursor=request.args.get("at", ""))
    return render_template(
        "admin/dead_letters.html",
        found=found,
        kinds=dead_letters.KINDS,
        chosen=chosen,
        described=dead_letters.described(session(), found.rows),
        actions=dead_letters.actions(session()),
        ticked=request.form.getlist("letter"),
        errors=errors,
        reason=request.form.get("reason", ""),
    )
