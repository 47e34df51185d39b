"""What can be done with a case as a whole: start, change its fields, note, close, cancel, hand over."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import ending
from engine.errors import Conflict, Invalid
from engine.forms.names import RESERVED
from engine.instants import now
from engine.permissions import Actor, require
from engine.recording import record as record
from engine.runtime import directory
from engine.runtime.locking import lock_case
from engine.runtime.saving import save
from engine.runtime.step import open_step
from engine.starting import Started as Started
from engine.starting import Subject as Subject
from engine.starting import begin, require_seen
from engine.starting import changed_values as changed_values
from models.case import Note


def start(
    session: Session,
    category_key: str,
    *,
    subjects: Sequence[Subject] = (),
    fields: Mapping[str, Any] | None = None,
    by: Actor,
    start_key: str | None = None,
) -> Started:
    """Start a case of a category on its current version and run it to its first waits.

    `fields` are the answers to the start form, typed as JSON or as posted. `start_key` makes a repeat of the same
    request the same case.

    Raises:
        NotFound: no such category, or a subject that does not exist or that the actor may not see.
        Invalid: the start form's answers are not acceptable; one sentence for each field.
    """
    require(by, "start case")
    require_seen(session, subjects, by=by)
    return begin(session, category_key, subjects=subjects, fields=fields, by=by, start_key=start_key)


def change_fields(
    session: Session, case_id: int, changes: Mapping[str, Any], *, by: Actor, revision: int | None = None
) -> tuple[str, ...]:
    """Correct fields of a case; the next gateway, letter and form see the new values. Returns the keys of jobs left.

    Raises:
        Conflict: the case has moved on since `revision`.
        Invalid: an unknown or reserved field.
    """
    case = lock_case(session, case_id, by=by, verb="change case")
    if revision is not None and revision != case.revision:
        raise Conflict(
            f"The case {case.reference} has changed since you opened it.", remedy="Look at it again, then change it."
        )
    step = open_step(session, case, actor=by, at=now())
    step.fire_due_timers()  # what was due before the correction goes its way by the old value
    known = step.instance.definition.fields
    unknown = {key: f"This category has no field “{key}”." for key in changes if key not in known or key in RESERVED}
    if unknown:
        raise Invalid("Some fields cannot be changed.", errors=unknown)
    step.instance.document.update(dict(changes))
    if step.instance.document.changes:
        step.note_event("case_changed", {"changes": changed_values(step)})
    step.run()
    save(step)
    return step.job_keys


def add_note(session: Session, case_id: int, text: str, *, by: Actor) -> None:
    """Write a note on a case."""
    if not text.strip():
        raise Invalid("The note is empty.", errors={"text": "Enter the note"})
    if len(text) > 20_000:
        raise Invalid("The note is too long.", errors={"text": "The note must be 20,000 characters or fewer"})
    case = lock_case(session, case_id, by=by, verb="change case")
    session.execute(
        insert(Note), {"case_id": case.id, "text": text.strip(), "written_by_id": by.user_id, "written_at": now()}
    )
    record(session, case, "note_added", {"text": text.strip()}, by=by)


def close(session: Session, case_id: int, *, reason: str, note: str = "", by: Actor) -> tuple[str, ...]:
    """Close a case by hand, for one of its category's reasons; what still waits is withdrawn.

    Returns the keys of jobs to be run after the commit: other cases may have to hear of it.
    """
    case = lock_case(session, case_id, by=by, verb="close case")
    return ending.end(session, case, "closed", reason=reason, note=note, by=by)


def cancel(
    session: Session, case_id: int, *, reason: str, note: str = "", with_children: bool = False, by: Actor
) -> tuple[str, ...]:
    """Cancel a case that should not go on, for one of its category's reasons.

    Cases whose outcome it waits for are cancelled with it; `with_children` cancels the others that it started too.
    """
    case = lock_case(session, case_id, by=by, verb="close case")
    return ending.end(session, case, "cancelled", reason=reason, note=note, with_children=with_children, by=by)


def hand_over(session: Session, case_id: int, *, to: str, by: Actor) -> None:
    """Make another member of staff the owner of a case; `to` is a name or e-mail address."""
    case = lock_case(session, case_id, by=by, verb="change case")
    owner = directory.user_id(session, to)
    if owner is None:
        raise Invalid(f"Nobody here has the name or e-mail address “{to}”.", errors={"to": "Choose a member of staff"})
    before, case.owner_id = case.owner_id, owner
    record(session, case, "case_assigned", {"from": before, "to": owner}, by=by, owner_id=owner)
