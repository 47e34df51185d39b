"""Documents: list, look at, download."""

from typing import Any

from flask import Response

from engine import case_documents, document_list, document_page, redactions
from engine.case_documents import File
from engine.document_list import Line, Wanted
from engine.documents import kinds as document_kinds
from engine.documents import names
from engine.documents.uploads import safe_headers
from engine.errors import NotFound
from engine.filing import kinds
from engine.filing.places import read_link, title_of
from engine.filing.receiving import renditions, store
from engine.permissions import require
from webapp import reads
from webapp.access import requires
from webapp.api.cases import header_of
from webapp.api.paging import page
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.documents import DocumentFilter, DocumentKindsSchema, DocumentPage, WholeDocumentSchema
from webapp.auth import actor
from webapp.database import session
from webapp.streaming import chunks

resource = Resource("documents", __name__, "Letters that were merged, files that were uploaded or received.")

CONTENT = {
    "200": {"description": "The file itself.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
}


@resource.get("/documents")
@requires("see documents")
@resource.arguments(DocumentFilter, location=QUERY)
@resource.response(200, DocumentPage)
def find(given: dict[str, Any]) -> Any:
    """List documents, the latest first."""
    return listed(given, header_of(given["case"]).id if given["case"] else None)


def listed(given: dict[str, Any], case_id: int | None) -> dict[str, Any]:
    """Return the page of documents that a `DocumentFilter` asks for, of a case or of all."""
    about = given.get("about", "")
    if about:
        require(actor(), "see people")
        title_of(session(), read_link(about), by=actor())
    wanted = Wanted(
        case_id=case_id,
        about=read_link(about) if about else None,
        kind=given.get("kind", ""),
        tag=given.get("tag", ""),
        text=given.get("q", ""),
        since=given.get("since"),
        until=given.get("until"),
        with_ended=given.get("ended", False),
    )
    found, lines = document_list.find(session(), wanted, by=actor(), cursor=given["cursor"], size=given["limit"])
    return page(found, [_tagged(line) for line in lines])


@resource.get(f"/documents/<{ID}:document_id>")
@requires("see documents")
@resource.response(200, WholeDocumentSchema)
def one(document_id: int) -> Any:
    """Show all that is known of a document."""
    return whole(document_id)


def whole(document_id: int) -> dict[str, Any]:
    """Return a document with its tags, places and versions."""
    file = _visible(document_id)
    details = document_page.details(session(), file, by=actor())
    known = redactions.known(session(), document_id, by=actor())
    return _fields(file) | {
        "tags": details.tags,
        "about": [f"{kind}:{number}" for kind, number in details.links],
        "versions": case_documents.versions(session(), document_id),
        "end_reason": details.end_reason,
        "superseded_by": details.instead[0] if details.instead else None,
        "redacted_from": known.of[0] if known.of else None,
        "redactions": redactions.marks_of(session(), document_id),
    }


@resource.get(f"/documents/<{ID}:document_id>/content")
@requires("see documents")
@resource.doc(responses=CONTENT)
def content(document_id: int) -> Response:
    """Download the newest version of a document."""
    return _sent(_visible(document_id))


@resource.get(f"/documents/<{ID}:document_id>/versions/<{ID}:number>/content")
@requires("see documents")
@resource.doc(responses=CONTENT)
def version_content(document_id: int, number: int) -> Response:
    """Download a version of a document."""
    return _sent(case_documents.file(session(), document_id, number=number, by=actor())[0])


@resource.get(f"/documents/<{ID}:document_id>/pdf")
@requires("see documents")
@resource.doc(responses=CONTENT)
def pdf(document_id: int) -> Response:
    """Download the newest version of a Word document as PDF; of a PDF itself the same as its content."""
    file = _visible(document_id)
    if file.content_type == document_kinds.PDF:
        return _sent(file)
    if file.pdf is None:
        raise NotFound("There is no PDF of this document.", remedy="Ask for one with POST, and look at its pdf_state.")
    headers = safe_headers(document_kinds.PDF, names.with_ending(file.file_name, "pdf"))
    return Response(chunks(renditions().open(file.pdf)), headers=headers)


@resource.get(f"/documents/<{ID}:document_id>/thumbnail")
@requires("see documents")
@resource.doc(responses=CONTENT)
def thumbnail(document_id: int) -> Response:
    """Download the small picture of a document, a JPEG; there is none of sound, films and Office files."""
    sha256 = _visible(document_id).thumbnail
    if sha256 is None:
        raise NotFound("Nothing was drawn of this document.")
    return Response(chunks(renditions().open(sha256)), headers=safe_headers("image/jpeg", "small.jpg"))


@resource.get("/document-kinds")
@requires("see documents")
@resource.response(200, DocumentKindsSchema)
def all_kinds() -> Any:
    """List the kinds that documents can be filed as."""
    return {"items": [{"key": key, "name": name} for key, name in kinds.offered(session()).items()]}


def _sent(file: File) -> Response:
    headers = safe_headers(file.content_type, file.file_name)
    response = Response(chunks(store().open(file.sha256)), headers=headers)
    response.content_length = file.size
    return response


def _visible(document_id: int) -> File:
    file = case_documents.file(session(), document_id, by=actor())[0]
    reads.document(file)
    return file


def _tagged(line: Line) -> dict[str, Any]:
    return _fields(line.file) | {"tags": line.tags}


def _fields(file: File) -> dict[str, Any]:
    return {name: getattr(file, name) for name in File.__slots__}
