"""What is done to a case: notes, files, closing, cancelling."""

from collections.abc import Callable
from typing import Any

from engine import case_page, cases
from engine.filing.places import Place
from webapp.access import requires
from webapp.api import document_changes
from webapp.api.cases import header_of, whole
from webapp.api.idempotency import idempotent
from webapp.api.preconditions import check_case, may_match
from webapp.api.resource import FORM, Resource
from webapp.api.schemas.cases import (
    NewCancellation,
    NewEnding,
    NewNote,
    NoteSchema,
    WholeCaseSchema,
)
from webapp.api.schemas.documents import NewDocument, WholeDocumentSchema
from webapp.api.uploads import ONE_FILE
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.uploads import takes_large_files

resource = Resource("case_actions", __name__, "What is done to a case as a whole.")


@resource.post("/cases/<ref>/notes")
@requires("change case")
@idempotent
@resource.arguments(NewNote)
@resource.response(201, NoteSchema)
def add_note(given: dict[str, Any], ref: str) -> Any:
    """Write a note on a case."""
    case = header_of(ref)
    cases.add_note(session(), case.id, given["text"], by=actor())
    note, author = case_page.notes(session(), case.id, most=1)[0]
    return {
        "id": note.id, "text": note.text, "written_at": note.written_at,
        "written_by_id": note.written_by_id, "written_by": author,
    }  # fmt: skip


@resource.post("/cases/<ref>/documents")
@requires("add document")
@takes_large_files
@idempotent
@resource.doc(requestBody=ONE_FILE)
@resource.arguments(NewDocument, location=FORM)
@resource.response(201, WholeDocumentSchema)
def add_document(given: dict[str, Any], ref: str) -> Any:
    """Put a file on a case, as the part `file` of a multipart form.

    What a file is, is told from its content. Programs, pages, macros and archives are refused.
    """
    return document_changes.add(given, Place(header_of(ref).id))


@resource.post("/cases/<ref>/closure")
@requires("close case")
@idempotent
@may_match
@resource.arguments(NewEnding)
@resource.response(200, WholeCaseSchema)
def close(given: dict[str, Any], ref: str) -> Any:
    """Close a case by hand, for one of its category's reasons; what still waits is withdrawn."""
    return _end(cases.close, given, ref)


@resource.post("/cases/<ref>/cancellation")
@requires("close case")
@idempotent
@may_match
@resource.arguments(NewCancellation)
@resource.response(200, WholeCaseSchema)
def cancel(given: dict[str, Any], ref: str) -> Any:
    """Cancel a case that should not go on, for one of its category's reasons.

    Cases whose outcome it waits for are cancelled with it.
    """
    return _end(cases.cancel, given, ref, with_children=given["with_children"])


def _end(operation: Callable[..., tuple[str, ...]], given: dict[str, Any], ref: str, **options: bool) -> dict[str, Any]:
    case = header_of(ref)
    check_case(case.id)
    after_commit(operation(session(), case.id, reason=given["reason"], note=given["note"], by=actor(), **options))
    return whole(case_page.header(session(), case.reference, by=actor()))
