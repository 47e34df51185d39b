"""Files documents that staff upload: on a case, or beside it until the case that they are for has been started."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import configuration
from engine.cases import record
from engine.documents import texts
from engine.documents.store import FolderStore
from engine.documents.uploads import CheckedFile, check_upload
from engine.errors import EngineError, Invalid
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime.locking import lock_case
from models.document import Document, DocumentVersion

KINDS = {
    "evidence": "Evidence",
    "photograph": "Photograph",
    "received": "Letter or e-mail received",
    "sent": "Letter or e-mail sent",
    "form": "Form",
    "other": "Other",
}
LONGEST_TITLE = 200


def add_document(
    session: Session,
    case_id: int | None,
    file_name: str,
    content: bytes,
    *,
    title: str = "",
    kind: str = "other",
    by: Actor,
) -> int:
    """Keep an uploaded file as a document and return its id; `case_id` None keeps it until `attach` files it.

    Raises:
        Invalid: a file that may not be kept, or a kind that does not exist.
    """
    require(by, "add document")
    if kind not in KINDS:
        raise Invalid("There is no such kind of document.", errors={"kind": "Choose a kind from the list"})
    checked = check_upload(file_name, content)
    case = lock_case(session, case_id, by=by, verb="add document") if case_id is not None else None
    sha256 = FolderStore(configuration.current().files).put(content)
    title = (title.strip() or checked.display_name.rsplit(".", 1)[0])[:LONGEST_TITLE]
    document_id = _insert(session, case_id, title, kind, checked, content, sha256, by)
    if case is not None:
        payload = {"document_id": document_id, "title": title, "kind": kind, "sha256": sha256}
        record(session, case, "document_added", payload, by=by)
    return document_id


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
        record(session, case, "document_added", payload, by=by)


def _insert(
    session: Session,
    case_id: int | None,
    title: str,
    kind: str,
    checked: CheckedFile,
    content: bytes,
    sha256: str,
    by: Actor,
) -> int:
    at = now()
    document = {"case_id": case_id, "title": title, "kind": kind, "source": "uploaded", "element_id": "", "version": 1}
    document_id: int = session.execute(
        insert(Document).returning(Document.id),
        document | {"created_at": at, "created_by_id": by.user_id},
    ).scalar_one()
    version = {
        "document_id": document_id,
        "number": 1,
        "sha256": sha256,
        "size": len(content),
        "content_type": checked.content_type,
        "file_name": checked.display_name,
        "template": "",
        "text": _text(content, checked),
        "created_at": at,
        "created_by_id": by.user_id,
    }
    session.execute(insert(DocumentVersion), version)
    return document_id


def _text(content: bytes, checked: CheckedFile) -> str:
    """Return the words in a file, for search; a file whose words cannot be read is kept all the same."""
    try:
        return texts.text_of(content, checked.content_type)
    except EngineError:
        return ""
