"""Tries again what failed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime.locking import lock_case
from engine.runtime.moving import try_again
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.work import Incident


def retry(session: Session, incident_id: int, *, by: Actor) -> tuple[str, ...]:
    """Let the token of an incident try again. Returns the keys of the jobs that this left, to be run after the commit.

    Raises:
        NotFound: no such incident.
        Conflict: it was resolved already.
    """
    require(by, "retry incident")
    incident = session.scalar(select(Incident).where(Incident.id == incident_id))
    if incident is None:
        raise NotFound("There is no such incident.")
    case = lock_case(session, incident.case_id, by=by)
    step = open_step(session, case, actor=by, at=now())
    if incident.token_id not in step.instance.kept.incidents:
        raise Conflict("This incident was resolved already.")
    step.note_event("incident_retried", {"element_id": incident.element_id})
    try_again(step, incident.token_id)
    step.run()
    save(step)
    return step.job_keys
