"""Documents: list, look at, download."""

from typing import Any

from flask import Response
from sqlalchemy import or_

from engine import case_documents, configuration
from engine.case_documents import File
from engine.documents.store import FolderStore
from engine.documents.uploads import safe_headers
from engine.paging import Order, read_page
from engine.permissions import visible_documents
from models.case import Case
from models.document import Document, DocumentVersion
from webapp.access import requires
from webapp.api.paging import page
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.documents import DocumentFilter, DocumentPage, DocumentSchema
from webapp.auth import actor
from webapp.database import session

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
    return listed(given)


def listed(given: dict[str, Any]) -> dict[str, Any]:
    """Return the page of documents that a `DocumentFilter` asks for."""
    statement = case_documents.files().where(visible_documents(actor()), Document.ended_at.is_(None))
    if given["case"]:
        statement = statement.where(Case.reference == given["case"])
    if given["kind"]:
        statement = statement.where(Document.kind == given["kind"])
    for word in given["q"].split()[:8]:
        columns = (Document.title, DocumentVersion.file_name)
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    order = Order(Document.id, Document.id, read=int, is_descending=True)
    return page(read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"]))


@resource.get(f"/documents/<{ID}:document_id>")
@requires("see documents")
@resource.response(200, DocumentSchema)
def one(document_id: int) -> Any:
    """Show what is known of a document."""
    return _visible(document_id)


@resource.get(f"/documents/<{ID}:document_id>/content")
@requires("see documents")
@resource.doc(responses=CONTENT)
def content(document_id: int) -> Response:
    """Download the newest version of a document."""
    file = _visible(document_id)
    stream = FolderStore(configuration.current().files).open(file.sha256)
    response = Response(stream, direct_passthrough=True, headers=safe_headers(file.content_type, file.file_name))
    response.content_length = file.size
    return response


def _visible(document_id: int) -> File:
    return case_documents.file(session(), document_id, by=actor())[0]
