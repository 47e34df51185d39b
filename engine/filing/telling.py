"""Writes down what happened to a document: as an event of its case, and in the history of what it is filed under."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from engine.filing.locking import Locked
from engine.filing.places import Link
from engine.permissions import Actor
from engine.record.changing import Why, note
from engine.recording import record
from engine.runtime.header import CaseRow

PART = "document"
# What the history of a person, home, tenancy, account or organisation calls it.
ACTIONS = {
    "document_added": "created",
    "document_bundled": "created",
    "document_redacted": "created",
    "document_versioned": "new version",
    "document_changed": "changed",
    "document_moved": "filed elsewhere",
    "document_ended": "ended",
    "document_reinstated": "taken back",
}


def tell(
    session: Session, event: str, payload: dict[str, Any], *, case: CaseRow | None, links: Sequence[Link], by: Actor
) -> None:
    """Write one event of a document; `payload` names it (`document_id`, `title`)."""
    if case is not None:
        record(session, case, event, payload, by=by)
    why = Why(by, str(payload.get("reason", "")), case.id if case is not None else None)
    changes = payload.get("changes") or {"title": {"before": None, "after": payload["title"]}}
    told = {name: [change["before"], change["after"]] for name, change in changes.items()}
    for link in links:
        note(session, link, PART, payload["document_id"], ACTIONS[event], told, why)


def tell_of(session: Session, event: str, locked: Locked, payload: dict[str, Any], *, by: Actor) -> None:
    """Write one event of a document in hand."""
    whole = {"document_id": locked.id, "title": locked.row.title, **payload}
    tell(session, event, whole, case=locked.case, links=locked.links, by=by)
