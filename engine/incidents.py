"""Tries again what failed."""

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound
from engine.instants import now
from engine.permissions import Actor, require
from engine.runtime.locking import lock_case
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
    del step.instance.kept.incidents[incident.token_id]
    step.retried.append(incident.token_id)
    step.note_event("incident_retried", {"element_id": incident.element_id})
    token = step.token(incident.token_id)
    if token is not None and token.state == TaskState.WAITING:
        token.task_spec._update(token)
    elif token is not None and isinstance(token.task_spec, LoopTask):
        token.task_spec._update_hook(token)
    step.run()
    save(step)
    return tuple(job["key"] for job in step.jobs)
