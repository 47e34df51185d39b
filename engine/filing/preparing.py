"""Reads and draws documents after they were filed: the job that an upload leaves, so that nobody waits for it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.documents import kinds, packages, pictures, previews, texts
from engine.errors import EngineError, Unavailable
from engine.filing.receiving import renditions, store
from engine.instants import now
from models.base import table
from models.document import DocumentVersion
from models.work import Job

KIND = "prepare_document"
WITH_TEXT = frozenset({packages.WORD, kinds.PDF, kinds.EMAIL, kinds.TEXT, kinds.CSV})
VERSION = table(DocumentVersion)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read and drawn of one version; digests are those of the renditions."""

    text: str = ""
    pages: int | None = None
    thumbnail: str | None = None
    html: str | None = None


def is_wanted(content_type: str) -> bool:
    """Say whether anything can be read or drawn of a kind of file."""
    return content_type in WITH_TEXT or content_type in pictures.DRAWN


def queue(session: Session, document_id: int, number: int) -> None:
    """Leave the job that reads and draws a version, committed with it."""
    row = {
        "key": f"document:{document_id}:{number}",
        "kind": KIND,
        "case_id": None,
        "token_id": "",
        "element_id": "",
        "payload": {"document_id": document_id, "number": number},
        "status": "waiting",
        "run_at": now(),
    }
    session.execute(insert(Job), row)


def prepare(session: Session, job: Any) -> tuple[str, str] | None:
    """Return the digest and the media type of the version that a job is about; none when it is not there."""
    row = session.execute(select(VERSION.c.sha256, VERSION.c.content_type).where(_its(job))).first()
    return (row.sha256, row.content_type) if row is not None else None


def work(wanted: tuple[str, str] | None) -> Prepared:
    """Read the words, draw a small picture, and write a Word document as HTML. What cannot be read is left out.

    Raises:
        Unavailable: the process that does it could not be started; later it may.
    """
    if wanted is None:
        return Prepared()
    sha256, content_type = wanted
    with store().open(sha256) as file:
        content = file.read()
    thumbnail, pages = _thumbnail(content, content_type)
    html = previews.html_of(content, content_type)
    return Prepared(_text(content, content_type), pages, thumbnail, renditions().put(html.encode()) if html else None)


def file(session: Session, job: Any, made: Prepared) -> None:
    """Write what was read and drawn beside the version."""
    drawn = {"pages": made.pages, "thumbnail": made.thumbnail, "html": made.html}  # others are drawn of its PDF
    values = {"text": made.text, "state": "ready"} | {name: value for name, value in drawn.items() if value is not None}
    session.execute(update(VERSION).where(_its(job)).values(**values))


def _its(job: Any) -> Any:
    return (VERSION.c.document_id == job.payload["document_id"]) & (VERSION.c.number == job.payload["number"])


def _text(content: bytes, content_type: str) -> str:
    try:
        return texts.text_of(content, content_type).replace("\0", "")  # which PostgreSQL keeps in no text
    except Unavailable:
        raise
    except EngineError:
        return ""


def _thumbnail(content: bytes, content_type: str) -> tuple[str | None, int | None]:
    if content_type not in pictures.DRAWN:
        return None, None
    try:
        drawn = pictures.thumbnail(content, content_type)
    except Unavailable:
        raise
    except EngineError:
        return None, None
    return renditions().put(drawn.content), drawn.pages
