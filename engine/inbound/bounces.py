"""What a mail server reports of a message of ours (RFC 3464): which one, to whom, and why it did not arrive."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.communications import dispatching
from engine.communications.recipients import same
from engine.inbound import contacts, handling, telling
from engine.inbound.events import write
from engine.instants import london, now
from engine.permissions import PLATFORM
from engine.record import changing
from engine.record.changing import Why
from engine.runtime.locking import lock_case
from models.base import table
from models.communication import Communication

COMMUNICATION = table(Communication)
LONGEST_NOTE = 500
OPEN = ("waiting", "sent", "delivered", "printing")  # of a communication: it was thought to arrive
# By the last two numbers of an enhanced status code (RFC 3463, and IANA's list), the more exact ones first.
WORDS = {
    "1.0": "there is no such mailbox",
    "1.1": "there is no such mailbox",
    "1.2": "there is no mail server for this address",
    "1.3": "the address is not written as one",
    "1.6": "the mailbox has moved, and nobody says where to",
    "1.10": "there is no mail server for this address",
    "2.1": "the mailbox is not in use",
    "2.2": "the mailbox is full",
    "2.3": "the message is too large for the mailbox",
    "3.4": "the message is too large for the mail server",
    "4": "the mail server of the address could not be reached",
    "7": "the mail server of the address refused it as unwanted",
}


def take(session: Session, row: Any) -> None:
    """See to a report that came in: a message that failed is marked, its case told, its address noted."""
    answered, recipients = row.details.get("answered"), (row.details.get("report") or {}).get("recipients", [])
    if answered is None:
        return  # of nothing that we sent: for people to look at
    to = str(answered["to"])
    its = [one for one in recipients if same(one["address"], to)]
    if recipients and not its:
        return  # whoever sent it does not know to whom we wrote
    if its and all(one["action"] in ("delivered", "relayed", "expanded") for one in its):
        handling.put_aside(session, row, f"It says that a message reached {to}.", by=PLATFORM)
        return
    told = its[0] if its else {"status": "", "said": "", "action": "failed"}
    if told["action"] == "delayed":
        handling.put_aside(session, row, f"A message to {to} is late; its mail server goes on trying.", by=PLATFORM)
        return
    _failed(session, row, answered, to, told)


def in_words(status: str, said: str) -> str:
    """Return why a message did not arrive: by its code, with what the mail server said."""
    detail = status.partition(".")[2]
    why = WORDS.get(detail) or WORDS.get(detail.partition(".")[0]) or "the mail server of the address did not take it"
    return f"{why.capitalize()}{f' ({said})' if said else ''}."


def _failed(session: Session, row: Any, answered: dict[str, Any], to: str, told: dict[str, str]) -> None:
    reason, key, case_id = in_words(told["status"], told["said"]), str(answered["key"]), answered["case_id"]
    sent = session.execute(select(COMMUNICATION).where(COMMUNICATION.c.key == key)).first()
    if sent is not None and sent.status in OPEN:
        columns = {"status": "failed", "reason": reason, "settled_at": now()}
        dispatching.record(session, key, columns, "communication_failed")
    elif sent is None and case_id is not None:
        case = lock_case(session, case_id, by=PLATFORM)
        text = f"An e-mail about this case did not reach {to}: {reason}"
        telling.tell_owner(session, case, text, key=f"{row.id}:bounce")
    if not told["status"].startswith("4"):
        _note_address(session, sent, case_id, to, reason)
    said = f"The message to {to} did not arrive: {reason}"
    state = {"state": "filed", "case_id": case_id} if case_id is not None else {"state": "set_aside"}
    handling.change(session, row, **state, reason=said, decided_by_id=None, decided_at=now())
    write(session, row.id, "bounced", said, by=PLATFORM)


def _note_address(session: Session, sent: Any, case_id: int | None, to: str, reason: str) -> None:
    """Write beside the address of whom it was for that mail came back; it stays, and a person decides on it."""
    people = [sent.person_id] if sent is not None and sent.person_id is not None else []
    if not people and case_id is not None:
        people = contacts.people_of(session, case_id)
    at = london(now())
    bounced = f"Bounced on {at.day} {at:%B %Y}: {reason}"
    for detail in contacts.at_address(session, to, people):
        before = "\n".join(line for line in detail.note.split("\n") if line and not line.startswith("Bounced on "))
        values = {"note": "\n".join(filter(None, (before, bounced)))[-LONGEST_NOTE:]}
        why = Why(PLATFORM, "A mail server said so", case_id)
        owner = ("person", detail.person_id)
        changing.change(session, "contact_detail", detail.id, values, why=why, owner=owner)
