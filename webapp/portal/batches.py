"""Writing to many at once: whom, how and what; how far it is; looked through; dispatched or withdrawn."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_list
from engine.communications import batches, finding, words
from engine.communications.batch_wishes import WHOM, Wish
from engine.communications.finding import Wanted
from engine.errors import Conflict, Invalid
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.portal.case_lists import wanted_cases

blueprint = Blueprint("batches", __name__)

ASKED = "asked."
CHANNELS = {**words.CHANNELS, words.PREFERRED: "As each prefers: the letter by e-mail, else by post"}
STATUSES = {
    "composing": ("waiting", "Being written"),
    "ready": ("approval", "Ready to be looked through"),
    "dispatched": ("sent", "Dispatched"),
    "withdrawn": ("cancelled", "Withdrawn"),
}
SHOWN = {"stopped": "Stopped", "failed": "Not delivered", "cancelled": "Taken out", "": "All"}


@blueprint.get("/communications/batches")
@requires("write to many")
def page() -> str:
    """Show the batches that one began."""
    return render_template(
        "portal/communications/batches.html",
        batches=batches.every(session(), by=actor()),
        channels=CHANNELS,
        statuses=STATUSES,
    )


@blueprint.post("/communications/batches/new")
@requires("write to many")
def new() -> ResponseReturnValue:
    """Ask what is to be written to the cases or people that were chosen in a list."""
    cases, people = _chosen()
    if not cases and not people:
        flash("Nobody was chosen. Tick some of the list, then write to them.", "warning")
        return redirect("/people" if request.form.get("of") == "people" else "/cases", 303)
    return _form(cases, people, {})


@blueprint.post("/communications/batches")
@requires("write to many")
def begin() -> ResponseReturnValue:
    """Begin to write; the messages are composed by and by, and none of them leaves yet."""
    cases, people = _chosen()
    form = request.form
    wish = Wish(
        form.get("title", ""),
        form.get("channel", ""),
        form.get("once", "")[:60],
        tuple(cases),
        tuple(people),
        to=form.get("to", ""),
        template=form.get("template", "")[:200],
        subject=form.get("subject", "")[:200],
        text=form.get("text", "").replace("\r\n", "\n")[:20_000],
        purpose=form.get("purpose", words.SERVICE),
        topic=form.get("topic", ""),
    )
    try:
        number = batches.begin(session(), wish, by=actor())
    except Invalid as error:
        database.roll_back()
        return _form(cases, people, error.errors or {"": str(error)}), 422
    return redirect(url_for("portal.batches.one", number=number), 303)


@blueprint.get("/communications/batches/<int:number>")
@requires("write to many")
def one(number: int) -> str:
    """Show how far a batch is, what is stopped, what failed, and each message."""
    return _page(number, {})


@blueprint.post("/communications/batches/<int:number>/dispatch")
@requires("write to many")
def dispatch(number: int) -> ResponseReturnValue:
    """Let all of it leave that is safe."""
    return _decided(
        number, lambda: f"Dispatched: {batches.dispatch(session(), number, **_as_read()):,} are on the way."
    )


@blueprint.post("/communications/batches/<int:number>/withdrawal")
@requires("write to many")
def withdraw(number: int) -> ResponseReturnValue:
    """Take it back: nothing of it leaves."""
    return _decided(
        number, lambda: f"Withdrawn: none of the {batches.withdraw(session(), number, **_as_read()):,} messages leaves."
    )


def _decided(number: int, act: Any) -> ResponseReturnValue:
    try:
        told = act()
    except Conflict as error:
        database.roll_back()
        return _page(number, {"": str(error)}), 409
    flash(told, "success")
    return redirect(url_for("portal.batches.one", number=number), 303)


def _as_read() -> dict[str, Any]:
    return {"revision": lists.as_number(request.form.get("revision", "")), "by": actor()}


def _chosen() -> tuple[list[int], list[int]]:
    """Return the cases and people that were ticked, or all cases that the filter of the list finds."""
    form = request.form
    if form.get("all"):
        asked = {name[len(ASKED) :]: word for name, word in form.items() if name.startswith(ASKED)}
        found = case_list.every_case(session(), wanted_cases(asked), by=actor())
        cases = [row.id for _, row in zip(range(batches.MOST + 1), found, strict=False)]
    else:
        cases = _numbers("case")
    return batches.reachable(session(), cases=cases, people=_numbers("person"), by=actor())


def _numbers(name: str) -> list[int]:
    return [found for word in request.form.getlist(name) if (found := lists.as_number(word)) is not None]


def _form(cases: list[int], people: list[int], errors: dict[str, str]) -> str:
    asked = {name: word for name, word in request.form.items() if name.startswith(ASKED)}
    return render_template(
        "portal/communications/new_batch.html",
        cases=cases,
        people=people,
        asked=asked if request.form.get("all") else {},
        once=request.form.get("once") or secrets.token_urlsafe(18),
        channels=CHANNELS,
        templates=list(batches.offered(session(), cases).items()),
        whom=WHOM,
        purposes=words.PURPOSES,
        topics=words.TOPICS,
        most=batches.MOST,
        sent=request.form,
        errors=errors,
    )


def _page(number: int, errors: dict[str, str]) -> str:
    batch = batches.one(session(), number, by=actor())
    shown = lists.choice("status", SHOWN)
    wanted = Wanted(batch_id=number, status=shown)
    found, lines = finding.find(session(), wanted, by=actor(), cursor=request.args.get("at", ""))
    return render_template(
        "portal/communications/batch.html",
        batch=batch,
        counts=batches.counts(session(), number),
        kind="case" if batch.audience.get("cases") else "person",
        found=found,
        messages=lines,
        shown=shown,
        shown_words=SHOWN,
        channels=CHANNELS,
        statuses=STATUSES,
        address=lists.address,
        export_url=url_for("portal.correspondence.export", ending="csv", batch=number),
        errors=errors,
    )
