"""Tries again what failed, skips it, or chooses the way on where no condition holds."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound, NotPossible
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime import choosing, skipping
from engine.runtime.locking import lock_case
from engine.runtime.moving import try_again
from engine.runtime.saving import save
from engine.runtime.step import Step, open_step
from models.work import Incident


def retry(session: Session, incident_id: int, *, by: Actor) -> tuple[str, ...]:
    """Let the token of an incident try again. Returns the keys of the jobs that this left, to be run after the commit.

    Raises:
        NotFound: no such incident.
        Conflict: it was resolved already.
    """
    step, incident = _open(session, incident_id, by)
    step.note_event("incident_retried", {"element_id": incident.element_id})
    return _go_on(step, incident)


def skip(session: Session, incident_id: int, *, reason: str, by: Actor) -> tuple[str, ...]:
    """Let the token of an incident go on as if its element had been done. Returns the keys of the jobs that this left.

    What the element would have given (a letter, a value) is not made up: whoever skips it says why.

    Raises:
        NotFound: no such incident.
        Conflict: it was resolved already.
        Invalid: no reason.
        NotPossible: what only a person can answer or choose.
    """
    require(by, "skip incident")
    if not reason.strip():
        raise Invalid("A step is skipped only for a reason.", errors={"reason": "Enter why the step may be skipped"})
    step, incident = _open(session, incident_id, by, "skip incident")
    said = {"element_id": incident.element_id, "message": incident.message, "reason": reason.strip()}
    step.note_event("incident_skipped", said)
    skipping.skip(step, incident.token_id)
    return _saved(step)


def choose(session: Session, incident_id: int, *, ways: Sequence[str], by: Actor) -> tuple[str, ...]:
    """Let the token of an incident at a gateway go on by the ways (ids of flows) that the actor chooses.

    Raises:
        NotFound: no such incident.
        Conflict: it was resolved already.
        NotPossible: what failed is no choice.
        Invalid: no way, one that does not lead on from there, or several out of an exclusive gateway.
    """
    step, incident = _open(session, incident_id, by)
    token = step.token(incident.token_id)
    if token is None or choosing.offer(token) is None:
        raise NotPossible(
            f"“{incident.element_name}” does not lack a choice.",
            remedy="Put right what the incident says, and retry.",
        )
    chosen = choosing.choose(token, {choosing.ANSWER: list(ways)})
    said = [{"id": way.id, "name": way.name} for way in chosen]
    step.note_event("incident_retried", {"element_id": incident.element_id, "choice": said})
    return _go_on(step, incident)


def _open(session: Session, incident_id: int, by: Actor, verb: str = "retry incident") -> tuple[Step, Incident]:
    require(by, "retry incident")
    incident = session.scalar(select(Incident).where(Incident.id == incident_id))
    if incident is None:
        raise NotFound("There is no such incident.")
    case = lock_case(session, incident.case_id, by=by, verb=verb)
    step = open_step(session, case, actor=by, at=now())
    if incident.token_id not in step.instance.kept.incidents:
        raise Conflict("This incident was resolved already.")
    return step, incident


def _go_on(step: Step, incident: Incident) -> tuple[str, ...]:
    try_again(step, incident.token_id)
    return _saved(step)


def _saved(step: Step) -> tuple[str, ...]:
    step.run()
    save(step)
    return tuple(job["key"] for job in step.jobs)
