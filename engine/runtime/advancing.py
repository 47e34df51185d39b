"""Moves the tokens of a case until every one of them waits for a person, a time, a message or a job."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.exc import SQLAlchemyError

from engine.definitions.specs import (
    CaseCondition,
    CaseMessage,
    CaseSignal,
    CaseTimer,
    PersonStep,
    ServiceStep,
    Told,
    awaited,
    parts,
    place_of,
)
from engine.errors import EngineError, StepFailed
from engine.instants import now
from engine.runtime.collapse import collapse
from engine.runtime.instance import Instance

MAX_STEPS = 10_000
MAX_SECONDS = 1.5  # of processor time: a busy machine is no fault of the diagram
MAX_TOKENS = 20_000
MAX_DEPTH = 50
TIDY_AFTER = 200  # steps: SpiffWorkflow looks no deeper than 1,000 tokens, and three may be added in a step

log = logging.getLogger(__name__)
RunService = Callable[[Task], bool]
_MAY_COME = (CaseTimer, CaseMessage, CaseSignal, CaseCondition, Told)  # from outside; errors come from within
_BEGUN = TaskState.WAITING | TaskState.READY | TaskState.STARTED | TaskState.FINISHED_MASK


def advance(instance: Instance, run_service: RunService) -> bool:
    """Run until every token waits. Returns False when the diagram ran away and had to be stopped.

    `run_service` does a service step; it returns True when its token may go on, and False when it waits for a job. A
    token whose step fails stays where it is and is noted in `instance.failures`. A diagram that runs away is stopped:
    the token that it was stopped at gets the failure, and the others go on in a later step.
    """
    ready = instance.workflow.ready
    ready.clear()
    ready.extend(token for token in instance.workflow.tokens() if token._state == TaskState.READY)
    ends_at, steps = time.thread_time() + MAX_SECONDS, 0
    look_at_conditions(instance)
    while ready:
        token = ready.popleft()
        if not _moves_by_itself(instance, token):
            continue
        steps += 1
        if runaway := _how_it_runs_away(instance, token, steps, ends_at):
            instance.fail(token, runaway)
            return False
        attempt(instance, token, partial(_run, instance, token, run_service))
        look_at_conditions(instance)
        if steps % TIDY_AFTER == 0:
            collapse(instance.workflow)
    return True


def look_at_conditions(instance: Instance) -> None:
    """Let the conditional events that the case waits for look again, if a field has changed since they did."""
    if instance.looked_at == instance.document.version:
        return
    instance.looked_at = instance.document.version
    workflow = instance.workflow
    for token in workflow.in_order(filter(_has_condition, list(workflow.event_manager.tasks.values()))):
        if token._state == TaskState.WAITING and not _has_failed(instance, token):
            attempt(instance, token, partial(token.task_spec._update, token))


def _has_condition(token: Task) -> bool:
    return any(isinstance(part, CaseCondition) for part in parts(token.task_spec.event_definition))


def attempt(instance: Instance, token: Task, act: Callable[[], Any]) -> None:
    """Do something with a token; what goes wrong in it is noted as the token's failure.

    SpiffWorkflow fails in many ways on diagrams that it does not expect: what a diagram brings about is an incident of
    its case, never an error of the request. A fault of the database is none of the diagram's.
    """
    before = token._state
    try:
        act()
    except SQLAlchemyError:
        raise
    except Exception as error:
        _stay(token, before)
        instance.fail(token, _told(token, error))


def _told(token: Task, error: Exception) -> EngineError:
    if isinstance(error, EngineError):
        return error
    if isinstance(error, SpiffWorkflowException):
        return StepFailed(f"“{_place(token)}” could not go on: {error}.")
    if isinstance(error, RecursionError):
        return StepFailed("The diagram is nested too deeply to go on.", remedy="Simplify it.")
    log.error("the step at %s failed", _place(token), exc_info=error)
    what = f"“{_place(token)}” could not go on for a technical reason ({type(error).__name__})."
    return StepFailed(what, remedy="Check the diagram around it, and retry.")


def _stay(token: Task, before: int) -> None:
    """Leave a token where it was when what comes after it could not even begin."""
    if token._state == TaskState.COMPLETED != before and not any(child.has_state(_BEGUN) for child in token.children):
        token._state = before
        moves = token.workflow.top_workflow.moves
        moves[:] = [move for move in moves if (move.what, move.token_id) != ("left", token.id.hex)]


def fire_next_timer(instance: Instance) -> tuple[str, str] | None:
    """Let the timer fire whose time came first; return its element and that time, or none when no timer is due.

    Whoever calls advances before the next: an interrupting timer takes away those that would have been later.
    """
    due = [
        (datetime.fromisoformat(due), element_id, token)
        for token in instance.workflow.event_manager.tasks.values()
        if token._state == TaskState.WAITING and not _has_failed(instance, token)
        for element_id, due in token.internal_data.get("due", {}).items()
    ]
    if not due:
        return None
    instant = min(entry[0] for entry in due)
    if instant > now():
        return None
    element_id, token = _innermost(instance, [(name, token) for at, name, token in due if at == instant])
    instance.workflow.firing = token.id
    attempt(instance, token, partial(token.task_spec._update, token))
    instance.workflow.firing = None
    return element_id.partition("~")[0], instant.isoformat()


def _innermost(instance: Instance, due: list[tuple[str, Task]]) -> tuple[str, Task]:
    """Return which of several timers due at the same instant fires first: within a sub-process before on its border."""
    order = instance.workflow.in_order({token.id: token for _, token in due}.values())
    first = min(order, key=lambda token: -token.workflow.depth)
    return next((name, token) for name, token in due if token is first)


def stuck(instance: Instance) -> list[Task]:
    """Return the tokens of a case that can never move again: alive, but waiting for nothing that can come.

    When none is alive and the case is not over all the same, that is the first token, which stays.
    """
    alive = [
        t for t in instance.workflow.tokens() if t.has_state(TaskState.WAITING | TaskState.READY | TaskState.STARTED)
    ]
    if any(_waits_for_something(instance, token) for token in alive):
        return []
    return alive or [instance.workflow.task_tree]


def _moves_by_itself(instance: Instance, token: Task) -> bool:
    if token._state != TaskState.READY or isinstance(token.task_spec, PersonStep):
        return False
    return not _has_failed(instance, token)


def _has_failed(instance: Instance, token: Task) -> bool:
    return token.id.hex in instance.failures or token.id.hex in instance.kept.incidents


def _run(instance: Instance, token: Task, run_service: RunService) -> None:
    if not isinstance(token.task_spec, ServiceStep) or run_service(token):
        token.run()
    else:
        token._set_state(TaskState.STARTED)


def _how_it_runs_away(instance: Instance, token: Task, steps: int, ends_at: float) -> StepFailed | None:
    workflow = instance.workflow
    count = len(workflow.tasks) + sum(len(inner.tasks) for inner in workflow.subprocesses.values())
    if steps > MAX_STEPS:
        what = f"more than {MAX_STEPS:,} steps"
    elif count > MAX_TOKENS:
        what = f"more than {MAX_TOKENS:,} tokens"
    elif getattr(token.workflow, "depth", 0) > MAX_DEPTH:
        what = f"processes called more than {MAX_DEPTH} deep"
    elif time.thread_time() > ends_at:
        what = f"more than {MAX_SECONDS:g} seconds"
    else:
        return None
    return StepFailed(
        f"The diagram runs away at “{_place(token)}”: {what} without anybody being asked.",
        remedy="Give the loop a task for a person, a timer, or a way out.",
    )


def _place(token: Task) -> str:
    return str(token.task_spec.bpmn_name or place_of(token.task_spec))


def _waits_for_something(instance: Instance, token: Task) -> bool:
    if _has_failed(instance, token):
        return True
    if isinstance(token.task_spec, PersonStep):
        return bool(token.state == TaskState.READY)
    if isinstance(token.task_spec, ServiceStep):
        return bool(token.state == TaskState.STARTED)
    return bool(token.state == TaskState.WAITING) and any(isinstance(part, _MAY_COME) for part in awaited(token))
