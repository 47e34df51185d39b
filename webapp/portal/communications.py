"""A letter, e-mail or text message: as it looks, what became of it, and what people decide while it has not left."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine import case_documents, case_page
from engine.communications import correcting, settling, showing, words
from engine.communications.existing import PRINTED
from engine.communications.showing import Page
from engine.documents import previews
from engine.documents.packages import WORD
from engine.documents.sms import sms_length
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.filing.places import Place
from engine.permissions import may
from webapp import database, reads, uploads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal import document_views, lists
from webapp.portal.case_pages import header
from webapp.portal.document_views import View
from webapp.uploads import takes_large_files

blueprint = Blueprint("communications", __name__)

TOLD = {
    "communication_written": "Written",
    "communication_edited": "Changed before it left",
    "communication_approved": "Approved",
    "communication_stopped": "Stopped",
    "communication_let_go": "Let go in their own name",
    "communication_cancelled": "Cancelled",
    "communication_printing": "Put among the letters to be printed",
    "communication_sent": "Sent",
    "communication_delivered": "Delivered",
    "communication_failed": "Not delivered",
    "communication_received": "Received",
}


class Told(NamedTuple):
    """Something that happened to a message."""

    word: str
    reason: str
    at: datetime
    by: str


@blueprint.get("/communications/<int:communication_id>")
@requires("see cases")
def page(communication_id: int) -> ResponseReturnValue:
    """Show a message as it looks, to whom and how it goes, why it is stopped, and what was decided."""
    return _page(_found(communication_id), {})


@blueprint.get("/communications/<int:communication_id>/html")
@requires("see cases")
def html(communication_id: int) -> ResponseReturnValue:
    """Send the formatted text of an e-mail as a page in which nothing can run."""
    found = _found(communication_id)
    if not found.row.html:
        raise NotFound("This message has no formatted text.")
    return Response(previews.page(found.line.name, found.row.html), headers=previews.HEADERS)


@blueprint.post("/communications/<int:communication_id>/approval")
@requires("write to people")
def approve(communication_id: int) -> ResponseReturnValue:
    """Let it leave."""
    return _decided(
        communication_id,
        "Approved: it leaves now.",
        lambda: settling.approve(session(), communication_id, **_as_read()),
    )


@blueprint.post("/communications/<int:communication_id>/override")
@requires("let message go")
def let_go(communication_id: int) -> ResponseReturnValue:
    """Let it go although it was stopped, for a reason that stays with it."""
    reason = request.form.get("override_reason", "")

    def act() -> tuple[str, ...]:
        return settling.let_go(session(), communication_id, reason=reason, **_as_read())

    return _decided(communication_id, "It leaves now, in your name and for the reason that you gave.", act)


@blueprint.post("/communications/<int:communication_id>/cancellation")
@requires("write to people")
def cancel(communication_id: int) -> ResponseReturnValue:
    """Have it not sent, for a reason."""
    reason = request.form.get("cancel_reason", "")

    def act() -> tuple[str, ...]:
        return settling.cancel(session(), communication_id, reason=reason, **_as_read())

    return _decided(communication_id, "Cancelled: it is not sent.", act)


@blueprint.post("/communications/<int:communication_id>/text")
@requires("write to people")
def edit(communication_id: int) -> ResponseReturnValue:
    """Change what an e-mail or text message says; what it said before is kept."""
    subject, text = request.form.get("subject", ""), request.form.get("text", "").replace("\r\n", "\n")

    def act() -> tuple[str, ...]:
        settling.edit(session(), communication_id, subject=subject, text=text, **_as_read())
        return ()

    return _decided(communication_id, "The text is changed.", act)


@blueprint.post("/communications/<int:communication_id>/letter")
@requires("write to people")
@takes_large_files
def edit_letter(communication_id: int) -> ResponseReturnValue:
    """Take a changed file of a letter as its new version; the former one stays."""
    upload, note = request.files.get("file"), request.form.get("note", "")
    line = _found(communication_id).line
    database.roll_back()  # to look at the file takes a while, and nobody waits for it

    def act() -> tuple[str, ...]:
        if line.document_id is None:
            raise Conflict("Only a letter has a document.")
        if upload is None or not upload.filename:
            raise Invalid(errors={"file": "Choose the changed letter"})
        try:
            received = uploads.receive(upload, Place(line.case_id), title=line.subject, kind="letter")
        except Invalid as error:
            raise Invalid(error.message, errors={"file": str(error)}) from error
        if received.checked.content_type not in ((WORD,) if line.template else PRINTED):
            kind = "a Word file (.docx)" if line.template else "a Word file or a PDF"
            raise Invalid(errors={"file": f"A letter is {kind}: download it, change it, and upload it"})
        text = correcting.words_of(received)
        correcting.change_letter(session(), communication_id, received, text=text, note=note, **_as_read())
        return ()

    return _decided(communication_id, "The letter goes as you changed it.", act)


def _found(communication_id: int) -> Page:
    """Return a message, and note that it was read where its case or person asks for that."""
    found = showing.page(session(), communication_id, by=actor())
    reads.message(found.line)
    return found


def _as_read() -> dict[str, Any]:
    """Return who acts, and the revision that the page showed."""
    return {"revision": lists.as_number(request.form.get("revision", "")), "by": actor()}


def _decided(communication_id: int, told: str, act: Callable[[], tuple[str, ...]]) -> ResponseReturnValue:
    """Act, and go on to the next message of the same to-do item; what is refused is said on the page."""
    try:
        after_commit(act())
    except Invalid as error:
        database.roll_back()
        return _page(_found(communication_id), _on_page(error.errors) or {"": str(error)}), 422
    except (Conflict, NotAllowed) as error:
        database.roll_back()
        status = 409 if isinstance(error, Conflict) else 403
        return _page(_found(communication_id), {"": str(error)}), status
    flash(told, "success")
    following = showing.next_undecided(session(), communication_id, by=actor())
    if following is not None:
        address = url_for("portal.communications.page", communication_id=following)
        flash(Markup('This is the next message of the task. <a href="{}">See the last one</a>').format(
            url_for("portal.communications.page", communication_id=communication_id)), "info")  # fmt: skip
        return redirect(address, 303)
    return redirect(url_for("portal.communications.page", communication_id=communication_id), 303)


def _on_page(errors: Any) -> dict[str, str]:
    """Return faults under the names of the page's fields: it asks for a reason in two of its forms."""
    name = "override_reason" if request.path.endswith("/override") else "cancel_reason"
    return {name if key == "reason" else key: text for key, text in errors.items()}


def _page(found: Page, errors: dict[str, str]) -> str:
    row = found.row
    return render_template(
        "portal/communications/page.html",
        found=found,
        view=_view(row),
        line=found.line,
        row=row,
        case=header(found.line.reference) if found.line.reference else None,
        versions=case_documents.versions(session(), row.document_id) if row.document_id is not None else [],
        events=_events(found),
        answer_at=_answer_at(found),
        parts=sms_length(row.text).segments if row.channel == words.SMS else 0,
        purposes=words.PURPOSES,
        may_write=may(actor(), "write to people"),
        may_let_go=may(actor(), "let message go"),
        errors=errors,
        sent=request.form,
    )


def _view(row: Any) -> View | None:
    """Return the letter as it looks, in the version that goes or went; none where there is none that may be seen."""
    if row.document_id is None:
        return None
    try:
        return document_views.view(row.document_id, number=row.document_version)
    except NotFound:
        return None


def _answer_at(found: Page) -> str:
    """Return where a received message is answered: on its case, else to its person."""
    line = found.line
    if not may(actor(), "write to people") or line.channel == words.LETTER:
        return ""
    asked: dict[str, Any] = {"channel": line.channel, "reply": line.id}
    if line.reference:
        return url_for("portal.letters_by_hand.of_case", reference=line.reference, **asked)
    return url_for("portal.letters_by_hand.of_person", person_id=line.person_id, **asked) if line.person_id else ""


def _events(found: Page) -> list[Told]:
    """Return what happened to a message, the latest first: of its case, else of the record of its person."""
    line = found.line
    if line.case_id is not None:
        events = case_page.events_of(session(), line.case_id, tuple(TOLD))
        mine = [(one, one.payload or {}) for one in events]
        return [
            Told(TOLD[one.type], str(payload.get("reason") or ""), one.at, one.actor_name)
            for one, payload in mine
            if payload.get("communication_id") == line.id
        ]
    noted = showing.noted(session(), line)
    return [
        Told(TOLD.get(f"communication_{one.action}", one.action), one.reason, one.at, one.actor_name) for one in noted
    ]
