"""Writing to many at once: whom, how and what; how far it is; looked through; dispatched or withdrawn."""

import secrets
from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import bulk_tasks, case_list, search, task_filters, task_list
from engine.communications import audiences, batch_lists, batches, finding, words
from engine.communications.audiences import Ticked
from engine.communications.batch_wishes import WHOM, Wish
from engine.communications.finding import Wanted
from engine.errors import Conflict, Invalid
from engine.record import arrears
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.places import arrears as arrears_page
from webapp.portal import lists
from webapp.portal.case_lists import wanted_cases
from webapp.sign_in import onward

blueprint = Blueprint("batches", __name__)

ASKED = "asked."
LINES = {  # of lists that can be ticked, and the field of `Ticked`
    "case": "cases",
    "person": "people",
    "home": "homes",
    "tenancy": "tenancies",
    "account": "accounts",
    "task": "tasks",
}
LONGEST_LIST = batches.MOST * 20  # characters
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
    found = batch_lists.batches(session(), by=actor(), cursor=request.args.get("at", ""))
    return render_template(
        "portal/communications/batches.html",
        batches=found.rows,
        found=found,
        address=lists.address,
        patches=search.patches(session()),
        channels=CHANNELS,
        statuses=STATUSES,
    )


@blueprint.post("/communications/batches/new")
@requires("write to many")
def new() -> ResponseReturnValue:
    """Ask what is to be written to the cases or people that were chosen in a list."""
    cases, people = _ticked()
    number = len(cases) + len(people)
    if not number:
        flash("Nobody was chosen whom you may write to. Tick some of the list, then write to them.", "warning")
        return redirect(_back(), 303)
    if number > batches.MOST:
        flash(f"That is more than {batches.MOST:,}: no more can be written to at once. Narrow the list.", "warning")
        return redirect(_back(), 303)
    return _form(cases, people, {})


@blueprint.post("/communications/batches")
@requires("write to many")
def begin() -> ResponseReturnValue:
    """Begin to write; the messages are composed by and by, and none of them leaves yet."""
    cases, people = _listed("cases"), _listed("people")
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


def _ticked() -> tuple[list[int], list[int]]:
    """Return the cases and people that were ticked, or all that the filter of the list finds, with the right to."""
    form = request.form
    chosen = {name: tuple(_numbers(name)) for name in LINES} | (_whole_list() if form.get("all") else {})
    patch = form.get("patch", "")[:80].replace("\0", "")
    ticked = Ticked(**{many: chosen[name] for name, many in LINES.items()}, patch=patch)
    cases, people = audiences.meant(session(), ticked, by=actor())
    return batches.reachable(session(), cases=cases, people=people, by=actor())


def _whole_list() -> dict[str, tuple[int, ...]]:
    """Return what the filter finds that the form carries along; one more than can be written to, where there are."""
    asked = {name[len(ASKED) :]: word for name, word in request.form.items() if name.startswith(ASKED)}
    most, of = batches.MOST + 1, request.form.get("of", "")
    if of == "tasks":
        return {"task": tuple(task_list.ids(session(), task_filters.read(asked), by=actor(), most=bulk_tasks.MOST))}
    if of == "arrears":
        debts = arrears.all_debts(session(), arrears_page.wanted(asked)[0], by=actor())
        return {"person": tuple(one.id for debt in islice(debts, most) for one in debt.responsible)}
    found = case_list.every_case(session(), wanted_cases(asked), by=actor())
    return {"case": tuple(row.id for row in islice(found, most))}


def _numbers(name: str) -> list[int]:
    return [found for word in request.form.getlist(name) if (found := lists.as_number(word)) is not None]


def _listed(name: str) -> list[int]:
    """Return the numbers that the form about the message carries along; they are looked at again."""
    words_of = request.form.get(name, "")[:LONGEST_LIST].split(",")
    return [found for word in words_of if (found := lists.as_number(word)) is not None]


def _back() -> str:
    return onward(request.form.get("back", "")) if request.form.get("back") else "/cases"


def _form(cases: list[int], people: list[int], errors: dict[str, str]) -> str:
    return render_template(
        "portal/communications/new_batch.html",
        cases=cases,
        people=people,
        about=_about({"cases": cases, "people": people}),
        back=_back(),
        once=request.form.get("once") or secrets.token_urlsafe(18),
        channels=CHANNELS,
        templates=list(batches.offered(session(), cases).items()),
        whom=WHOM,
        purposes=words.PURPOSES,
        topics=words.TOPICS,
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
        counts=batch_lists.counts(session(), number),
        about=_about(batch.audience),
        faults=batch_lists.faults(batch),
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


def _about(audience: dict[str, Any]) -> str:
    """Return in words how many cases and people a batch is written to."""
    numbers = {"case": len(audience.get("cases", ())), "person": len(audience.get("people", ()))}
    words_for = {"case": ("case", "cases"), "person": ("person", "people")}
    parts = [f"{number:,} {words_for[kind][number != 1]}" for kind, number in numbers.items() if number]
    return " and ".join(parts)
