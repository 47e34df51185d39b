"""Adds documents and versions of them: what was received becomes a row, and is read and drawn by a job later."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.documents import packages
from engine.documents.receiving import Received
from engine.errors import Invalid
from engine.filing import kinds, pdfs, places, preparing, tags, telling
from engine.filing.locking import lock
from engine.filing.places import Link, Place
from engine.filing.receiving import receive
from engine.instants import now
from engine.permissions import PLATFORM, Actor, require
from engine.runtime.header import CaseRow
from engine.runtime.locking import lock_case
from models.document import Document, DocumentVersion

LONGEST_TITLE = 200
LONGEST_NOTE = 500


def add_document(
    session: Session,
    case_id: int | None,
    file_name: str,
    content: bytes | BinaryIO,
    *,
    title: str = "",
    kind: str = "other",
    by: Actor,
) -> int:
    """Receive a file and file it on a case, in one go; `case_id` None keeps it until `attach` files it.

    Raises:
        UploadRefused: a file that may not be kept.
        Invalid: a kind that does not exist.
    """
    require(by, "add document")
    kinds.check(session, kind)
    return file(session, receive(file_name, content), Place(case_id), title=title, kind=kind, by=by)


def file(
    session: Session,
    received: Received,
    place: Place,
    *,
    title: str = "",
    kind: str = "other",
    words: str | Iterable[str] = (),
    source: str = "uploaded",
    by: Actor,
) -> int:
    """File what was received as a document and return its id; `words` are its tags.

    Raises:
        Invalid: a kind, a tag or a place that cannot be.
        NotFound: no such case, or none that the actor may know of.
    """
    require(by, "add document")
    kinds.check(session, kind)
    tagged, links = tags.read(words), places.check_links(session, place.links, by=by)
    case = lock_case(session, place.case_id, by=by, verb="add document") if place.case_id is not None else None
    document_id = _file(session, received, case, links, title=title, kind=kind, source=source, told={}, by=by)
    tags.set_(session, document_id, tagged)
    return document_id


def file_made(
    session: Session,
    made: Received,
    place: Place,
    *,
    title: str,
    kind: str,
    source: str,
    event: str,
    told: dict[str, Any],
    by: Actor,
) -> int:
    """File what was made of other documents, and tell of it as `event`; `told` is what that says beside. As `file`."""
    require(by, "add document")
    links = places.check_links(session, place.links, by=by)
    case = lock_case(session, place.case_id, by=by, verb="add document") if place.case_id is not None else None
    return _file(session, made, case, links, title=title, kind=kind, source=source, event=event, told=told, by=by)


def file_released(
    session: Session, received: Received, place: Place, *, title: str, kind: str, reason: str, by: Actor
) -> int:
    """File what an administrator released from the quarantine, also where the administrator may not look."""
    case = lock_case(session, place.case_id, by=PLATFORM) if place.case_id is not None else None
    told = {"released": reason}
    return _file(session, received, case, place.links, title=title, kind=kind, told=told, by=by)


def add_version(
    session: Session,
    document_id: int,
    received: Received,
    *,
    note: str = "",
    revision: int | None = None,
    by: Actor,
) -> int:
    """Give a document a new version, which is shown from now on, and return its number; the former ones stay.

    Raises:
        NotPossible: the document has ended.
        Conflict: somebody else changed it since `revision`.
    """
    require(by, "add document")
    if len(note) > LONGEST_NOTE:
        raise Invalid(errors={"note": f"What changed must be {LONGEST_NOTE} characters or fewer"})
    locked = lock(session, document_id, revision=revision, by=by)
    locked.require_running()
    number = locked.version + 1
    _insert_version(session, document_id, number, received, note.strip(), by)
    if locked.row.source == "merged" and received.checked.content_type == packages.WORD:
        pdfs.queue(session, document_id, number)
    locked.change(session, version=number)
    payload = {"number": number, "sha256": received.sha256, "note": note.strip()}
    telling.tell_of(session, "document_versioned", locked, payload, by=by)
    return number


def attach(session: Session, case_id: int, document_ids: Sequence[int], *, by: Actor) -> None:
    """File on a case the documents that the actor uploaded before it was there; others are left where they are."""
    if not document_ids:
        return
    case = lock_case(session, case_id, by=by)
    mine = (Document.id.in_(list(document_ids)), Document.case_id.is_(None), Document.created_by_id == by.user_id)
    for document in session.execute(
        select(Document.id, Document.title, Document.kind, DocumentVersion.sha256)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .where(*mine)
        .order_by(Document.id)
    ).all():
        session.execute(update(Document).where(Document.id == document.id).values(case_id=case.id))
        payload = {
            "document_id": document.id,
            "title": document.title,
            "kind": document.kind,
            "sha256": document.sha256,
        }
        telling.tell(session, "document_added", payload, case=case, links=(), by=by)


def _file(
    session: Session,
    received: Received,
    case: CaseRow | None,
    links: Sequence[Link],
    *,
    title: str,
    kind: str,
    source: str = "uploaded",
    event: str = "document_added",
    told: dict[str, Any],
    by: Actor,
) -> int:
    title = (title.strip() or received.checked.display_name.rsplit(".", 1)[0])[:LONGEST_TITLE]
    document_id = _insert(session, case.id if case else None, title, kind, source, by)
    _insert_version(session, document_id, 1, received, "", by)
    places.add_links(session, document_id, links)
    payload = {"document_id": document_id, "title": title, "kind": kind, "sha256": received.sha256, **told}
    telling.tell(session, event, payload, case=case, links=links, by=by)
    return document_id


def _insert(session: Session, case_id: int | None, title: str, kind: str, source: str, by: Actor) -> int:
    row = {"case_id": case_id, "title": title, "kind": kind, "source": source, "element_id": "", "version": 1}
    made = insert(Document).returning(Document.id)
    document_id: int = session.execute(made, row | {"created_at": now(), "created_by_id": by.user_id}).scalar_one()
    return document_id


def _insert_version(session: Session, document_id: int, number: int, received: Received, note: str, by: Actor) -> None:
    is_drawn = preparing.is_wanted(received.checked.content_type)
    row: dict[str, Any] = {
        "document_id": document_id,
        "number": number,
        "sha256": received.sha256,
        "size": received.size,
        "content_type": received.checked.content_type,
        "file_name": received.checked.display_name,
        "template": "",
        "created_at": now(),
        "created_by_id": by.user_id,
        "note": note,
        "place_removed": received.place_removed,
        "state": "waiting" if is_drawn else "ready",
        "text": "",
    }
    session.execute(insert(DocumentVersion), row)
    if is_drawn:
        preparing.queue(session, document_id, number)
