"""The kinds of events, and how a step writes them down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import configuration
from engine.history import seal
from engine.permissions import Actor
from models.database import canonical_json

# Every type that may stand in `case_event.type`; each has a template in webapp/templates/events/<type>.html.
TYPES = (
    "case_started",
    "case_advanced",
    "case_completed",
    "case_closed",
    "case_cancelled",
    "case_changed",
    "case_assigned",
    "case_linked",
    "case_detached",
    "case_merged",
    "case_reopened",
    "case_migrated",
    "case_restricted",
    "restriction_lifted",
    "circle_joined",
    "circle_left",
    "glass_broken",
    "partner_linked",
    "partner_unlinked",
    "child_started",
    "child_ended",
    "child_reopened",
    "task_claimed",
    "task_released",
    "task_assigned",
    "task_prioritised",
    "task_completed",
    "task_added",
    "task_cancelled",
    "timer_fired",
    "message_received",
    "message_sent",
    "signal_received",
    "signal_sent",
    "clock_started",
    "clock_met",
    "clock_extended",
    "clock_stopped",
    "clock_resumed",
    "clock_reset",
    "clock_recounted",
    "clock_cancelled",
    "document_merged",
    "document_added",
    "document_bundled",
    "document_redacted",
    "document_versioned",
    "document_changed",
    "document_moved",
    "document_ended",
    "document_reinstated",
    "email_queued",
    "communication_written",
    "communication_approved",
    "communication_let_go",
    "communication_edited",
    "communication_printing",
    "communication_sent",
    "communication_delivered",
    "communication_failed",
    "communication_stopped",
    "communication_cancelled",
    "communication_received",
    "note_added",
    "record_updated",
    "reminder_given",
    "escalation_acknowledged",
    "incident_raised",
    "incident_retried",
    "incident_skipped",
    "incident_resolved",
    "work_given_up",
    "work_retried",
    "work_discarded",
    "payload_erased",
)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened and is not written down yet. `payload` is JSON-able."""

    type: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a case's chain: how many events there are, and the seal of the last."""

    count: int
    mac: str


def sealed_rows(
    happened: Iterable[Happened], *, case_id: int, head: Head, at: datetime, actor: Actor
) -> tuple[list[dict[str, Any]], Head]:
    """Return the rows of `case_event` for what happened, in order, and the new end of the chain."""
    ring = configuration.current().keyring
    key = ring.keys[ring.current]
    rows = []
    for event in happened:
        payload, salt = canonical_json(event.payload), seal.new_salt()
        digest = seal.digest(payload, salt)
        header = seal.Header(case_id, head.count + 1, at, event.type, actor.user_id, actor.name, digest)
        head = Head(head.count + 1, seal.mac(key, header, head.mac))
        rows.append(
            {
                "case_id": case_id,
                "sequence": head.count,
                "at": at,
                "type": event.type,
                "actor_id": actor.user_id,
                "actor_name": actor.name,
                "payload": payload,
                "salt": salt,
                "digest": digest,
                "key_id": ring.current,
                "mac": head.mac,
            }
        )
    return rows, head
