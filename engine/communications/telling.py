"""Writes down what becomes of a communication: as an event of its case, else in the history of whom it went to."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.record.changing import Why, note
from engine.runtime.step import Step

PART = "communication"


def tell(
    session: Session, event: str, row: Mapping[str, Any], told: Mapping[str, Any], *, step: Step | None, by: Actor
) -> None:
    """Tell of one, `row` being its columns and `told` what the event of a case says."""
    if step is not None:
        step.note_event(event, dict(told))
        return
    owner = next(
        ((kind, row[f"{kind}_id"]) for kind in ("person", "organisation") if row[f"{kind}_id"] is not None), None
    )
    if owner is not None:
        changes = {name: [None, row[name]] for name in ("channel", "subject", "recipient", "address")}
        action = event.removeprefix("communication_")
        note(session, owner, PART, row["id"], action, changes, Why(by, str(told.get("reason", ""))))
