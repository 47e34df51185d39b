"""Looks at each e-mail once after it was taken in, and sees to what needs nobody.

What is certain is filed: an answer to a message of ours, or what names a case, from an address that the record has of a
person of that case, or to which we wrote. Everything else waits for people.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.communications.recipients import same
from engine.filing.places import Place
from engine.inbound import bounces, contacts, filing, handling, parts
from engine.inbound.filing import Wish
from engine.permissions import PLATFORM
from models.base import table
from models.case import Case
from models.communication import Communication
from models.inbound import InboundItem

KIND = "sort_inbound"
ITEM, CASE, COMMUNICATION = table(InboundItem), table(Case), table(Communication)
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
    elif row.kind == "bounce":
        bounces.take(session, row)
    elif row.kind == "automatic":
        _see_to_automatic(session, row)
    elif (certain := certainly(session, row)) is not None:
        filing.file(session, item_id, Wish(certain), by=PLATFORM)
    else:
        filing.wait_for_circle(session, row)


def certainly(session: Session, row: Any) -> Place | None:
    """Return where an item belongs beyond doubt; none where a person has to look."""
    case_ids, answered = row.details.get("cases", []), row.details.get("answered")
    if len(case_ids) != 1 or not row.sender or is_doubtful(row.details.get("authentication", {})):
        return None
    case_id = int(case_ids[0])
    if session.scalar(select(CASE.c.status).where(CASE.c.id == case_id)) != "open":
        return None
    person_id = contacts.sender_on_case(session, case_id, row.sender)
    if person_id is None and answered is not None and same(str(answered["to"]), row.sender):
        person_id = session.scalar(select(COMMUNICATION.c.person_id).where(COMMUNICATION.c.key == answered["key"]))
        return Place(case_id, (("person", person_id),) if person_id is not None else ())
    return Place(case_id, (("person", person_id),)) if person_id is not None else None


def is_doubtful(checks: dict[str, str]) -> bool:
    """Say whether a server says that the sender is not who they say they are. Nobody gains by forging that."""
    if "dmarc" in checks:
        return checks["dmarc"] == "fail"
    return "fail" in checks.values()


def _see_to_automatic(session: Session, row: Any) -> None:
    """File an automatic answer on the case of what it answers, and wake nobody; put any other away."""
    answered = row.details.get("answered")
    case_id = answered["case_id"] if answered is not None else None
    if case_id is None or row.details.get("cases", []) != [case_id]:
        handling.put_aside(session, row, ANSWERS_NOTHING, by=PLATFORM)
    else:
        filing.file(session, row.id, Wish(Place(int(case_id)), wakes=False), by=PLATFORM)
