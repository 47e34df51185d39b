"""Batches as lists and pages show them: those that somebody began, how many messages are where, what went wrong."""

from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.communications.batches import VERB
from engine.paging import Order, Page, read_page
from engine.permissions import Actor, may, require
from models.communication import Communication, CommunicationBatch

NEWEST_FIRST = Order(CommunicationBatch.id, CommunicationBatch.id, int, is_descending=True)


class Fault(NamedTuple):
    """A case or person that could not be written to, by number and name, and why."""

    kind: str
    target: int
    name: str
    reason: str


def batches(session: Session, *, by: Actor, cursor: str = "", size: int = 50) -> Page:
    """Return a page of the batches that the actor began, the latest first; an administrator sees all.

    Raises:
        Invalid: the cursor is none of this list.
    """
    require(by, VERB)
    wanted = select(CommunicationBatch)
    if not may(by, "administer"):
        wanted = wanted.where(CommunicationBatch.created_by_id == by.user_id)
    found = read_page(session, wanted, NEWEST_FIRST, cursor=cursor, size=size)
    return Page([row.CommunicationBatch for row in found.rows], found.former, found.next)


def counts(session: Session, number: int) -> dict[str, int]:
    """Return how many messages of a batch there are in each status."""
    rows = select(Communication.status, func.count()).where(Communication.batch_id == number)
    found = session.execute(rows.group_by(Communication.status)).all()
    return {str(status): int(number) for status, number in found}


def faults(batch: CommunicationBatch) -> list[Fault]:
    """Return what could not be written; in batches of before, which were of one kind, it is not said which."""
    usual = "case" if batch.audience.get("cases") else "person"
    kept: list[Any] = batch.errors
    return [Fault(kind[0] if kind else usual, target, name, why) for target, name, why, *kind in kept]
