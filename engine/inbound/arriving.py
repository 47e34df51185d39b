"""Takes each message and file in once: its row is there before it is read, and says before it is moved what it became.

Two nodes may read the same at the same time, and any may be killed at any moment. Who writes first that it is taken has
it; the other's transaction is undone. One that ends every process which takes it is given up, and told of.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.inbound import sources
from engine.inbound.sources import Source
from engine.instants import now
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.inbound import InboundArrival, InboundItem

ARRIVAL = table(InboundArrival)
MOST_ATTEMPTS = 4
MOST_KEYS = 500


class TakenByAnother(Conflict):
    """Another node has taken this in meanwhile."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message or file where it lies, and the how-manieth time it is being taken in."""

    key: str
    attempts: int

    @property
    def is_hopeless(self) -> bool:
        """Say whether it was tried often enough."""
        return self.attempts > MOST_ATTEMPTS


def taken(sessions: Sessions, keys: Collection[str]) -> set[str]:
    """Return those that were taken in already."""
    found: set[str] = set()
    wanted = list(keys)
    with reading(sessions) as session:
        for at in range(0, len(wanted), MOST_KEYS):
            some = ARRIVAL.c.key.in_(wanted[at : at + MOST_KEYS])
            found.update(session.scalars(select(ARRIVAL.c.key).where(some, ARRIVAL.c.state == "taken")))
    return found


def begin(sessions: Sessions, source: Source, key: str) -> Arrival | None:
    """Write down that this is about to be taken in; none when it has been."""
    try:
        with writing(sessions) as session:
            sources.keep_turn(session, source)
            state, attempts = _again(session, key)
            if state == "":
                session.execute(insert(ARRIVAL), {"key": key, "state": "begun", "attempts": 1, "at": now()})
            return Arrival(key, attempts) if state != "taken" else None
    except IntegrityError:  # another node has just begun
        return Arrival(key, 1)


def end(session: Session, arrival: Arrival, item_id: int) -> None:
    """Write down what it became, in the transaction that keeps it.

    Raises:
        TakenByAnother: nothing of the transaction may stay.
    """
    its = (ARRIVAL.c.key == arrival.key) & (ARRIVAL.c.state == "begun")
    ended = session.execute(update(ARRIVAL).where(its).values(state="taken", item_id=item_id, at=now()))
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother


def put_off(sessions: Sessions, arrival: Arrival) -> None:
    """Take back that an attempt was made: it may not be whole yet."""
    with writing(sessions) as session:
        its = (ARRIVAL.c.key == arrival.key) & (ARRIVAL.c.state == "begun")
        session.execute(delete(ARRIVAL).where(its))


def became(sessions: Sessions, key: str) -> tuple[int, str]:
    """Return the number and the state of the item that something became; 0 where it was not taken in."""
    with reading(sessions) as session:
        its = select(InboundItem.id, InboundItem.state).join(InboundArrival, InboundArrival.item_id == InboundItem.id)
        row = session.execute(its.where(InboundArrival.key == key, InboundArrival.state == "taken")).first()
    return (row.id, row.state) if row is not None else (0, "")


def _again(session: Session, key: str) -> tuple[str, int]:
    """Count one more attempt; return the state that the row had, and how many attempts that makes."""
    row = session.execute(select(ARRIVAL.c.state, ARRIVAL.c.attempts).where(ARRIVAL.c.key == key)).first()
    if row is None:
        return "", 1
    if row.state == "begun":
        session.execute(update(ARRIVAL).where(ARRIVAL.c.key == key).values(attempts=ARRIVAL.c.attempts + 1))
    return row.state, row.attempts + 1
