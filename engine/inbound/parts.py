"""Reads and draws the files of an item after it was taken in, by a job, as uploads are."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.filing.preparing import Prepared
from engine.instants import now
from models.base import table
from models.inbound import InboundPart
from models.work import Job

KIND = "prepare_inbound"
PART = table(InboundPart)


def queue(session: Session, part_id: int) -> str:
    """Leave the job that reads and draws a file, committed with it; return its key."""
    return leave(session, f"inbound_part:{part_id}", KIND, {"part_id": part_id})


def leave(session: Session, key: str, kind: str, payload: dict[str, Any]) -> str:
    """Leave a job of what came in."""
    row = {"key": key, "kind": kind, "case_id": None, "token_id": "", "element_id": "", "payload": payload}
    session.execute(insert(Job), {**row, "status": "waiting", "run_at": now()})
    return key


def prepare(session: Session, job: Any) -> tuple[str, str] | None:
    """Return the digest and the media type of the file that a job is about; none when it was destroyed meanwhile."""
    row = session.execute(select(PART.c.sha256, PART.c.content_type).where(_its(job))).first()
    return (row.sha256, row.content_type) if row is not None and row.sha256 else None


def file(session: Session, job: Any, made: Prepared) -> None:
    """Write what was read and drawn beside the file."""
    values = {"text": made.text, "pages": made.pages, "thumbnail": made.thumbnail, "html": made.html, "state": "ready"}
    session.execute(update(PART).where(_its(job), PART.c.state == "waiting").values(**values))


def _its(job: Any) -> Any:
    return PART.c.id == job.payload["part_id"]
