"""Documents: adding them, new versions, other details, another place, their end and return."""

from typing import Any

from flask import request

from engine import filing, redactions
from engine.communications import correcting
from engine.documents.receiving import Received
from engine.errors import Invalid
from engine.filing import kinds, pdfs, tags
from engine.filing.places import Place, links_of, read_link
from engine.redactions import Mark, Phrase
from webapp import database, uploads
from webapp.access import requires
from webapp.api.cases import header_of
from webapp.api.documents import whole
from webapp.api.idempotency import HEADER, idempotent
from webapp.api.preconditions import check_document, may_match, must_match
from webapp.api.resource import FORM, ID, Resource
from webapp.api.schemas.documents import (
    DocumentChange,
    NewDocumentEnding,
    NewDocumentPlace,
    NewDocumentReturn,
    NewDocumentSomewhere,
    NewDocumentVersion,
    NewRedaction,
    WholeDocumentSchema,
)
from webapp.api.uploads import FILE_SOMEWHERE, VERSION
from webapp.auth import actor
from webapp.database import session
from webapp.uploads import takes_large_files

resource = Resource("document_changes", __name__, "What is done to documents.")


@resource.post("/documents")
@requires("add document")
@takes_large_files
@idempotent
@resource.doc(requestBody=FILE_SOMEWHERE)
@resource.arguments(NewDocumentSomewhere, location=FORM)
@resource.response(201, WholeDocumentSchema)
def create(given: dict[str, Any]) -> Any:
    """File a document on a case, or under people, homes, tenancies, accounts and organisations.

    What a file is, is told from its content. Programs, pages, macros and archives are refused and kept apart.
    """
    case_id = header_of(given["case"]).id if given["case"] else None
    links = tuple(read_link(text.strip()) for text in given["about"].split(",") if text.strip())
    if case_id is None and not links:
        raise Invalid("A document is filed somewhere.", errors={"about": "Name a case, or what it is filed under"})
    return add(given, Place(case_id, links))


def add(given: dict[str, Any], place: Place) -> Any:
    """File the uploaded file at a place, and return the document."""
    kinds.check(session(), given["kind"])
    named = {"title": given["title"], "kind": given["kind"]}
    words = tags.read(given["tags"])
    received = _received(place, keeps_place=given["keep_place"], **named)
    return whole(filing.file(session(), received, place, words=words, by=actor(), **named))


@resource.post(f"/documents/<{ID}:document_id>/versions")
@requires("add document")
@takes_large_files
@idempotent
@may_match
@resource.doc(requestBody=VERSION)
@resource.arguments(NewDocumentVersion, location=FORM)
@resource.response(201, WholeDocumentSchema)
def add_version(given: dict[str, Any], document_id: int) -> Any:
    """Give a document a new version, which is shown from now on; the former ones stay.

    What goes out with it and waits for approval, or was stopped, then goes out in this version.
    """
    shown = whole(document_id)
    place = Place(shown["case_id"], links_of(session(), document_id, by=actor()))
    title, kind = shown["title"], shown["kind"]
    waiting = correcting.awaiting(session(), document_id, by=actor())
    received = _received(place, title=title, kind=kind, keeps_place=given["keep_place"])
    text = correcting.words_of(received) if waiting else ""
    check_document(document_id)
    correcting.add_version(session(), document_id, received, text=text, note=given["note"], revision=None, by=actor())
    return whole(document_id)


@resource.post(f"/documents/<{ID}:document_id>/pdf")
@requires("see documents")
@idempotent
@resource.response(202, WholeDocumentSchema)
def make_pdf(document_id: int) -> Any:
    """Have a PDF made of the newest version of a Word document; letters get theirs without being asked."""
    pdfs.ask(session(), document_id, by=actor())
    return whole(document_id)


@resource.post(f"/documents/<{ID}:document_id>/redactions")
@requires("add document")
@idempotent
@resource.arguments(NewRedaction)
@resource.response(201, WholeDocumentSchema)
def redact(given: dict[str, Any], document_id: int) -> Any:
    """Make a copy of a PDF, or of a Word document that has one, in which places and words are gone for good."""
    source = redactions.original(session(), document_id, by=actor())
    if HEADER not in request.headers:  # what claims the key stays open until the work is done
        database.roll_back()
    marks = [Mark(one["page"], tuple(one["box"]), one["reason"]) for one in given["marks"]]
    phrases = [Phrase(one["text"], one["reason"]) for one in given["words"]]
    title = given["title"] or f"{source.title[:185]} (redacted)"
    copy = redactions.work(source, marks, phrases, title=title)
    return whole(redactions.file(session(), copy, by=actor()))


@resource.patch(f"/documents/<{ID}:document_id>")
@requires("change document")
@must_match
@resource.arguments(DocumentChange)
@resource.response(200, WholeDocumentSchema)
def change(given: dict[str, Any], document_id: int) -> Any:
    """Change the title, kind or tags of a document."""
    check_document(document_id)
    title, kind, words = (given.get(name) for name in ("title", "kind", "tags"))
    filing.change(session(), document_id, title=title, kind=kind, words=words, by=actor())
    return whole(document_id)


@resource.post(f"/documents/<{ID}:document_id>/place")
@requires("change document")
@idempotent
@may_match
@resource.arguments(NewDocumentPlace)
@resource.response(200, WholeDocumentSchema)
def move(given: dict[str, Any], document_id: int) -> Any:
    """File a document on this case and under these alone; what is not named is left."""
    check_document(document_id)
    case_id = header_of(given["case"]).id if given["case"] else None
    to = Place(case_id, tuple(read_link(text) for text in given["about"]))
    filing.move(session(), document_id, to, reason=given["reason"], by=actor())
    return whole(document_id)


@resource.post(f"/documents/<{ID}:document_id>/ending")
@requires("change document")
@idempotent
@may_match
@resource.arguments(NewDocumentEnding)
@resource.response(200, WholeDocumentSchema)
def end(given: dict[str, Any], document_id: int) -> Any:
    """End a document: lists leave it out, and it is never deleted."""
    check_document(document_id)
    instead = given["superseded_by"]
    filing.end(session(), document_id, reason=given["reason"], superseded_by=instead, by=actor())
    return whole(document_id)


@resource.post(f"/documents/<{ID}:document_id>/reinstatement")
@requires("change document")
@idempotent
@may_match
@resource.arguments(NewDocumentReturn)
@resource.response(200, WholeDocumentSchema)
def reinstate(given: dict[str, Any], document_id: int) -> Any:
    """Take back that a document has ended."""
    check_document(document_id)
    filing.reinstate(session(), document_id, reason=given["reason"], by=actor())
    return whole(document_id)


def _received(place: Place, *, title: str, kind: str, keeps_place: bool) -> Received:
    upload = request.files.get("file")
    if upload is None:
        raise Invalid("There is no file.", errors={"file": "Send one as the part `file` of multipart/form-data"})
    if HEADER not in request.headers:  # what claims the key stays open until the work is done
        database.roll_back()
    try:
        return uploads.receive(upload, place, title=title, kind=kind, keeps_place=keeps_place)
    except Invalid as error:
        raise Invalid(error.message, errors={"file": error.message}, remedy=error.remedy) from error
