"""The page of a task: instructions, form and context; claim, draft, complete."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from engine import case_documents, case_page, case_subjects
from engine import tasks as operations
from engine.case_list import staff
from engine.choices import offers
from engine.communications import showing
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.forms import Button, Posted, render_fields, render_form, wants_fields
from webapp.jobs import after_commit
from webapp.portal import form_posts
from webapp.portal.form_posts import Sent
from webapp.portal.opened_task import Opened, opened
from webapp.portal.writing import label_of, summary_rows, value_of

blueprint = Blueprint("tasks", __name__)

LATE, LATE_CHOICE = "_late_reason", "_late_choice"
LATE_FIELDS = (LATE, LATE_CHOICE)
LONGEST_LATE_REASON = 2_000
OVERRIDE = "_override_reason"
NO_LATE_REASON = "Say why this is late"


@blueprint.get("/tasks/<int:task_id>")
@requires("see cases")
def page(task_id: int) -> ResponseReturnValue:
    """Show the task."""
    found = opened(task_id)
    return _page(found, found.task.draft or {}, {})


@blueprint.post("/tasks/<int:task_id>/completion")
@requires("do task")
def complete(task_id: int) -> ResponseReturnValue:
    """Answer the task; what is wrong comes back with everything that was typed."""
    if form_posts.is_refresh():
        return _refreshed(opened(task_id))
    locked = operations.lock(session(), task_id, by=actor())
    sent = _sent(locked)
    if locked.is_open and form_posts.keep_files(sent, locked.case.id):  # a second click brings the same files again
        locked = operations.lock(session(), task_id, by=actor())  # the case has moved on by an event for each
    late_reason = _late_reason()
    if locked.is_open and locked.is_late and not late_reason:
        sent.errors[LATE] = NO_LATE_REASON
    try:
        if sent.errors:
            raise Invalid(errors=_all_errors(opened(task_id), sent))
        done = operations.complete(
            session(),
            locked,
            answers=sent.posted.answers,
            by=actor(),
            completion_key=request.form.get("_completion_key", "")[:80] or None,
            seen=form_posts.seen_values(),
            late_reason=late_reason,
            override_reason=request.form.get(OVERRIDE, "").strip()[:2000],
        )
    except (NotPossible, NotAllowed) as error:
        database.roll_back()
        if not (found := opened(task_id)).withheld:
            raise
        return _page(found, sent.typed, {OVERRIDE: f"{error.message} {error.remedy}".strip()}), 422
    except Invalid as error:
        database.roll_back()
        return _page(opened(task_id), sent.typed, error.errors or {"": error.message}), 422
    except Conflict as error:
        database.roll_back()
        return _conflict(opened(task_id), sent.typed, error), 409
    after_commit(done.job_keys)
    if done.case_status == "overtaken":
        flash("The time for this task ran out before you sent it, and the case went another way.", "warning")
        return redirect(url_for("portal.case_pages.page", reference=done.reference), 303)
    return redirect(url_for("portal.case_pages.page", reference=done.reference, completed=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/draft")
@requires("do task")
def save_draft(task_id: int) -> ResponseReturnValue:
    """Keep what was typed; scripts ask for it after each pause, people by its button."""
    locked = operations.lock(session(), task_id, by=actor())
    operations.save_draft(session(), locked, _sent(locked).typed, by=actor())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204
    flash("Your draft is saved. Only you and whoever takes over the task see it.", "success")
    return redirect(url_for("portal.tasks.page", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/claim")
@requires("do task")
def claim(task_id: int) -> ResponseReturnValue:
    """Take a task of the team."""
    operations.claim(session(), task_id, by=actor())
    flash("The task is yours.", "success")
    return redirect(url_for("portal.tasks.page", task_id=task_id), 303)


@blueprint.post("/tasks/<int:task_id>/release")
@requires("do task")
def release(task_id: int) -> ResponseReturnValue:
    """Give a task back to its team."""
    operations.release(session(), task_id, by=actor())
    undo = Markup('<form method="post" action="{}"><input type="hidden" name="csrf_token" value="{}">'
                  '<button class="cw-link-button">Take it again</button></form>')  # fmt: skip
    form = undo.format(url_for("portal.tasks.claim", task_id=task_id), generate_csrf())
    flash(Markup("The task is back with its team. ") + form, "success")
    return redirect(url_for("portal.home.page"), 303)


@blueprint.get("/tasks/<int:task_id>/assignment")
@requires("assign task")
def assignment(task_id: int) -> ResponseReturnValue:
    """Ask whom to hand the task to."""
    return _assignment(opened(task_id), {})


@blueprint.post("/tasks/<int:task_id>/assignment")
@requires("assign task")
def assign(task_id: int) -> ResponseReturnValue:
    """Hand the task to a colleague."""
    to, reason = request.form.get("to", ""), request.form.get("reason", "").strip()[:2000]
    try:
        if not to:
            raise Invalid(errors={"to": "Choose a member of staff"})
        operations.assign(session(), task_id, to=to, reason=reason, by=actor())
    except Invalid as error:
        database.roll_back()
        return _assignment(opened(task_id), error.errors), 422
    task, header = case_page.task(session(), task_id, by=actor())
    flash(f"“{task.name}” is now with {task.assignee}.", "success")
    return redirect(url_for("portal.case_pages.page", reference=header.reference), 303)


def _sent(locked: operations.Locked) -> Sent:
    """Return what was posted; why the task is late is kept with what was typed, for the draft."""
    sent = _answers(locked)
    sent.typed |= _late_fields()
    return sent


def _late_fields() -> dict[str, str]:
    return {name: text for name in LATE_FIELDS if (text := request.form.get(name, "").strip()[:20_000])}


def _late_reason() -> str:
    """Return why the task is late: what was chosen of the reasons that are known, what was written, or both."""
    parts = (request.form.get(name, "").strip() for name in (LATE_CHOICE, LATE))
    return ": ".join(part for part in parts if part)[:LONGEST_LATE_REASON]


def _answers(locked: operations.Locked) -> Sent:
    """Return the answers that were posted. A task without a form has one at most: its choice, or its note."""
    if locked.form is not None:
        return form_posts.sent(locked.form)
    if offers(session(), [locked.columns["token_id"]]):
        chosen = [text[:200] for text in request.form.getlist("choice")][:200]
        given = {"choice": chosen} if chosen else {}
        return Sent(Posted(dict(given)), given)
    note = request.form.get("_note", "").strip()[:20_000]
    answers = {"note": note} if note and locked.is_ad_hoc else {}
    return Sent(Posted(dict(answers)), answers)


def _all_errors(found: Opened, sent: Sent) -> dict[str, str]:
    """Return the faults of the files and the late reason together with those of the answers."""
    errors = dict(sent.errors)
    if found.form is not None:
        try:
            found.form.validate(
                sent.posted.answers, found.reader.scope(found.task.item), functions=found.reader.functions
            )
        except Invalid as error:
            errors = {**error.errors, **errors}
    return errors


def _refreshed(found: Opened) -> ResponseReturnValue:
    """Draw the form again as a button asked; only its fields when the page can put them in place itself."""
    if found.form is None:
        abort(400)
    sent = form_posts.sent(found.form)
    if wants_fields(dict(request.headers)):
        scope, stored = found.reader.scope(found.task.item), found.reader.stored()
        files = form_posts.stored_files(found.reader.definition, stored, sent.typed)
        focus, functions = sent.posted.focus, found.reader.functions
        return str(render_fields(found.form, sent.typed, {}, scope, files=files, functions=functions, focus=focus))
    return _page(found, {**sent.typed, **_late_fields()}, {}, focus=sent.posted.focus)


def _page(found: Opened, values: dict[str, Any], errors: dict[str, str], *, focus: str = "", changed: Any = ()) -> str:
    return render_template(
        "portal/task.html",
        task=found.task,
        case=found.header,
        opened=found,
        form=_form(found, values, errors, focus) if found.is_answerable else "",
        errors=errors,
        has_draft=bool(found.task.draft) and not errors,
        changed=changed,
        **_context(found),
    )


def _context(found: Opened) -> dict[str, Any]:
    """Return what stands beside the work: subject, alerts, deadlines, documents, what is known."""
    reader = found.reader
    return {
        "about": case_subjects.about(session(), found.header.id, by=actor()),
        "deadlines": case_page.deadlines(session(), found.header.id, reader.definition, mark=reader.case.law),
        "documents": case_documents.documents(session(), found.header.id, most=6),
        "facts": summary_rows(reader.definition, reader.some(reader.definition.settings.summary_fields)),
        "messages": showing.lines(session(), found.messages, by=actor()),
    }


def _form(found: Opened, values: dict[str, Any], errors: dict[str, str], focus: str) -> Markup:
    if found.offer is not None:
        kept = values.get("choice", ())
        chosen = [kept] if isinstance(kept, str) else kept
        parts = {"task": found.task, "errors": errors, "key": _new_key(), "offer": found.offer, "chosen": chosen}
        parts |= _late_parts(found, values)
        parts["is_withheld"] = bool(found.withheld)
        return form_posts.drawn("portal/_task_choice.html", parts)
    if found.form is None:
        element = found.reader.definition.elements.get(found.task.element_id)
        is_told = element is not None and element.is_told
        parts = {"task": found.task, "errors": errors, "key": _new_key(), "is_told": is_told}
        parts |= _late_parts(found, values)
        parts["is_withheld"] = bool(found.withheld)
        return form_posts.drawn("portal/_task_without_form.html", parts)
    stored = found.reader.stored()
    buttons = (Button("Save draft", action=url_for("portal.tasks.save_draft", task_id=found.task.id)),)
    return render_form(
        found.form,
        values,
        errors,
        found.reader.scope(found.task.item),
        action=url_for("portal.tasks.complete", task_id=found.task.id),
        token=generate_csrf(),
        submit="Complete task",
        buttons=buttons,
        draft_url=url_for("portal.tasks.save_draft", task_id=found.task.id),
        hidden={"_completion_key": _new_key(), "_seen": form_posts.seen_text(_seen(found, stored))},
        files=form_posts.stored_files(found.reader.definition, stored, values),
        functions=found.reader.functions,
        focus=focus,
        places={LATE: "late-reason", OVERRIDE: "override-reason"},
        extra=_questions(found, values, errors),
    )


def _questions(found: Opened, values: dict[str, Any], errors: dict[str, str]) -> Markup | None:
    """Ask why it is done although it is forbidden now, or late; most tasks are neither."""
    parts = {"errors": errors, **_late_parts(found, values)}
    wanted = [("_override_reason", bool(found.withheld)), ("_late_reason", found.task.is_late)]
    drawn = [form_posts.drawn(f"portal/{name}.html", parts) for name, is_asked in wanted if is_asked]
    return Markup("").join(drawn) if drawn else None


def _late_parts(found: Opened, values: dict[str, Any]) -> dict[str, Any]:
    """Return what the question why a task is late shows: reasons to choose from, and what was said so far."""
    if not found.task.is_late:
        return {}
    deadlines = case_page.deadlines(session(), found.header.id, found.reader.definition)
    known = case_page.late_reasons(deadlines, found.task.due_at)
    return {"late_reasons": known, "late_choice": values.get(LATE_CHOICE, ""), "late_text": values.get(LATE, "")}


def _seen(found: Opened, stored: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the form's fields as they are now; names of a loop's item are its own and not the case's."""
    form = found.form
    keys = {field.key.split("[")[0].split(".")[0] for field in form.fields if not field.computed} if form else set()
    return {key: stored.get(key) for key in sorted(keys) if key not in found.task.item}


def _new_key() -> str:
    """Return the key of one opening of a form: sent twice, it is the same answer."""
    return request.form.get("_completion_key", "")[:80] or secrets.token_urlsafe(18)


def _conflict(found: Opened, typed: dict[str, Any], error: Conflict) -> str:
    """Say who was first. What was typed stays: in the form when the task is still open, else to be copied."""
    if found.task.status == "open":
        return _page(found, typed, {"": f"{error.message} {error.remedy}".strip()}, changed=_changed(found))
    definition = found.reader.definition
    return render_template(
        "portal/task_conflict.html",
        task=found.task,
        case=found.header,
        error=error,
        typed=[(label_of(definition, key), value_of(definition, key, value)) for key, value in typed.items() if value],
    )


def _changed(found: Opened) -> list[tuple[str, Any]]:
    """Return the fields that somebody changed while the form was open, with what they hold now."""
    stored, definition = found.reader.stored(), found.reader.definition
    return [
        (definition.fields[key].label, value_of(definition, key, stored.get(key)))
        for key, value in form_posts.seen_values().items()
        if key in definition.fields and stored.get(key) != value
    ]


def _assignment(found: Opened, errors: dict[str, str]) -> str:
    people = [row for row in staff(session()) if row.id != found.task.assignee_id]
    return render_template(
        "portal/task_assignment.html",
        task=found.task,
        case=found.header,
        people=people,
        errors=errors,
        sent=request.form,
    )
