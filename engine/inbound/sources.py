"""The mailbox and the folder that are read: whose turn it is to look, and how that went."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.instants import now
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.inbound import InboundSource

SOURCE = table(InboundSource)
LOOKED_AT = timedelta(hours=1)
LEASE = timedelta(minutes=2)  # of the node that reads; it is renewed with each message


@dataclass(frozen=True, slots=True)
class Source:
    """One that is read: its key, what people call it, and how often it is looked at."""

    key: str  # mailbox, folder
    name: str
    every: timedelta


def take_turn(sessions: Sessions, source: Source, *, is_forced: bool = False) -> bool:
    """Say whether this node may look now, and keep others from it meanwhile.

    That spares work and is no more: what is taken in once is held by the rows of `arriving`.
    """
    with reading(sessions) as session:
        row = session.execute(select(SOURCE.c.next_at, SOURCE.c.name).where(SOURCE.c.key == source.key)).first()
    if row is None:
        _add(sessions, source)
    elif row.next_at > now() and not is_forced:
        return False
    its = SOURCE.c.key == source.key
    with writing(sessions) as session:
        free = its if is_forced else its & (SOURCE.c.next_at <= now())
        taken = session.execute(update(SOURCE).where(free).values(next_at=now() + LEASE, name=source.name))
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def keep_turn(session: Session, source: Source) -> None:
    """Keep others from it a while longer."""
    session.execute(update(SOURCE).where(SOURCE.c.key == source.key).values(next_at=now() + LEASE))


def end_turn(sessions: Sessions, source: Source, *, error: str = "") -> None:
    """Write down how it went, and let others look when its time has come again."""
    at = now()
    with writing(sessions) as session:
        its = SOURCE.c.key == source.key
        since = session.scalar(select(SOURCE.c.failing_since).where(its))
        went: dict[str, Any] = {"failing_since": since or at} if error else {"failing_since": None, "read_at": at}
        session.execute(update(SOURCE).where(its).values(next_at=at + source.every, error=error, **went))


def failing(session: Session) -> list[Any]:
    """Return the sources that cannot be read: key, name, failing_since, error; not those that nobody reads any more."""
    is_looked_at = SOURCE.c.next_at > now() - LOOKED_AT
    found = select(SOURCE).where(SOURCE.c.error != "", is_looked_at).order_by(SOURCE.c.key)
    return list(session.execute(found))


def _add(sessions: Sessions, source: Source) -> None:
    row = {"key": source.key, "name": source.name, "next_at": now(), "error": ""}
    try:
        with writing(sessions) as session:
            session.execute(insert(SOURCE), row)
    except IntegrityError:  # another node was quicker
        return
