"""What else keeps a token from going to another version of its element, and what it has not begun there yet."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs import Choosing
from engine.definitions.specs.scopes import CALLED
from engine.runtime.instance import Instance
from engine.runtime.matching import Match, Obstacle, element_of, event_kinds


def may_begin_anew(instance: Instance, token: Any) -> bool:
    """Say whether a token has done nothing at its element: it failed there, or a person is asked for the way."""
    kept, token_id, spec = instance.kept, token.id.hex, token.task_spec
    has_begun = isinstance(spec, LoopTask) or token.id in instance.workflow.subprocesses
    if token.triggered or has_begun or spec.bpmn_id is None:
        return False
    if isinstance(spec, Choosing) and token._state == TaskState.READY:
        return True
    is_held = token_id in kept.todo or token_id in kept.cases or token_id in kept.jobs or token_id in kept.letters
    return token_id in kept.incidents and not is_held


def not_there(match: Match, element_id: str) -> Obstacle:
    """Return that the new version has no step for where a token stands, although it draws the element."""
    label, number = match.label(element_id), match.new.version_number
    if match.element(element_id) not in match.homes:
        return match.obstacle(
            element_id,
            f"“{label}” is drawn in version {number}, but no way leads to it.",
            "Map it to another element, or finish it first.",
        )
    return match.obstacle(
        element_id,
        f"The case is just behind “{label}”, where version {number} asks nothing and chooses nothing.",
        "Settle the incident or the question there first.",
    )


def hindrance(instance: Instance, match: Match, token: Any, spec: Any) -> Obstacle | None:
    """Return what keeps a token from being carried: a job, a called process or an event that fits no longer."""
    element_id = element_of(token.task_spec)
    old, new = match.old.elements.get(element_id), match.new.elements.get(match.element(element_id))
    label, number = match.label(element_id), match.new.version_number
    if token.id.hex in instance.kept.jobs and old and new and old.service.type != new.service.type:
        reason = f"A job is at work for “{label}”, which does something else in version {number}."
        return match.obstacle(element_id, reason, "Wait until the job is done.")
    if token.id in instance.workflow.subprocesses:
        process = called(instance, token, spec)
        if process not in match.new.specs.inner:
            reason = f"“{label}” runs the process “{process}”, which is not in version {number}."
            return match.obstacle(element_id, reason, "Finish it first, or keep the process in the new version.")
    if token.internal_data.get("happened") and old and new and event_kinds(old) != event_kinds(new):
        return match.obstacle(element_id, f"“{label}” has had a part of what it waits for.", "Finish it first.")
    return None


def called(instance: Instance, token: Any, spec: Any) -> str:
    """Return the process that runs inside an activity in the new version."""
    running = instance.workflow.subprocesses[token.id].spec.name
    return str(spec.spec or token.internal_data.get(CALLED) or running)
