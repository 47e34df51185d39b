"""Looks at each e-mail once after it was taken in, and sees to what needs nobody."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.inbound import handling, parts
from engine.permissions import PLATFORM
from models.base import table
from models.inbound import InboundItem

KIND = "sort_inbound"
ITEM = table(InboundItem)
OWN = "It is a message of our own that came back."
ANSWERS_NOTHING = "It is an automatic answer, and to nothing that we sent about a case."


def queue(session: Session, item_id: int) -> str:
    """Leave the job that looks at an item, committed with it; return its key."""
    return parts.leave(session, f"inbound:{item_id}", KIND, {"item_id": item_id})


def prepare(session: Session, job: Any) -> int:
    """Return the number of the item that a job is about."""
    return int(job.payload["item_id"])


def file(session: Session, job: Any, item_id: int) -> None:
    """See to an item, unless somebody was quicker."""
    row = session.execute(select(ITEM).where(ITEM.c.id == item_id).with_for_update()).one()
    if row.state != "new" or row.claimed_by_id is not None:
        return
    if row.details.get("is_own"):
        handling.put_aside(session, row, OWN, by=PLATFORM)
    elif row.kind == "automatic" and row.matched_case_id is None:
        handling.put_aside(session, row, ANSWERS_NOTHING, by=PLATFORM)
