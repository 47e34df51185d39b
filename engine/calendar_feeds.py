"""The due dates of one's tasks for another calendar program, at an address that only its owner knows (RFC 5545)."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.instants import now
from engine.permissions import Actor, actor_of, visible_cases
from models.case import Case
from models.lists import CalendarFeed
from models.work import UserTask

MOST = 500
LONGEST_LINE = 73  # bytes, before the line is folded (RFC 5545, section 3.1)


def make(session: Session, *, by: Actor) -> str:
    """Make the token of a new address and return it; only its digest is kept. The one before is worthless then."""
    revoke(session, by=by)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(user_id=by.user_id, token_digest=_digest(token), created_at=now()))
    return token


def revoke(session: Session, *, by: Actor) -> None:
    """Make the actor's address worthless."""
    mine = update(CalendarFeed).where(CalendarFeed.user_id == by.user_id, CalendarFeed.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=now()))


def current(session: Session, *, by: Actor) -> CalendarFeed | None:
    """Return the actor's address, as far as it is kept; none when there is none that works."""
    mine = select(CalendarFeed).where(CalendarFeed.user_id == by.user_id, CalendarFeed.revoked_at.is_(None))
    return session.scalars(mine.limit(1)).first()


def calendar(session: Session, token: str, *, address: str) -> str:
    """Return the calendar at a token: each open task of its owner that has a date, by name and reference alone.

    It leaves the house: nothing of the people is in it, and nothing of a restricted case.

    Raises:
        NotFound: no such token, or one that was taken back, or whose owner's account is closed.
    """
    its = (CalendarFeed.token_digest == _digest(token), CalendarFeed.revoked_at.is_(None))
    user_id = session.scalar(select(CalendarFeed.user_id).where(*its))
    owner = actor_of(session, user_id) if user_id is not None else None
    if owner is None:
        raise NotFound("There is no such calendar.")
    rows = session.execute(
        select(UserTask.id, UserTask.name, UserTask.due_at, UserTask.created_at, Case.reference)
        .join(Case, Case.id == UserTask.case_id)
        .where(UserTask.status == "open", UserTask.assignee_id == owner.user_id, UserTask.due_at.is_not(None))
        .where(Case.restricted.is_(False), visible_cases(owner))
        .order_by(UserTask.due_at, UserTask.id)
        .limit(MOST)
    )
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Casewright//Due dates//EN", "X-WR-CALNAME:Casewright"]
    lines += [line for row in rows for line in _event(row, address)]
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in _folded(line))


def _event(row: Any, address: str) -> list[str]:
    due_at: datetime = row.due_at
    return [
        "BEGIN:VEVENT",
        f"UID:task-{row.id}@casewright",
        f"DTSTAMP:{_instant(row.created_at)}",
        f"DTSTART:{_instant(due_at - timedelta(minutes=15))}",
        f"DTEND:{_instant(due_at)}",
        f"SUMMARY:{_text(f'Due: {row.name} ({row.reference})')}",
        f"URL:{address}tasks/{row.id}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return a text as RFC 5545, section 3.3.11 writes it, so that no name can begin a line of its own."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.split())


def _folded(line: str) -> Iterator[str]:
    """Yield a line in pieces that are short enough, each but the first after a space; no letter is cut."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
