"""Lets a token pass an element that failed, as if that had been done; nothing that it would have given is made up."""

from functools import partial
from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.building.joins import DiagramJoin
from engine.definitions.specs import Choosing, PersonStep, place_of
from engine.errors import EngineError, NotPossible
from engine.runtime.advancing import attempt

if TYPE_CHECKING:
    from engine.runtime.step import Step


def skip(step: "Step", token_id: str) -> None:
    """Let the token of an incident go on behind its element.

    A join goes on with the tokens that have arrived; an event on the border of an activity, or of an event
    sub-process, is not waited for any more; a loop is passed over.

    Raises:
        NotPossible: what only a person can answer or choose.
    """
    token = step.token(token_id)
    if token is not None:
        _require_no_answer(token)
    del step.instance.kept.incidents[token_id]
    step.retried.append(token_id)
    if token is not None:
        step.instance.kept.jobs.pop(token_id, None)
        attempt(step.instance, token, partial(_pass, token))


def _require_no_answer(token: Task) -> None:
    name = token.task_spec.bpmn_name or place_of(token.task_spec)
    if isinstance(token.task_spec, PersonStep):
        raise NotPossible(
            f"“{name}” is for a person to do, so it cannot be skipped.",
            remedy="Put right what the incident says, and retry.",
        )
    if isinstance(token.task_spec, Choosing) and len(token.task_spec.ways) > 1:
        raise NotPossible(
            f"Several ways lead on from “{name}”, so it cannot be skipped.",
            remedy="Choose the way that the case takes.",
        )


def _pass(token: Task) -> None:
    spec = token.task_spec
    if isinstance(spec, DiagramJoin) and token._state == TaskState.WAITING:
        spec.go_on_with_what_came(token)
    elif isinstance(spec, BoundaryEvent) or getattr(spec, "is_triggered", False):
        token.cancel()
    elif isinstance(spec, LoopTask) and token._state == TaskState.READY:
        return  # it has no item: the advance passes it
    else:
        _finish(token)


def _finish(token: Task) -> None:
    """Complete a token without doing what its element does; what it had begun inside is withdrawn."""
    inner = token.workflow.top_workflow.subprocesses.pop(token.id, None)
    if inner is not None:
        token.workflow.top_workflow.cancel(inner)
    if token.triggered and hasattr(token.parent.task_spec, "weigh"):
        _weigh(token)
    if hasattr(token.task_spec, "event_definition"):
        token.workflow.top_workflow.event_manager.remove_task(token)
    token.task_spec._expect_children(token)
    token.complete()


def _weigh(token: Task) -> None:
    """Count an instance of a loop that gives nothing."""
    try:
        token.parent.task_spec.weigh(token)
    except EngineError:
        token.internal_data |= {"gives": None, "is_last": False}
