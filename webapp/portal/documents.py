"""A document: read in the page, version by version; its file, its pages and its small picture."""

from typing import Any, BinaryIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_documents, document_page, redactions
from engine.case_documents import File
from engine.documents import converting, kinds, names, pictures, previews
from engine.documents.packages import WORD
from engine.documents.uploads import safe_headers
from engine.errors import NotFound
from engine.filing import pdfs, places
from engine.filing.receiving import renditions, store
from engine.permissions import may
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.case_pages import header
from webapp.portal.lists import number
from webapp.portal.record_addresses import address_of
from webapp.security_headers import allow_inline_styles
from webapp.streaming import chunks

blueprint = Blueprint("documents", __name__)

MOST_PAGES = 30  # shown in the page; whoever reads on downloads the file
SHOWN = ("image/jpeg", "image/png", "image/webp")


@blueprint.get("/documents/<int:document_id>")
@requires("see documents")
def page(document_id: int) -> ResponseReturnValue:
    """Show a document as it looks, what is known of it, its versions, and what happened to it."""
    file, text = case_documents.file(session(), document_id, number=number("version"), by=actor())
    is_letter = file.content_type == WORD and file.source == "merged" and not file.pdf
    if is_letter:
        allow_inline_styles()  # the letter's own styles are written by docx-preview
    details = document_page.details(session(), file, by=actor())
    return render_template(
        "portal/documents/page.html",
        file=file,
        text=text.strip(),
        case=header(file.reference) if file.reference else None,
        details=details,
        versions=case_documents.versions(session(), document_id),
        places=[(link, places.title_of(session(), link, by=actor()), address_of(link)) for link in details.links],
        is_letter=is_letter,
        is_picture=file.content_type in SHOWN,
        pages=min(_pages(file), MOST_PAGES),
        is_word=file.content_type == WORD,
        install=converting.INSTALL if may(actor(), "administer") else "",
        may_change=may(actor(), "change document"),
        redaction=redactions.known(session(), file.id, by=actor()),
        may_redact=may(actor(), "add document") and (file.content_type == kinds.PDF or bool(file.pdf)),
        address=_address(file),
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
    if not 1 <= page_number <= min(_pages(file), MOST_PAGES):
        abort(404)
    with _rendition(file.pdf) if file.pdf else store().open(file.sha256) as stream:
        content = stream.read()
    return Response(pictures.page(content, page_number).content, headers=safe_headers("image/jpeg", "page.jpg"))


def _pages(file: File) -> int:
    """Return how many pages can be drawn: of a PDF, or of the one that stands beside a Word document."""
    return (file.pages or 0) if file.content_type == kinds.PDF or file.pdf else 0


def _file(document_id: int) -> File:
    file = case_documents.file(session(), document_id, number=number("version"), by=actor())[0]
    reads.document(file)
    return file


def _address(file: File) -> dict[str, str]:
    """Return where the parts of this version are."""
    asked: dict[str, Any] = {"version": file.number} if request.args.get("version") else {}
    parts = ("download", "pdf", "thumbnail", "preview")
    found = {name: url_for(f"portal.documents.{name}", document_id=file.id, **asked) for name in parts}
    return found | {"pages": url_for("portal.documents.page", document_id=file.id) + "/pages/"}


def _rendition(sha256: str | None) -> BinaryIO:
    if sha256 is None:
        raise NotFound("Nothing was drawn of this document.", remedy="Download it to look at it.")
    return renditions().open(sha256)


def _sent(content: BinaryIO, headers: dict[str, str], size: int | None = None) -> Response:
    response = Response(chunks(content), headers=headers)
    if size is not None:
        response.content_length = size
    return response
