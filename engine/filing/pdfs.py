"""The PDF that stands beside a Word document: made by a job, many with one start of LibreOffice, kept as a rendition.

Every letter that was merged gets one; of other Word documents it is made when somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from engine.documents import converting, kinds, packages, pictures
from engine.errors import EngineError, NotFound, NotPossible, Unavailable
from engine.filing.receiving import renditions, store
from engine.instants import now
from engine.permissions import Actor, require, visible_documents
from models.base import table
from models.case import Case
from models.document import Document, DocumentVersion
from models.work import Job

KIND = "make_pdf"
VERSION, JOB = table(DocumentVersion), table(Job)
MOST_CAUGHT_UP = 1_000  # at a time


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one version: `state` is ready, failed, or missing where there is no LibreOffice."""

    state: str
    pdf: str | None = None
    pages: int | None = None
    thumbnail: str | None = None


def queue(session: Session, document_id: int, number: int) -> None:
    """Have the PDF of a version made by a job that is committed with it."""
    its = (VERSION.c.document_id == document_id, VERSION.c.number == number)
    session.execute(update(VERSION).where(*its).values(pdf_state="waiting"))
    leave_job(session, document_id, number)


def leave_job(session: Session, document_id: int, number: int) -> None:
    """Leave the job alone, of a version whose `pdf_state` is "waiting" already."""
    row = {
        "key": f"pdf:{document_id}:{number}",
        "kind": KIND,
        "case_id": None,
        "token_id": "",
        "element_id": "",
        "payload": {"document_id": document_id, "number": number},
        "status": "waiting",
        "run_at": now(),
    }
    session.execute(insert(Job), row)


def ask(session: Session, document_id: int, *, by: Actor) -> None:
    """Have the PDF of a document's newest version made, once more where it failed.

    Raises:
        NotFound: no such document, or none that the actor may know of.
        NotPossible: it is no Word document, or its PDF is there or being made.
    """
    require(by, "see documents")
    row = session.execute(
        select(Document.title, DocumentVersion.number, DocumentVersion.content_type, DocumentVersion.pdf_state)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Document.id == document_id, DocumentVersion.number == Document.version, visible_documents(by))
    ).first()
    if row is None:
        raise NotFound("There is no such document, or none that you may see.")
    if row.content_type != packages.WORD:
        raise NotPossible(f"“{row.title}” is no Word document.", remedy="Download it as it is.")
    its = (VERSION.c.document_id == document_id) & (VERSION.c.number == row.number)
    again = update(VERSION).where(its, VERSION.c.pdf_state.in_(("", "missing", "failed"))).values(pdf_state="waiting")
    if session.execute(again).rowcount != 1:  # type: ignore[attr-defined]
        raise NotPossible(f"The PDF of “{row.title}” is {'there' if row.pdf_state == 'ready' else 'being made'}.")
    leave_job(session, document_id, row.number)


def catch_up(session: Session) -> int:
    """Have those PDFs made that could not be because there was no LibreOffice; returns how many."""
    if not converting.is_available():
        return 0
    wanted = select(VERSION.c.id, VERSION.c.document_id, VERSION.c.number).where(VERSION.c.pdf_state == "missing")
    rows = session.execute(wanted.order_by(VERSION.c.id).limit(MOST_CAUGHT_UP)).all()
    if rows:
        its = VERSION.c.id.in_([row.id for row in rows])
        session.execute(update(VERSION).where(its, VERSION.c.pdf_state == "missing").values(pdf_state="waiting"))
    for row in rows:
        leave_job(session, row.document_id, row.number)
    return len(rows)


def prepare(session: Session, jobs: Sequence[Any]) -> list[str]:
    """Return the digests of the versions that the jobs are about; "" of one that is not there."""
    rows = session.execute(
        select(VERSION.c.document_id, VERSION.c.number, VERSION.c.sha256).where(or_(*(_its(job) for job in jobs)))
    )
    found = {(row.document_id, row.number): row.sha256 for row in rows}
    return [found.get((job.payload["document_id"], job.payload["number"]), "") for job in jobs]


def work(digests: Sequence[str]) -> list[Made]:
    """Make the PDFs, with a small picture of each first page. Raises Unavailable when LibreOffice does not start."""
    if not converting.is_available():
        return [Made("missing")] * len(digests)
    there = [number for number, sha256 in enumerate(digests) if sha256]
    made = converting.convert([_content(digests[number]) for number in there])
    results = [Made("failed")] * len(digests)
    for number, converted in zip(there, made, strict=True):
        if not converted.fault:
            results[number] = kept(converted.pdf)
    return results


def file(session: Session, jobs: Sequence[Any], results: Sequence[Made]) -> None:
    """Write beside each version what became of it."""
    for job, made in zip(jobs, results, strict=True):
        values: dict[str, Any] = {"pdf_state": made.state}
        if made.state == "ready":
            values |= {"pdf": made.pdf, "pages": made.pages, "thumbnail": made.thumbnail}
        session.execute(update(VERSION).where(_its(job)).values(**values))


def _its(job: Any) -> Any:
    return (VERSION.c.document_id == job.payload["document_id"]) & (VERSION.c.number == job.payload["number"])


def _content(sha256: str) -> bytes:
    with store().open(sha256) as stream:
        return stream.read()


def kept(pdf: bytes) -> Made:
    """Keep a PDF as a rendition, with a small picture of its first page."""
    try:
        drawn = pictures.thumbnail(pdf, kinds.PDF)
    except Unavailable:
        raise
    except EngineError:  # a page that cannot be drawn can be read all the same
        return Made("ready", renditions().put(pdf))
    return Made("ready", renditions().put(pdf), drawn.pages, renditions().put(drawn.content))
