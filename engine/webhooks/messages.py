"""What a message says: that something happened to what, and where to read of it. Nothing of what was written there.

A message is worked out when it is sent, from the row of history that it is about, with the rights that the
subscription's member of staff has at that moment. The same row always gives the same bytes.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import configuration
from engine.permissions import Actor, actor_of, may_see_entity, may_see_sensitivity, visible_cases
from engine.record.kinds import KINDS
from engine.record.notes import may_read
from models.case import Case, CaseEvent
from models.database import canonical_json, from_json
from models.people import Person
from models.record import RecordChange, RecordNote
from models.webhooks import WebhookSubscription
from models.work import Clock

API = "/api/v1"
PING = "ping"


class Withheld(Exception):
    """The subscription may not be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What happened: when, and what of it is said."""

    at: datetime
    data: Mapping[str, Any]


def body_of(session: Session, message: Any, subscription: WebhookSubscription) -> bytes:
    """Return the body of a message of the outbox: {"type", "timestamp", "data"}.

    Raises:
        Withheld: it may not be told (any more) to whom it was meant for.
    """
    payload = message.payload
    told = _SOURCES[payload["source"]](session, payload, _reader(session, subscription))
    timestamp = told.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return canonical_json({"type": payload["type"], "timestamp": timestamp, "data": told.data}).encode()


def id_of(message: Any, subscription: WebhookSubscription) -> str:
    """Return the id of a message: the same at each attempt, so that a receiver knows a repeat."""
    return f"msg_{hashlib.sha256(f'{subscription.key}:{message.key}'.encode()).hexdigest()[:32]}"


def _reader(session: Session, subscription: WebhookSubscription) -> Actor:
    reader = actor_of(session, subscription.acts_as_id)
    if reader is None:
        raise Withheld("the account that the subscription acts as is closed")
    return reader


def _of_ping(session: Session, payload: Mapping[str, Any], reader: Actor) -> Told:
    return Told(datetime.fromisoformat(payload["at"]), {"url": _link("/openapi.json")})


def _of_event(session: Session, payload: Mapping[str, Any], reader: Actor) -> Told:
    event = session.get_one(CaseEvent, payload["id"])
    data = {**_case(session, event.case_id, reader), "revision": event.sequence}
    said = from_json(event.payload) if event.payload else {}  # an erasure may have emptied it
    if event.type == "task_completed" and isinstance(said.get("id"), int):
        data["task"] = {"id": said["id"], "url": _link(f"/tasks/{said['id']}")}
    if event.type.startswith("clock_") and isinstance(said.get("clock"), int):
        data["clock"] = said["clock"]
    return Told(event.at, data)


def _of_breach(session: Session, payload: Mapping[str, Any], reader: Actor) -> Told:
    clock = session.get_one(Clock, payload["id"])
    data = {**_case(session, clock.case_id, reader), "clock": clock.id}
    return Told(datetime.fromisoformat(payload["due_at"]), data)


def _of_change(session: Session, payload: Mapping[str, Any], reader: Actor) -> Told:
    change = session.get_one(RecordChange, payload["id"])
    if not may_see_entity(session, reader, change.entity_type, change.entity_id):
        raise Withheld("the account that the subscription acts as may not see the record")
    if change.entity_type == "person" and not _may_see_person(session, change.entity_id, reader):
        raise Withheld("the record is sensitive")
    if change.part == "note" and not _may_read_note(session, change.part_id, reader):
        raise Withheld("the note is sensitive")
    kind = KINDS[change.entity_type]
    data = {"entity": kind.key, "id": change.entity_id, "url": _link(f"/{kind.path}/{change.entity_id}")}
    return Told(change.at, {**data, "revision": change.revision})


_SOURCES: Mapping[str, Callable[[Session, Mapping[str, Any], Actor], Told]] = {
    "ping": _of_ping,
    "case_event": _of_event,
    "clock": _of_breach,
    "record_change": _of_change,
}


def _case(session: Session, case_id: int, reader: Actor) -> dict[str, Any]:
    """Return how a case is named. Even where the account is in the circle of a restricted one, none leaves."""
    is_told = (Case.id == case_id, Case.restricted.is_(False), visible_cases(reader))
    reference = session.scalar(select(Case.reference).where(*is_told))
    if reference is None:
        raise Withheld("the case may not be told of")
    return {"entity": "case", "id": case_id, "reference": reference, "url": _link(f"/cases/{reference}")}


def _may_see_person(session: Session, person_id: int, reader: Actor) -> bool:
    is_sensitive = session.scalar(select(Person.is_sensitive).where(Person.id == person_id))
    return not is_sensitive or may_see_sensitivity(reader, "special_category")


def _may_read_note(session: Session, note_id: int | None, reader: Actor) -> bool:
    note = session.get(RecordNote, note_id) if note_id is not None else None
    return note is not None and may_read(note, by=reader)


def _link(path: str) -> str:
    """Return the address in our REST interface; without the site's own where nobody set CASEWRIGHT_URL."""
    return configuration.current().address(f"{API}{path}") or f"{API}{path}"
