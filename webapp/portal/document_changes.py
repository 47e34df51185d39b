"""What officers do to a document: details, a new version, another place, its end and its return."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_documents, document_page, filing
from engine.communications import correcting, words
from engine.errors import Invalid
from engine.filing import kinds, places, tags
from engine.filing.places import Place
from webapp import database, uploads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists
from webapp.portal.case_pages import header
from webapp.uploads import takes_large_files

blueprint = Blueprint("document_changes", __name__)


@blueprint.get("/documents/<int:document_id>/change")
@requires("change document")
def page(document_id: int) -> str:
    """Show the forms that change a document."""
    return _page(document_id, {})


@blueprint.post("/documents/<int:document_id>/details")
@requires("change document")
def change(document_id: int) -> ResponseReturnValue:
    """Give it another title, kind or tags."""
    sent = request.form

    def act() -> None:
        title, kind, words = (sent.get(name, "") for name in ("title", "kind", "tags"))
        filing.change(session(), document_id, title=title, kind=kind, words=words, **_as_read())

    return _done(document_id, "The details are changed.", act)


@blueprint.post("/documents/<int:document_id>/versions")
@requires("add document")
@takes_large_files
def add_version(document_id: int) -> ResponseReturnValue:
    """Add a new version, which is shown from now on."""
    upload, note = request.files.get("file"), request.form.get("note", "")
    file = case_documents.file(session(), document_id, by=actor())[0]
    place = Place(file.case_id, places.links_of(session(), document_id, by=actor()))
    waiting = correcting.awaiting(session(), document_id, by=actor())
    database.roll_back()  # to look at the file takes a while, and nobody waits for it

    def add() -> None:
        if upload is None or not upload.filename:
            raise Invalid(errors={"file": "Choose a file"})
        keeps_place = "keep_place" in request.form
        try:
            received = uploads.receive(upload, place, title=file.title, kind=file.kind, keeps_place=keeps_place)
        except Invalid as error:
            raise Invalid(error.message, errors={"file": str(error)}) from error
        text = correcting.words_of(received) if waiting else ""
        changed = correcting.add_version(session(), document_id, received, text=text, note=note, **_as_read())
        for row in changed:
            flash(
                f"{words.CHANNELS[row.channel]} to {row.recipient} goes out in this version once it is decided on.",
                "info",
            )

    return _done(document_id, "The new version is added.", add)


@blueprint.post("/documents/<int:document_id>/place")
@requires("change document")
def move(document_id: int) -> ResponseReturnValue:
    """File it elsewhere: on the case and under the records that are ticked, and one more by its reference."""
    sent = request.form

    def act() -> None:
        kept = Place(_case_id(sent.get("case", "")), tuple(places.read_link(text) for text in sent.getlist("link")))
        more = places.named(session(), sent["to"], by=actor()) if sent.get("to", "").strip() else Place()
        to = Place(more.case_id or kept.case_id, (*kept.links, *more.links))
        filing.move(session(), document_id, to, reason=sent.get("reason", ""), **_as_read())

    return _done(document_id, "It is filed there now.", act)


@blueprint.post("/documents/<int:document_id>/ending")
@requires("change document")
def end(document_id: int) -> ResponseReturnValue:
    """End it for a reason; it stays where it is, and lists leave it out."""
    sent = request.form

    def act() -> None:
        instead = sent.get("superseded_by", "").strip().rpartition("/")[2]
        if instead and lists.as_number(instead) is None:
            raise Invalid(errors={"superseded_by": "Enter the number or the address of a document"})
        other = lists.as_number(instead)
        filing.end(session(), document_id, reason=sent.get("end_reason", ""), superseded_by=other, **_as_read())

    return _done(document_id, "The document is ended.", act)


@blueprint.post("/documents/<int:document_id>/reinstatement")
@requires("change document")
def reinstate(document_id: int) -> ResponseReturnValue:
    """Take its end back."""
    reason = request.form.get("end_reason", "")
    return _done(
        document_id, "It is back.", lambda: filing.reinstate(session(), document_id, reason=reason, **_as_read())
    )


def _as_read() -> dict[str, Any]:
    """Return who acts, and the revision that the page showed."""
    return {"revision": lists.as_number(request.form.get("revision", "")), "by": actor()}


def _case_id(reference: str) -> int | None:
    return header(reference).id if reference else None


def _done(document_id: int, told: str, act: Callable[[], Any]) -> ResponseReturnValue:
    try:
        act()
    except Invalid as error:
        database.roll_back()
        return _page(document_id, _on_page(error.errors) or {"": str(error)}), 422
    flash(told, "success")
    return redirect(url_for("portal.documents.page", document_id=document_id), 303)


def _on_page(errors: Mapping[str, str]) -> dict[str, str]:
    """Return faults under the names of the page's fields: it asks for a reason in two of its forms."""
    is_ending = request.path.endswith(("/ending", "/reinstatement"))
    return {"end_reason" if name == "reason" and is_ending else name: text for name, text in errors.items()}


def _page(document_id: int, errors: dict[str, str]) -> str:
    file = case_documents.file(session(), document_id, by=actor())[0]
    details = document_page.details(session(), file, by=actor())
    return render_template(
        "portal/documents/change.html",
        file=file,
        details=details,
        places=[
            (f"{kind}:{number}", kind, places.title_of(session(), (kind, number), by=actor()))
            for kind, number in details.links
        ],
        kinds=kinds.offered(session()) | {file.kind: file.kind_name},
        tags=tags.in_use(session()),
        errors=errors,
        sent=request.form,
    )
