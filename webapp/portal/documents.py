"""Documents: read a letter in the page, download a file, upload some to a case."""

from collections.abc import Iterator
from typing import BinaryIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import case_documents, configuration, filing
from engine.documents.packages import WORD
from engine.documents.store import FolderStore
from engine.documents.uploads import safe_headers
from engine.errors import Invalid
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.case_pages import header, shared
from webapp.security_headers import allow_inline_styles

blueprint = Blueprint("documents", __name__)

CHUNK = 256 * 1024
MOST_FILES = 20


@blueprint.get("/documents/<int:document_id>")
@requires("see documents")
def page(document_id: int) -> ResponseReturnValue:
    """Show a document with its words; a letter as it looks where the browser can."""
    allow_inline_styles()  # the letter's own styles are written by docx-preview
    file, text = case_documents.file(session(), document_id, by=actor())
    case = header(file.reference) if file.reference else None
    return render_template("portal/document.html", file=file, text=text, case=case, is_letter=file.content_type == WORD)


@blueprint.get("/documents/<int:document_id>/file")
@requires("see documents")
def download(document_id: int) -> ResponseReturnValue:
    """Send the file itself, with the headers of a stranger's file."""
    file, _ = case_documents.file(session(), document_id, by=actor())
    content = FolderStore(configuration.current().files).open(file.sha256)
    response = Response(_chunks(content), headers=safe_headers(file.content_type, file.file_name))
    response.content_length = file.size
    return response


@blueprint.post("/cases/<reference>/documents")
@requires("add document")
def upload(reference: str) -> ResponseReturnValue:
    """Keep the files that were chosen; all of them, or none when one is refused."""
    case = header(reference)
    files = [upload for upload in request.files.getlist("files") if upload.filename]
    kind, title = request.form.get("kind", "other"), request.form.get("title", "")
    errors: dict[str, str] = {}
    if not files:
        errors["files"] = "Choose at least one file"
    elif len(files) > MOST_FILES:
        errors["files"] = f"Choose at most {MOST_FILES} files at a time"
    try:
        for chosen in [] if errors else files:
            name = title if len(files) == 1 else ""
            filing.add_document(
                session(), case.id, chosen.filename or "file", chosen.read(), title=name, kind=kind, by=actor()
            )
    except Invalid as error:
        errors = {"kind": error.errors["kind"]} if "kind" in error.errors else {"files": str(error)}
    if errors:
        return _refused(reference, errors), 422
    flash("The document is on the case." if len(files) == 1 else f"{len(files)} documents are on the case.", "success")
    return redirect(url_for("portal.case_pages.documents", reference=reference), 303)


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while chunk := content.read(CHUNK):
            yield chunk


def _refused(reference: str, errors: dict[str, str]) -> str:
    database.roll_back()
    case = header(reference)
    return render_template(
        "portal/case/documents.html",
        **shared(case, "documents"),
        documents=case_documents.documents(session(), case.id),
        may_add=True,
        kinds=filing.KINDS,
        errors=errors,
    )
