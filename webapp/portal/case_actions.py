"""What officers do to a case as a whole: note, add a task, hand over, close, cancel, retry."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_page, cases, incidents, related_cases, tasks
from engine.case_list import staff, teams
from engine.case_page import Header
from engine.errors import Invalid, NotFound
from engine.forms.values import Unreadable, read_date
from engine.instants import LONDON, today
from models.case import Case
from models.work import Incident
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal.case_pages import header, shared

blueprint = Blueprint("case_actions", __name__)

Errors = dict[str, str]
Parts = Callable[[Header], dict[str, Any]]


@blueprint.post("/cases/<reference>/notes")
@requires("change case")
def add_note(reference: str) -> ResponseReturnValue:
    """Write a note."""
    case, text = header(reference), request.form.get("text", "")
    try:
        cases.add_note(session(), case.id, text, by=actor())
    except Invalid as error:
        return _again(error, "portal/case/notes.html", reference, "notes", _notes)
    flash("Your note is on the case.", "success")
    return _to(case, "notes")


@blueprint.get("/cases/<reference>/tasks/new")
@requires("change case")
def new_task(reference: str) -> ResponseReturnValue:
    """Ask what is to be done, by whom and by when."""
    case = header(reference)
    return render_template("portal/case/new_task.html", **shared(case, "tasks"), **_holders(case), errors={})


@blueprint.post("/cases/<reference>/tasks")
@requires("change case")
def add_task(reference: str) -> ResponseReturnValue:
    """Add a task that the diagram does not have."""
    case, sent = header(reference), request.form
    try:
        due_at = _due_at(sent)
        name, instructions = sent.get("name", ""), sent.get("instructions", "").strip()
        if len(name) > 200:
            raise Invalid(errors={"name": "What is to be done must be 200 characters or fewer"})
        tasks.add(
            session(), case.id, name=name, instructions=instructions, to=sent.get("to", ""), due_at=due_at, by=actor()
        )
    except Invalid as error:
        return _again(error, "portal/case/new_task.html", reference, "tasks", _holders)
    flash(f"“{name.strip()}” is added.", "success")
    return _to(case, "tasks")


@blueprint.get("/cases/<reference>/owner")
@requires("change case")
def owner(reference: str) -> ResponseReturnValue:
    """Ask who should own the case."""
    case = header(reference)
    return render_template("portal/case/owner.html", **shared(case, ""), **_staff(case), errors={})


@blueprint.post("/cases/<reference>/owner")
@requires("change case")
def hand_over(reference: str) -> ResponseReturnValue:
    """Make another member of staff the owner."""
    case, to = header(reference), request.form.get("to", "")
    try:
        if not to:
            raise Invalid(errors={"to": "Choose a member of staff"})
        cases.hand_over(session(), case.id, to=to, by=actor())
    except Invalid as error:
        return _again(error, "portal/case/owner.html", reference, "", _staff)
    name = next((row.name for row in staff(session()) if row.email == to), to)
    flash(f"{name} owns this case now.", "success")
    if case.restricted:
        return redirect(url_for("portal.home.page"), 303)  # it may not be seen from here any more
    return _to(case)


@blueprint.get("/cases/<reference>/closure")
@requires("close case")
def closure(reference: str) -> ResponseReturnValue:
    """Ask why the case is closed."""
    return _ending(reference, "close", {}, {})


@blueprint.post("/cases/<reference>/closure")
@requires("close case")
def close(reference: str) -> ResponseReturnValue:
    """Close the case by hand."""
    return _end(reference, "close", cases.close, "closed")


@blueprint.get("/cases/<reference>/cancellation")
@requires("close case")
def cancellation(reference: str) -> ResponseReturnValue:
    """Ask why the case is cancelled."""
    return _ending(reference, "cancel", {}, {})


@blueprint.post("/cases/<reference>/cancellation")
@requires("close case")
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel the case."""
    with_children = bool(request.form.get("with_children"))
    return _end(reference, "cancel", partial(cases.cancel, with_children=with_children), "cancelled")


@blueprint.post("/incidents/<int:incident_id>/retry")
@requires("retry incident")
def retry(incident_id: int) -> ResponseReturnValue:
    """Let a step that failed try again."""
    incident = session().get(Incident, incident_id)
    if incident is None:
        raise NotFound("There is no such incident.")
    reference = _reference(incident)
    after_commit(incidents.retry(session(), incident_id, by=actor()))
    flash(f"“{incident.element_name}” was tried again.", "info")
    return redirect(url_for("portal.case_pages.page", reference=reference), 303)


@blueprint.post("/incidents/<int:incident_id>/skip")
@requires("skip incident")
def skip(incident_id: int) -> ResponseReturnValue:
    """Let the case go on as if a step that failed had been done, for a reason."""
    incident = session().get(Incident, incident_id)
    if incident is None:
        raise NotFound("There is no such incident.")
    reference, name = _reference(incident), incident.element_name
    try:
        after_commit(incidents.skip(session(), incident_id, reason=request.form.get("reason", "")[:2_000], by=actor()))
    except Invalid as error:
        database.roll_back()
        flash(f"“{name}” still waits. {error.errors.get('reason') or error.message}.", "warning")
    else:
        flash(f"“{name}” was skipped, and the case goes on.", "success")
    return redirect(url_for("portal.case_pages.page", reference=reference), 303)


@blueprint.post("/incidents/<int:incident_id>/choice")
@requires("retry incident")
def choose_way(incident_id: int) -> ResponseReturnValue:
    """Choose the way on from a gateway at which no condition holds."""
    incident = session().get(Incident, incident_id)
    if incident is None:
        raise NotFound("There is no such incident.")
    reference, name = _reference(incident), incident.element_name
    ways = [text[:200] for text in request.form.getlist("choice")][:200]
    try:
        after_commit(incidents.choose(session(), incident_id, ways=ways, by=actor()))
    except Invalid as error:
        database.roll_back()
        flash(f"“{name}” still waits. {error.errors.get('choice') or error.message}.", "warning")
    else:
        flash(f"“{name}” goes on as you chose.", "success")
    return redirect(url_for("portal.case_pages.page", reference=reference), 303)


def _reference(incident: Incident) -> str:
    case = session().get(Case, incident.case_id)
    return header(case.reference if case else "").reference  # refuses those who may not see the case


def _end(reference: str, verb: str, operation: Callable[..., tuple[str, ...]], word: str) -> ResponseReturnValue:
    case, sent = header(reference), request.form
    try:
        if not sent.get("reason"):
            raise Invalid(errors={"reason": f"Choose why the case is {word}"})
        note = sent.get("note", "").strip()[:5000]
        left = operation(session(), case.id, reason=sent["reason"], note=note, by=actor())
    except Invalid as error:
        database.roll_back()
        return _ending(reference, verb, error.errors, sent), 422
    after_commit(left)
    flash(f"Case {case.reference} is {word}.", "success")
    return _to(case)


def _ending(reference: str, verb: str, errors: Errors, sent: Any) -> str:
    around = shared(header(reference), "")
    settings = around["definition"].settings
    reasons = settings.closure_reasons if verb == "close" else settings.cancellation_reasons
    children = related_cases.open_children(session(), around["case"].id, by=actor())
    told = {"waited_for": [one for one in children if one.is_waited_for]}
    told["others"] = [one for one in children if not one.is_waited_for]
    return render_template(
        "portal/case/ending.html", **around, **told, verb=verb, reasons=reasons, errors=errors, sent=sent
    )


def _due_at(sent: Any) -> datetime | None:
    """Return the end of the day that was asked for; none when none was."""
    parts = {part: sent.get(f"due-{part}", "").strip() for part in ("day", "month", "year")}
    if not any(parts.values()):
        return None
    try:
        day = read_date(parts)
    except Unreadable as error:
        raise Invalid(errors={"due": "Enter a date that exists, such as 3 12 2026"}) from error
    if not isinstance(day, date) or day < today():
        raise Invalid(errors={"due": "The date must be today or later"})
    return datetime.combine(day, time(23, 59, 59), LONDON)


def _again(error: Invalid, template: str, reference: str, tab: str, parts: Parts) -> ResponseReturnValue:
    """Show a page again with its faults; `parts` reads what it shows from the database as it is after the undoing."""
    database.roll_back()
    case = header(reference)
    return render_template(template, **shared(case, tab), **parts(case), errors=error.errors or {"": str(error)}), 422


def _notes(case: Header) -> dict[str, Any]:
    return {"notes": case_page.notes(session(), case.id), "text": request.form.get("text", "")}


def _holders(case: Header) -> dict[str, Any]:
    return {**_staff(case), "teams": teams(session()), "me": actor().email, "sent": request.form}


def _staff(case: Header) -> dict[str, Any]:
    return {"people": staff(session())}


def _to(case: Header, tab: str = "page") -> ResponseReturnValue:
    return redirect(url_for(f"portal.case_pages.{tab}", reference=case.reference), 303)
