"""Moves the tokens of a case until every one of them waits for a person, a time, a message or a job."""

import time
from collections.abc import Callable

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs import PersonStep, ServiceStep
from engine.errors import EngineError, StepFailed
from engine.runtime.instance import Instance

MAX_STEPS = 2_000
MAX_SECONDS = 5.0
MAX_TOKENS = 20_000
MAX_DEPTH = 50

RunService = Callable[[Task], bool]


def advance(instance: Instance, run_service: RunService) -> None:
    """Run until every token waits.

    `run_service` does a service step; it returns True when its token may go on, and False when it waits for a job. A
    token whose step fails stays where it is and is noted in `instance.failures`. A diagram that runs away is stopped:
    the token that it was stopped at gets the failure.
    """
    ends_at, steps = time.monotonic() + MAX_SECONDS, 0
    while (token := _next_ready(instance)) is not None:
        steps += 1
        try:
            _refuse_to_run_away(instance, token, steps, ends_at)
            _run(instance, token, run_service)
        except EngineError as error:
            instance.fail(token, error)
        except SpiffWorkflowException as error:
            instance.fail(token, StepFailed(f"“{instance.element(token).label}” could not go on: {error}."))
        except RecursionError:
            instance.fail(token, StepFailed("The diagram is nested too deeply to go on.", remedy="Simplify it."))


def fire_timers(instance: Instance) -> None:
    """Let every timer that is due fire; whoever calls advances afterwards."""
    instance.workflow.refresh_timers()


def stuck(instance: Instance) -> list[Task]:
    """Return the tokens of a case that can never move again: alive, but waiting for nothing that can come."""
    alive = [
        t for t in instance.workflow.tokens() if t.has_state(TaskState.WAITING | TaskState.READY | TaskState.STARTED)
    ]
    if any(_waits_for_something(instance, token) for token in alive):
        return []
    return alive


def _next_ready(instance: Instance) -> Task | None:
    for token in instance.workflow.tokens():
        if token._state == TaskState.READY and _moves_by_itself(instance, token):
            return token
    return None


def _moves_by_itself(instance: Instance, token: Task) -> bool:
    failed = token.id.hex in instance.failures or token.id.hex in instance.kept.incidents
    return not failed and not isinstance(token.task_spec, PersonStep)


def _run(instance: Instance, token: Task, run_service: RunService) -> None:
    if not isinstance(token.task_spec, ServiceStep) or run_service(token):
        token.run()
    else:
        token._set_state(TaskState.STARTED)


def _refuse_to_run_away(instance: Instance, token: Task, steps: int, ends_at: float) -> None:
    workflow = instance.workflow
    count = len(workflow.tasks) + sum(len(inner.tasks) for inner in workflow.subprocesses.values())
    passed = {
        f"more than {MAX_STEPS:,} steps": steps > MAX_STEPS,
        f"more than {MAX_TOKENS:,} tokens": count > MAX_TOKENS,
        f"processes called more than {MAX_DEPTH} deep": getattr(token.workflow, "depth", 0) > MAX_DEPTH,
        f"more than {MAX_SECONDS:g} seconds": time.monotonic() > ends_at,
    }
    for what, is_passed in passed.items():
        if is_passed:
            place = token.task_spec.bpmn_name or token.task_spec.name
            raise StepFailed(
                f"The diagram runs away at “{place}”: {what} without anybody being asked.",
                remedy="Give the loop a task for a person, a timer, or a way out.",
            )


def _waits_for_something(instance: Instance, token: Task) -> bool:
    if token.id.hex in instance.failures or token.id.hex in instance.kept.incidents:
        return True
    if isinstance(token.task_spec, PersonStep):
        return bool(token.state == TaskState.READY)
    if isinstance(token.task_spec, ServiceStep):
        return bool(token.state == TaskState.STARTED)
    return token.state == TaskState.WAITING and hasattr(token.task_spec, "event_definition")
