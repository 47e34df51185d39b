"""Reopens a case that is over: where it stood, at a step that somebody names, or with a task for its owner."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions.category import Definition
from engine.definitions.deploying import load as load_definition
from engine.definitions.elements import ACTIVITIES
from engine.errors import Conflict, Invalid, NotPossible
from engine.instants import now
from engine.permissions import Actor
from engine.runtime.calls import tell_parent
from engine.runtime.locking import lock_case
from engine.runtime.placing import Place, reopened_step
from engine.runtime.saving import save
from engine.tasks import add
from models.base import table
from models.case import Case, CaseEvent
from models.database import from_json
from models.staff import User

CASE = table(Case)
DECIDE = "Decide how the reopened case goes on"


def reopen(session: Session, case_id: int, *, reason: str, at: Sequence[str] = (), by: Actor) -> tuple[str, ...]:
    """Open a closed or cancelled case again, with its document as it was left. Returns keys of jobs to be run.

    `at` names the steps of its diagram that are to be done again. Without them, a case that was ended by hand goes
    back to where it stood, and one that had come to its end gets a task for its owner, who closes it by hand. A case
    that this one belongs to is told.

    Raises:
        Conflict: it is open.
        Invalid: no reason, or a step that cannot be gone back to.
        NotPossible: it was merged into another case.
    """
    case = lock_case(session, case_id, by=by, verb="reopen case")
    if case.status == "open":
        raise Conflict(f"The case {case.reference} is open.")
    if not reason.strip():
        raise Invalid("Say why the case is reopened.", errors={"reason": "Enter a reason"})
    last = session.execute(select(CASE.c.outcome, CASE.c.merged_into_id).where(CASE.c.id == case_id)).one()
    if last.merged_into_id is not None:
        raise NotPossible(
            f"The case {case.reference} was merged into another one.", remedy="Go on with that one; it has all of this."
        )
    _require_possible(load_definition(session, case.version_id), at)
    before, stood_at = case.status, _where_it_stood(session, case_id)
    step = reopened_step(session, case, [(name, "") for name in at] or stood_at, actor=by, at=now())
    case.status = "open"
    case.changes |= {"status": "open", "closed_at": None, "outcome": ""}
    places = list(at) or [name for name, _ in stood_at]
    payload = {"reason": reason.strip(), "at": places, "was": before, "outcome": last.outcome}
    step.note_event("case_reopened", payload)
    step.run()
    if case.parent_id is not None:
        case.changes["parent_token_id"] = None  # it has been given its outcome
        tell_parent(step, "child_reopened")
    save(step)
    if not places:
        owner = session.get(User, case.owner_id) if case.owner_id else None
        add(session, case_id, name=DECIDE, instructions=reason.strip(), to=owner.email if owner else "", by=by)
    return step.job_keys


def places_to_reopen(definition: Definition) -> list[tuple[str, str]]:
    """Return the steps (id, name) at which a case of this version may be reopened: activities of its process."""
    top = definition.specs.top.task_specs
    return [(e.id, e.label) for e in definition.elements.values() if e.kind in ACTIVITIES and e.id in top]


def _require_possible(definition: Definition, at: Sequence[str]) -> None:
    possible = dict(places_to_reopen(definition))
    if unknown := [place for place in at if place not in possible]:
        raise Invalid(
            f"A case of this kind cannot be reopened at “{unknown[0]}”.",
            errors={"at": f"Choose from: {', '.join(possible.values())}"},
        )


def _where_it_stood(session: Session, case_id: int) -> list[Place]:
    """Return where the tokens were when the case was ended by hand; nothing when it had come to its end."""
    last = session.execute(
        select(CaseEvent.payload)
        .where(CaseEvent.case_id == case_id, CaseEvent.type.in_(("case_completed", "case_closed", "case_cancelled")))
        .order_by(CaseEvent.sequence.desc())
        .limit(1)
    ).scalar()
    told = from_json(last) if last else {}
    return [(name, came_from) for name, came_from in told.get("stood_at", ())]
