"""A document: read in the page, version by version; its file, its pages and its small picture."""

from collections.abc import Sequence
from typing import BinaryIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import case_documents, document_page, redactions
from engine.case_documents import File
from engine.communications import showing
from engine.communications.settling import WRITE
from engine.documents import kinds, names, pictures, previews
from engine.documents.uploads import safe_headers
from engine.errors import NotFound
from engine.filing import pdfs, places
from engine.filing.receiving import renditions, store
from engine.permissions import may, may_on
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import document_views
from webapp.portal.case_pages import header
from webapp.portal.lists import number
from webapp.portal.record_addresses import address_of
from webapp.streaming import chunks

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int:document_id>")
@requires("see documents")
def page(document_id: int) -> ResponseReturnValue:
    """Show a document as it looks, what is known of it, its versions, and what happened to it."""
    view = document_views.view(document_id, number=number("version"))
    file = view.file
    details = document_page.details(session(), file, by=actor())
    return render_template(
        "portal/documents/page.html",
        view=view,
        file=file,
        case=header(file.reference) if file.reference else None,
        details=details,
        versions=case_documents.versions(session(), document_id),
        places=[(link, places.title_of(session(), link, by=actor()), address_of(link)) for link in details.links],
        may_change=may(actor(), "change document"),
        redaction=redactions.known(session(), file.id, by=actor()),
        may_redact=may(actor(), "add document") and (file.content_type == kinds.PDF or bool(file.pdf)),
        send_at=_send_at(file, details.links),
        sent=showing.of_document(session(), document_id, by=actor()),
    )


@blueprint.get("/documents/<int:document_id>/file")
@requires("see documents")
def download(document_id: int) -> ResponseReturnValue:
    """Send the file itself, with the headers of a stranger's file."""
    file = _file(document_id)
    return _sent(store().open(file.sha256), safe_headers(file.content_type, file.file_name), file.size)


@blueprint.get("/documents/<int:document_id>/pdf")
@requires("see documents")
def pdf(document_id: int) -> ResponseReturnValue:
    """Send the PDF that stands beside a Word document."""
    file = _file(document_id)
    return _sent(_rendition(file.pdf), safe_headers(kinds.PDF, names.with_ending(file.file_name, "pdf")))


@blueprint.post("/documents/<int:document_id>/pdf")
@requires("see documents")
def make_pdf(document_id: int) -> ResponseReturnValue:
    """Have it made."""
    pdfs.ask(session(), document_id, by=actor())
    flash("Its PDF is being made.", "success")
    return redirect(url_for("portal.documents.page", document_id=document_id), 303)


@blueprint.get("/documents/<int:document_id>/thumbnail")
@requires("see documents")
def thumbnail(document_id: int) -> ResponseReturnValue:
    """Send the small picture of a document."""
    return _sent(_rendition(_file(document_id).thumbnail), safe_headers("image/jpeg", "thumbnail.jpg"))


@blueprint.get("/documents/<int:document_id>/preview")
@requires("see documents")
def preview(document_id: int) -> ResponseReturnValue:
    """Send a Word document as a page in which nothing can run."""
    file = _file(document_id)
    with _rendition(file.html) as stream:
        return Response(previews.page(file.title, stream.read().decode()), headers=previews.HEADERS)


@blueprint.get("/documents/<int:document_id>/pages/<int:page_number>")
@requires("see documents")
def drawn(document_id: int, page_number: int) -> ResponseReturnValue:
    """Send a page of a PDF as a picture: no reader of the browser's opens the file."""
    file = _file(document_id)
    if not 1 <= page_number <= min(document_views.pages_of(file), document_views.MOST_PAGES):
        abort(404)
    with _rendition(file.pdf) if file.pdf else store().open(file.sha256) as stream:
        content = stream.read()
    return Response(pictures.page(content, page_number).content, headers=safe_headers("image/jpeg", "page.jpg"))


def _file(document_id: int) -> File:
    file = case_documents.file(session(), document_id, number=number("version"), by=actor())[0]
    reads.document(file)
    return file


def _send_at(file: File, links: Sequence[places.Link]) -> str:
    """Return where it is sent to people from: its case, else the person that it is filed under; "" where nowhere."""
    person = next((number for kind, number in links if kind == "person"), None)
    if file.ended_at is not None or not may(actor(), WRITE):
        return ""
    if file.case_id is not None and file.reference:
        may_here = may_on(session(), actor(), WRITE, file.case_id)
        of_case = url_for("portal.letters_by_hand.of_case", reference=file.reference, document=file.id)
        return of_case if may_here else ""
    return url_for("portal.letters_by_hand.of_person", person_id=person, document=file.id) if person else ""


def _rendition(sha256: str | None) -> BinaryIO:
    if sha256 is None:
        raise NotFound("Nothing was drawn of this document.", remedy="Download it to look at it.")
    return renditions().open(sha256)


def _sent(content: BinaryIO, headers: dict[str, str], size: int | None = None) -> Response:
    response = Response(chunks(content), headers=headers)
    if size is not None:
        response.content_length = size
    return response
