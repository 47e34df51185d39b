"""Erases the content of events where the law asks for it; the chain stays whole, and says that it was approved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound, NotPossible
from engine.history.events import Head
from engine.history.recording import write
from engine.instants import now
from engine.permissions import Actor, require
from models.base import table
from models.case import Case, CaseEvent
from models.database import from_json
from models.work import UserTask

CASE, EVENT, TASK = table(Case), table(CaseEvent), table(UserTask)

# What of a payload is about the case and not about anybody: kept in the sealed event of the erasure, for the replay.
KEPT = frozenset(
    "id element_id document_id rule counted_from due_at amber_at state sha256 moves opened withdrawn rescheduled stage "
    "form token_id late outcome kind template version_id".split()
)
# Without these a history means nothing: which case on which version, and what was erased.
NEVER = frozenset({"case_started", "case_migrated", "payload_erased"})

_ERASE = (
    update(EVENT)
    .where(EVENT.c.case_id == bindparam("of_case"), EVENT.c.sequence == bindparam("of_sequence"))
    .values(payload=None, salt=None)
)


def erase_payload(session: Session, case_id: int, sequences: Sequence[int], *, by: Actor, reason: str) -> None:
    """Remove the content of events for good, with a sealed event that says which, who approved it and why.

    What the replay needs and concerns nobody (ids, elements, dates of clocks, names of the fields) is kept in that
    event; values, texts and names are gone. A verification accepts only what such an event names.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such case or event.
        NotPossible: an event whose content may never go, or is gone already.
        Invalid: no reason, or no event.
    """
    require(by, "administer")
    wanted = sorted(set(sequences))
    if not reason.strip() or not wanted:
        raise Invalid("An erasure needs events and a reason.", errors={"reason": "Enter why the content must go"})
    case = session.execute(
        select(CASE.c.reference, CASE.c.event_count, CASE.c.event_mac).where(CASE.c.id == case_id).with_for_update()
    ).first()
    if case is None:
        raise NotFound("There is no such case.")
    kept = {str(row.sequence): kept_of(row) for row in _events(session, case_id, case.reference, wanted)}
    session.connection().execute(_ERASE, [{"of_case": case_id, "of_sequence": sequence} for sequence in wanted])
    _forget_late_reasons(session, kept.values())
    payload = {"sequences": wanted, "reason": reason.strip(), "kept": kept}
    head = write(
        session, case_id, Head(case.event_count, case.event_mac), "payload_erased", payload, at=now(), actor=by
    )
    session.connection().execute(
        update(CASE).where(CASE.c.id == case_id).values(event_count=head.count, event_mac=head.mac)
    )


def _forget_late_reasons(session: Session, kept: Iterable[Mapping[str, Any]]) -> None:
    """Take the reasons of late tasks out of the list of them too; that they were late stays."""
    ids = [payload["id"] for payload in kept if payload.get("late")]
    session.execute(update(TASK).where(TASK.c.id.in_(ids)).values(late_reason=""))


def kept_of(row: Any) -> dict[str, Any]:
    """Return what of an event's payload concerns nobody; of the fields that changed, their names."""
    payload: Mapping[str, Any] = from_json(row.payload)
    kept = {key: value for key, value in payload.items() if key in KEPT}
    kept |= {
        key: payload[key] for key in ("from", "to", "on_behalf_of_id") if isinstance(payload.get(key), int)
    }  # ids of staff
    if payload.get("changes"):
        kept["fields"] = sorted(payload["changes"])
    return kept


def _events(session: Session, case_id: int, reference: str, wanted: list[int]) -> list[Any]:
    rows = session.execute(
        select(EVENT.c.sequence, EVENT.c.type, EVENT.c.payload)
        .where(EVENT.c.case_id == case_id, EVENT.c.sequence.in_(wanted))
        .order_by(EVENT.c.sequence)
    ).all()
    missing = set(wanted) - {row.sequence for row in rows}
    if missing:
        raise NotFound(f"{reference} has no event {min(missing)}.")
    for row in rows:
        if row.type in NEVER:
            raise NotPossible(f"Event {row.sequence} of {reference} ({row.type}) must stay: the history rests on it.")
        if row.payload is None:
            raise NotPossible(f"The content of event {row.sequence} of {reference} is gone already.")
    return list(rows)
