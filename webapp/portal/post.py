"""Post: letters that wait to be printed, the batches that they are put together in, and that they were posted."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.communications import print_batches
from engine.communications.print_batches import MOST, Options
from engine.documents.kinds import PDF
from engine.errors import Conflict, Invalid, NotFound
from engine.filing.receiving import renditions
from engine.instants import london
from engine.transactions import Sessions
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import do_after_commit
from webapp.portal.lists import as_number

blueprint = Blueprint("post", __name__)
MOST_AT_ONCE = 50  # letters that are written down before the answer leaves; the others follow within seconds
BOXES = ("duplex", "separators", "window")


@blueprint.get("/post")
@requires("post letters")
def page() -> str:
    """List what waits to be printed, and the newest batches."""
    return _page({})


@blueprint.post("/post/batches")
@requires("post letters")
def begin() -> ResponseReturnValue:
    """Put the chosen letters together, or all of them."""
    form = request.form
    boxes = {name: bool(form.get(name)) for name in BOXES}
    options = Options(**boxes, leave_out=form.get("faults", "leave_out") == "leave_out")
    chosen = [number for word in form.getlist("letter") if (number := as_number(word)) is not None]
    if not chosen and not form.get("all"):
        return _page({"letters": "Choose letters, or all of them"}), 422
    try:
        number, _ = print_batches.begin(session(), None if form.get("all") else chosen, options, by=actor())
    except Invalid as fault:
        return _page(dict(fault.errors)), 422
    return redirect(url_for("portal.post.batch", number=number), 303)


@blueprint.get("/post/batches/<int:number>")
@requires("post letters")
def batch(number: int) -> str:
    """Show a batch: how far it is, what has a fault, its PDF, and what becomes of it."""
    found = print_batches.find(session(), number, by=actor())
    faults = dict(found.faults)
    letters = print_batches.letters(session(), number, by=actor())
    inside = {one.id for one in letters}
    left_out = print_batches.these(session(), [one for one in faults if one not in inside], by=actor())
    return render_template("portal/post/batch.html", found=found, letters=letters, faults=faults, left_out=left_out)


@blueprint.get("/post/batches/<int:number>/pdf")
@requires("post letters")
def pdf(number: int) -> ResponseReturnValue:
    """Send the PDF of a batch."""
    found = print_batches.find(session(), number, by=actor())
    if not found.row.sha256 or found.row.status not in ("ready", "posted"):
        raise NotFound("There is no PDF of this batch now.")
    path = renditions().path(found.row.sha256)
    if not path.exists():
        raise NotFound("The PDF of this batch is not kept any more.", remedy="Make it again.")
    name = f"Letters {london(found.row.created_at):%Y-%m-%d} batch {number}.pdf"
    answer = send_file(path, PDF, as_attachment=True, download_name=name, etag=False, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/post/batches/<int:number>/making")
@requires("post letters")
def again(number: int) -> ResponseReturnValue:
    """Make the PDF anew, of the letters that are still to be printed."""
    print_batches.again(session(), number, by=actor())
    return redirect(url_for("portal.post.batch", number=number), 303)


@blueprint.post("/post/batches/<int:number>/posting")
@requires("post letters")
def post(number: int) -> ResponseReturnValue:
    """Take note that the letters were posted."""
    try:
        print_batches.post(session(), number, by=actor())
    except Conflict as fault:
        flash(str(fault), "error")
        return redirect(url_for("portal.post.batch", number=number), 303)
    do_after_commit(partial(settle, database.sessions()))
    flash("The letters are sent: each case says so.", "success")
    return redirect(url_for("portal.post.batch", number=number), 303)


@blueprint.post("/post/batches/<int:number>/withdrawal")
@requires("post letters")
def withdraw(number: int) -> ResponseReturnValue:
    """Take a batch back before it was posted."""
    print_batches.withdraw(session(), number, by=actor())
    flash("The batch was taken back. Its letters wait to be printed again.", "success")
    return redirect(url_for("portal.post.page"), 303)


def settle(sessions: Sessions) -> None:
    """Write down of the first letters that they were sent; the ticker sees to the others."""
    print_batches.settle(sessions, most=MOST_AT_ONCE)


def _page(errors: dict[str, str]) -> str:
    sent = request.form
    return render_template(
        "portal/post/page.html",
        letters=print_batches.waiting(session(), by=actor()),
        total=print_batches.count_waiting(session(), by=actor()),
        batches=print_batches.batches(session(), by=actor()),
        most=MOST,
        errors=errors,
        chosen=set(sent.getlist("letter")),
        options={name: bool(sent.get(name)) if sent else name != "separators" for name in BOXES},
        faults=sent.get("faults", "leave_out"),
    )
