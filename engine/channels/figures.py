"""How much waits on each channel, and what went and failed in the last day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.communications import queueing, words
from engine.documents import converting
from engine.filing import pdfs
from engine.instants import now
from models.base import table
from models.communication import Communication
from models.document import Document, DocumentVersion
from models.inbound import InboundItem, InboundSource
from models.work import Job, OutboxMessage

COMMUNICATION, OUTBOX, VERSION = table(Communication), table(OutboxMessage), table(DocumentVersion)
ITEM, SOURCE = table(InboundItem), table(InboundSource)
DOCUMENT, JOB = table(Document), table(Job)
DAY = timedelta(hours=24)

STAFF, MAILBOX, FOLDER, PDF = "staff", "mailbox", "folder", "pdf"
SOURCES = {MAILBOX: "email", FOLDER: "post"}  # the channel of what comes by each


@dataclass(frozen=True, slots=True)
class Figures:
    """What is on a channel: `waiting` could go or be done now, since `oldest_at`; `done` and `failed` in 24 hours.

    `trouble` is what went wrong last with something that waits.
    """

    waiting: int = 0
    oldest_at: datetime | None = None
    done: int = 0
    failed: int = 0
    trouble: str = ""
    read_at: datetime | None = None  # when a mailbox or folder was last read to the end


def figures(session: Session) -> dict[str, Figures]:
    """Return the figures of every channel, in and out, of letters as PDF and of e-mails to staff."""
    return {
        **{channel: _of_channel(session, channel) for channel in words.CHANNELS},
        STAFF: _of_staff(session),
        **{source: _of_source(session, source, channel) for source, channel in SOURCES.items()},
        PDF: _of_pdfs(session),
    }


def _of_channel(session: Session, channel: str) -> Figures:
    """Return the figures of messages to people; those for later, and those kept back in a batch, do not wait yet."""
    its, since = COMMUNICATION.c.channel == channel, now() - DAY
    is_wanted = or_(COMMUNICATION.c.send_at.is_(None), COMMUNICATION.c.send_at <= now())
    is_queued = (OUTBOX.c.status == "waiting") & (OUTBOX.c.channel == queueing.CHANNEL)
    both = OUTBOX.join(COMMUNICATION, COMMUNICATION.c.key == OUTBOX.c.key)
    waiting = select(func.count(), func.min(COMMUNICATION.c.created_at)).select_from(both)
    number, oldest_at = session.execute(waiting.where(is_queued, its, is_wanted)).one()
    trouble = select(OUTBOX.c.error).select_from(both).where(is_queued, its, OUTBOX.c.error != "")
    if channel == words.LETTER:
        printed = select(func.count(), func.min(COMMUNICATION.c.created_at))
        more, since_then = session.execute(printed.where(its, COMMUNICATION.c.status == "printing")).one()
        number, oldest_at = number + more, min(filter(None, (oldest_at, since_then)), default=None)
    return Figures(
        number,
        oldest_at,
        _count(session, its, COMMUNICATION.c.direction == "out", COMMUNICATION.c.sent_at >= since),
        _count(session, its, COMMUNICATION.c.status == "failed", COMMUNICATION.c.settled_at >= since),
        session.scalar(trouble.order_by(OUTBOX.c.id.desc()).limit(1)) or "",
    )


def _of_staff(session: Session) -> Figures:
    """Return the figures of reminders and digests; of what is done with, `next_at` lies after the attempt."""
    mail, since = OUTBOX.c.channel == "email", now() - DAY
    waiting = select(func.count(), func.min(OUTBOX.c.next_at)).where(mail, OUTBOX.c.status == "waiting")
    number, oldest_at = session.execute(waiting.where(OUTBOX.c.next_at <= now())).one()
    trouble = select(OUTBOX.c.error).where(mail, OUTBOX.c.status == "waiting", OUTBOX.c.error != "")
    return Figures(
        number,
        oldest_at,
        _count(session, mail, OUTBOX.c.status == "sent", OUTBOX.c.next_at >= since, OUTBOX.c.sent_at >= since),
        _count(session, mail, OUTBOX.c.status == "failed", OUTBOX.c.next_at >= since),
        session.scalar(trouble.order_by(OUTBOX.c.id.desc()).limit(1)) or "",
    )


def _of_source(session: Session, source: str, channel: str) -> Figures:
    """Return the figures of what came in: what waits to be filed, what came, and what could not be read."""
    its, since = ITEM.c.channel == channel, now() - DAY
    waiting = select(func.count(), func.min(ITEM.c.received_at)).where(its, ITEM.c.state == "new")
    number, oldest_at = session.execute(waiting).one()
    row: Any = session.execute(select(SOURCE.c.error, SOURCE.c.read_at).where(SOURCE.c.key == source)).first()
    return Figures(
        number,
        oldest_at,
        _count(session, its, ITEM.c.received_at >= since),
        _count(session, its, ITEM.c.state == "unread", ITEM.c.received_at >= since),
        row.error if row is not None else "",
        row.read_at if row is not None else None,
    )


def _of_pdfs(session: Session) -> Figures:
    """Return the figures of PDFs that wait for LibreOffice, and of those of the documents of the last day."""
    job = (JOB.c.kind == pdfs.KIND, JOB.c.status != "failed")
    number, oldest_at = session.execute(select(func.count(), func.min(JOB.c.run_at)).where(*job)).one()
    missing = _count(session, VERSION.c.pdf_state == "missing")
    lately = (VERSION.c.document_id == DOCUMENT.c.id, DOCUMENT.c.created_at >= now() - DAY)
    return Figures(
        number + missing,
        oldest_at,
        _count(session, *lately, VERSION.c.pdf_state == "ready"),
        _count(session, *lately, VERSION.c.pdf_state == "failed"),
        converting.MISSING if missing else "",
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.count()).where(*conditions)) or 0)
