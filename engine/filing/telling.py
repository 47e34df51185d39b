"""Writes down what happened to a document: as an event of its case, and in the history of what it is filed under."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from engine.filing.locking import Locked
from engine.filing.places import Link
from engine.permissions import Actor
from engine.recording import record
from engine.runtime.header import CaseRow


def tell(
    session: Session, event: str, payload: dict[str, Any], *, case: CaseRow | None, links: Sequence[Link], by: Actor
) -> None:
    """Write one event of a document; `payload` names it (`document_id`, `title`)."""
    if case is not None:
        record(session, case, event, payload, by=by)


def tell_of(session: Session, event: str, locked: Locked, payload: dict[str, Any], *, by: Actor) -> None:
    """Write one event of a document in hand."""
    whole = {"document_id": locked.id, "title": locked.row.title, **payload}
    tell(session, event, whole, case=locked.case, links=locked.links, by=by)
