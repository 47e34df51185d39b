"""Takes an e-mail or a scan in: read and checked outside any transaction, then kept in one, with where it came from."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.documents import kinds, mail
from engine.documents.mail import Mail
from engine.documents.receiving import Received
from engine.documents.refusals import UploadRefused
from engine.errors import Invalid
from engine.filing import quarantine
from engine.filing.places import Place
from engine.inbound import arriving, matching
from engine.inbound.arriving import Arrival
from engine.inbound.keeping import ITEM, Taken, keep
from engine.inbound.matching import Match
from engine.inbound.receiving import File, files_of, held
from engine.instants import now
from engine.permissions import PLATFORM
from engine.transactions import Sessions, reading, writing

LARGEST = 50 * kinds.MB
FROM_TOMORROW = timedelta(days=2)  # a message that says that it is later than this is not believed


def take_mail(sessions: Sessions, content: bytes, arrival: Arrival | None = None) -> Taken:
    """Take an e-mail in. One that was taken in before, by whichever way it came, is a repeat.

    Raises:
        Unavailable: the process that reads it could not be started.
        TakenByAnother: another node has just taken it in.
    """
    try:
        read = mail.read(content)
    except Invalid as fault:
        return not_read(sessions, arrival, str(fault), head=content[: mail.LONGEST_HEAD], content=content)
    key = _content_key(read, content)
    earlier = _earlier(sessions, key)
    if earlier is not None:
        return _repeat(sessions, arrival, earlier)
    files = files_of(read, content)
    try:
        with writing(sessions) as session:
            return _keep_mail(session, read, files, key, len(content), arrival)
    except IntegrityError:
        earlier = _earlier(sessions, key)  # another node was quicker
        if earlier is None:
            raise
        return _repeat(sessions, arrival, earlier)


def take_scan(sessions: Sessions, name: str, received: Received, arrival: Arrival | None = None) -> Taken:
    """Take a file of scanned post in, which was received already."""
    file = File("scan", name, received.checked.content_type, received.size, received)
    row = {"channel": "post", "kind": "scan", "subject": received.checked.display_name.rpartition(".")[0]}
    with writing(sessions) as session:
        return keep(session, row | {"size": received.size}, [file], arrival, came="Scanned post")


def not_read(
    sessions: Sessions,
    arrival: Arrival | None,
    reason: str,
    *,
    head: bytes = b"",
    content: bytes = b"",
    size: int = 0,
    channel: str = "email",
    name: str = "",
    refusal: UploadRefused | None = None,
) -> Taken:
    """Write down what could not be taken in, with the reason, where everybody who files sees it.

    `head` is of an e-mail: it says from whom it is. What is there of its `content` is kept in the quarantine.
    """
    if content and refusal is None:
        refusal = held(name or "message.eml", content, reason, "unread")
    kind = "message" if channel == "email" else "scan"
    row: dict[str, Any] = {"channel": channel, "kind": kind, "subject": name[:200]}
    row |= {"state": "unread", "reason": reason, "size": size or len(content), **_from_head(head)}
    with writing(sessions) as session:
        taken = keep(session, row, [], arrival, came=reason)
        if refusal is not None:
            quarantine.set_apart(session, refusal, Place(), title=str(row["subject"]), kind="received", by=PLATFORM)
        return taken


def _from_head(head: bytes) -> dict[str, Any]:
    """Return what the head of an e-mail says of it, as far as that can be read."""
    if not head:
        return {}
    try:
        read = mail.read(_only_head(head))
    except Invalid:
        return {}
    return _who(read)


def _only_head(head: bytes) -> bytes:
    ends = [found for mark in (b"\n\n", b"\n\r\n") if (found := head.find(mark)) >= 0]
    kept = head[: min(ends, default=len(head))]
    # Its own type would have it read as a container of nothing.
    lines = (line for line in kept.split(b"\n") if not line.lower().startswith(b"content-"))
    return b"\n".join(lines) + b"\n\n"


def _who(read: Mail) -> dict[str, Any]:
    sent_at = read.sent_at if read.sent_at and read.sent_at < now() + FROM_TOMORROW else None
    return {
        "sender_name": read.sender.name,
        "sender": read.sender.address,
        "subject": read.subject,
        "sent_at": sent_at,
    }


def _content_key(read: Mail, content: bytes) -> str:
    """Return what is the same of a message however often it is handed over: no more than its number would let anybody
    who knows that of another message keep it from being taken in.
    """
    digest = hashlib.sha256("\0".join(read.key).encode("utf-8", "replace"))
    digest.update(content[read.body :].rstrip(b"\r\n \t"))
    return digest.hexdigest()


def _earlier(sessions: Sessions, key: str) -> int | None:
    with reading(sessions) as session:
        return session.scalar(select(ITEM.c.id).where(ITEM.c.content_key == key))


def _repeat(sessions: Sessions, arrival: Arrival | None, item_id: int) -> Taken:
    with writing(sessions) as session:
        if arrival is not None:
            arriving.end(session, arrival, item_id)
    return Taken(item_id, is_repeat=True)


def _keep_mail(
    session: Session, read: Mail, files: Sequence[File], key: str, size: int, arrival: Arrival | None
) -> Taken:
    found = matching.match(session, read)
    row = {
        **_who(read),
        "channel": "email",
        "kind": _kind(read, found),
        "content_key": key,
        "size": size,
        "text": read.text,
        "matched_case_id": matching.kept_for(session, found.case_ids),
        "details": _details(read, found),
    }
    return keep(session, row, files, arrival, came="E-mail")


def _kind(read: Mail, found: Match) -> str:
    """Say what a message is. What is written by a machine of itself is for people; what answers us is not."""
    if read.report is not None:
        return "bounce"
    is_answer = read.automatic == "auto-replied" or (read.automatic != "" and found.answered is not None)
    return "automatic" if is_answer else "message"


def _answered(found: Match) -> dict[str, Any] | None:
    """Return our message that is answered: its key, its case, and to whom it went."""
    row = found.answered
    return {"key": row.key, "case_id": row.case_id, "to": row.payload.get("to", "")} if row is not None else None


def _details(read: Mail, found: Match) -> dict[str, Any]:
    report = read.report
    return {
        "number": read.number,
        "to": [str(one) for one in read.to],
        "cc": [str(one) for one in read.cc],
        "reply_to": [one.address for one in read.reply_to if one.address],
        "authentication": read.authentication,
        "automatic": read.automatic,
        "is_cut": read.is_cut,
        "is_own": found.is_own,
        "answers": found.answered.key if found.answered is not None else "",
        "answered": _answered(found),
        "cases": found.case_ids,
        "report": {"recipients": report.recipients} if report is not None else None,
    }
