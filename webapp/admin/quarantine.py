"""Files that were refused: why, from whom and where they were meant for; released or destroyed for a reason."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.documents.uploads import safe_headers
from engine.errors import EngineError
from engine.filing import quarantine
from engine.filing.receiving import quarantine as held_apart
from engine.history.findings import count_in_words
from engine.paging import Order, read_page
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import do_after_commit
from webapp.streaming import chunks

blueprint = Blueprint("quarantine", __name__)
MOST = 200  # at a time
LATEST_FIRST = Order(quarantine.HELD.c.id, quarantine.HELD.c.id, int, is_descending=True)


@blueprint.get("/quarantine")
@requires("administer")
def page() -> str:
    """List them by what became of them (`state`), the latest first."""
    return _page({})


@blueprint.get("/quarantine/<int:number>/file")
@requires("administer")
def download(number: int) -> Response:
    """Send a refused file, to be saved and never shown."""
    row = quarantine.one(session(), number, by=actor())
    return Response(chunks(held_apart().open(row.sha256)), headers=safe_headers(quarantine.UNKNOWN, row.file_name))


@blueprint.post("/quarantine/release")
@requires("administer")
def release() -> ResponseReturnValue:
    """Make documents of what is ticked."""
    return _decide(quarantine.release, "released. Each is a document now, that can only be saved as a file")


@blueprint.post("/quarantine/destroy")
@requires("administer")
def destroy() -> ResponseReturnValue:
    """Destroy what is ticked."""
    return _decide(quarantine.destroy, "destroyed")


def _decide(act: Callable[..., object], word: str) -> ResponseReturnValue:
    numbers, reason = _ticked(), request.form.get("reason", "")
    errors = {} if numbers else {"file": "Tick what you have decided on"}
    if not reason.strip():
        errors["reason"] = "Enter why"
    if errors:
        return _page(errors), 422
    digests = []
    for number in numbers:
        try:
            with session().begin_nested():
                sha256 = quarantine.one(session(), number, by=actor()).sha256
                act(session(), number, reason=reason, by=actor())
            digests.append(sha256)
        except EngineError as error:
            flash(str(error), "error")
    if digests:
        do_after_commit(partial(_forget, digests))
        flash(f"{count_in_words(len(digests), 'file')} {word}.", "success")
    return redirect(url_for("admin.quarantine.page"), 303)


def _forget(digests: list[str]) -> None:
    with database.transaction(read_only=True) as own:
        quarantine.forget_bytes(own, digests)


def _ticked() -> list[int]:
    return [int(number) for number in request.form.getlist("file") if number.isdecimal() and len(number) < 16][:MOST]


def _page(errors: dict[str, str]) -> str:
    state = request.args.get("state", "held")
    found = read_page(
        session(), quarantine.lines(actor(), state=state), LATEST_FIRST, cursor=request.args.get("at", "")
    )
    return render_template(
        "admin/quarantine.html",
        found=found,
        state=state,
        states=quarantine.STATES,
        ticked=request.form.getlist("file"),
        reason=request.form.get("reason", ""),
        errors=errors,
    )
