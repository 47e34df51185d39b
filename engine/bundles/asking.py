"""Asks for a bundle: what could be in it, and the job that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import document_list, redactions
from engine.bundles.purposes import PURPOSES, Purpose, in_order, is_proposed
from engine.case_documents import File
from engine.document_list import Wanted
from engine.errors import Invalid, NotFound
from engine.filing.adding import LONGEST_TITLE
from engine.filing.places import Place
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime.locking import lock_case
from models.bundle import Bundle
from models.work import Job

KIND = "make_bundle"
MOST = 500  # documents
LARGEST = 200 * 1024 * 1024  # bytes, all of them


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may be in a bundle, and whether it is to begin with."""

    file: File
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bundle is."""

    id: int
    case_id: int | None
    about: tuple[str, int] | None
    purpose: str
    title: str
    status: str  # waiting, ready, failed
    done: int
    total: int
    fault: str
    document_id: int | None
    created_at: datetime


def purpose_of(key: str) -> Purpose:
    """Return a purpose. Raises Invalid."""
    if key not in PURPOSES:
        raise Invalid("There is no such purpose.", errors={"purpose": f"Choose one of {', '.join(PURPOSES)}"})
    return PURPOSES[key]


def candidates(session: Session, place: Place, purpose: Purpose, *, by: Actor) -> list[Candidate]:
    """Return the documents of a case or record that the actor may see, the oldest first."""
    about = place.links[0] if place.links else None
    wanted = Wanted(case_id=place.case_id, about=about, with_ended=True)
    files = in_order(line.file for line in document_list.everything(session, wanted, by=by))
    redacted = redactions.originals_among(session, [file.id for file in files])
    return [Candidate(file, is_proposed(purpose, file, redacted)) for file in files]


def ask(
    session: Session, place: Place, *, purpose: str, title: str, document_ids: Sequence[int] | None, by: Actor
) -> int:
    """Have a bundle made of these documents, in this order, or of those that its purpose begins with; return its id.

    Raises:
        Invalid: no title, nothing to bind, too much, or a document that is not filed there.
        NotFound: no such case, or none that the actor may know of.
    """
    require(by, "add document")
    if place.case_id is not None:
        lock_case(session, place.case_id, by=by, verb="add document")
    kind = purpose_of(purpose)
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid("A bundle has a title.", errors={"title": f"Enter a title of at most {LONGEST_TITLE} characters"})
    there = candidates(session, place, kind, by=by)
    files = _chosen(there, document_ids) if document_ids is not None else [one.file for one in there if one.is_ticked]
    _check(files)
    return _insert(session, place, kind.key, title, files, by)


def find(session: Session, bundle_id: int, *, by: Actor) -> Progress:
    """Return how far a bundle is, for whoever asked for it. Raises NotFound."""
    row = session.scalar(select(Bundle).where(Bundle.id == bundle_id, Bundle.created_by_id == by.user_id))
    if row is None:
        raise NotFound("There is no such bundle, or none that you asked for.")
    about = (row.entity_type, row.entity_id) if row.entity_type and row.entity_id else None
    return Progress(
        row.id, row.case_id, about, row.purpose, row.title, row.status, row.done, len(row.items), row.fault,
        row.document_id, row.created_at,
    )  # fmt: skip


def _chosen(there: Sequence[Candidate], document_ids: Sequence[int]) -> list[File]:
    files = {one.file.id: one.file for one in there}
    wanted = list(dict.fromkeys(document_ids))
    if missing := [str(number) for number in wanted if number not in files]:
        sentence = f"There is no document {missing[0]} here, or none that you may see"
        raise Invalid("The bundle cannot be made.", errors={"documents": sentence})
    return [files[number] for number in wanted]


def _check(files: Sequence[File]) -> None:
    if not files:
        raise Invalid("There is nothing to bind.", errors={"documents": "Tick at least one document"})
    if len(files) > MOST:
        raise Invalid("That is too much for one bundle.", errors={"documents": f"Tick at most {MOST} documents"})
    size = sum(file.size for file in files)
    if size > LARGEST:
        sentence = f"Together they have {size >> 20} MB; at most {LARGEST >> 20} MB fit into one bundle. Make two"
        raise Invalid("That is too much for one bundle.", errors={"documents": sentence})


def _insert(session: Session, place: Place, purpose: str, title: str, files: Sequence[File], by: Actor) -> int:
    kind, number = place.links[0] if place.links else (None, None)
    row = {
        "case_id": place.case_id,
        "entity_type": kind,
        "entity_id": number,
        "purpose": purpose,
        "title": title,
        "items": [[file.id, file.number] for file in files],
        "status": "waiting",
        "created_at": now(),
        "created_by_id": by.user_id,
    }
    bundle_id: int = session.execute(insert(Bundle).returning(Bundle.id), row).scalar_one()
    job = {
        "key": f"bundle:{bundle_id}",
        "kind": KIND,
        "case_id": None,
        "token_id": "",
        "element_id": "",
        "payload": {"bundle_id": bundle_id},
        "status": "waiting",
        "run_at": now(),
    }
    session.execute(insert(Job), job)
    return bundle_id
