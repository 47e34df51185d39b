"""What operations may do to a single token: put it back after a failed job, give it a message, let it try again."""

from functools import partial
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs import CHOSEN, Asked, CaseMessage, CaseSignal, PersonStep, awaited
from engine.errors import EngineError
from engine.runtime.advancing import attempt
from engine.runtime.calls import ask_again
from engine.runtime.waiting import messages_of, waits_under

if TYPE_CHECKING:
    from engine.runtime.step import Step


def waits_for_job(token: Task | None) -> bool:
    """Say whether a job works for this token."""
    return token is not None and bool(token.state == TaskState.STARTED)


def put_back(step: "Step", token: Task, error: EngineError) -> None:
    """Put a token back to before its job, with the failure noted; a retry queues the job again."""
    step.instance.kept.jobs.pop(token.id.hex, None)
    token._set_state(TaskState.READY)
    step.instance.fail(token, error)


def take_message(step: "Step", name: str, key: str, variables: dict[str, Any]) -> bool:
    """Give a message to the first token that waits for it under this correlation key. Says whether one does."""
    workflow = step.instance.workflow
    waiting = [
        (token, message)
        for token in list(workflow.event_manager.tasks.values())
        for message in messages_of(token)
        if message.name == name and waits_under(step, token, message, key)
    ]
    if not waiting:
        return False
    first = workflow.in_order({token.id: token for token, _ in waiting}.values())[0]
    message = next(message for token, message in waiting if token is first)
    payload = {"name": name, "element_id": first.task_spec.bpmn_id, "variables": variables}
    step.note_event("message_received", payload)
    first.task_spec.catch(first, BpmnEvent(message, payload=variables))
    first.task_spec._update(first)
    return True


def take_signal(step: "Step", name: str, variables: dict[str, Any]) -> int:
    """Give a signal to every token that waits for it; return to how many."""
    heard = step.instance.workflow.event_manager.catch(BpmnEvent(CaseSignal(name), payload=variables))
    if heard:
        step.note_event("signal_received", {"name": name, "variables": variables})
    return int(heard)


def take_first(step: "Step", kind: str, name: str) -> None:
    """Give a new case, which begins by waiting, the message or signal that it was begun by."""
    for token in list(step.instance.workflow.event_manager.tasks.values()):
        for part in awaited(token):
            if isinstance(part, CaseMessage if kind == "message" else CaseSignal) and part.name == name:
                token.task_spec.catch(token, BpmnEvent(part))
                token.task_spec._update(token)
                return


def try_again(step: "Step", token_id: str) -> None:
    """Let a token with an incident try again: at the next advance, or now if it failed before it was ready."""
    del step.instance.kept.incidents[token_id]
    step.retried.append(token_id)
    token = step.token(token_id)
    if token is None:
        return
    if token.state == TaskState.WAITING:
        attempt(step.instance, token, partial(token.task_spec._update, token))
    elif token_id in step.instance.kept.cases:
        ask_again(step, token)
    elif isinstance(token.task_spec, PersonStep) and token_id in step.instance.kept.todo:
        # Its question was answered; what failed came after the answer.
        step.completed_task_id = step.instance.kept.todo[token_id]
        step.complete(token)
    elif isinstance(token.task_spec, Asked) and CHOSEN in token.internal_data:
        step.complete(token)  # its item could not be opened; whoever settles the incident has chosen
    elif isinstance(token.task_spec, LoopTask) and not token.internal_data.get("done"):
        attempt(step.instance, token, partial(token.task_spec._update_hook, token))
