"""Call activities that start a case of another category: what the waiting case leaves to be done, and takes back.

A step locks one case, so whatever another case must do or hear is a job committed with the step:

- `start_child`: start the case that a token is to wait for; the key of its start is the token, so it is started once.
- `tell_parent`: a child has ended or was reopened.
- `cancel_child`: nobody waits for a child any more.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.elements import Element
from engine.definitions.specs import CaseError, Outward
from engine.errors import EngineError
from engine.runtime.savepoints import savepoint
from engine.runtime.services import by_to_json
from engine.runtime.typing import storable

if TYPE_CHECKING:
    from engine.runtime.step import Step

CANCELLED = "case_cancelled"  # the code of the error that a cancelled child is to its call activity
ENDED = ("closed", "cancelled")


def start_child(step: "Step", token: Task) -> bool:
    """Leave the start of the case that `token` waits for. Returns False: it does not go on by itself.

    Raises:
        EngineError: an expression failed; the token stays where it is.
    """
    with savepoint(step, token):
        _leave_start(step, token, step.instance.element(token))
    return False


def _leave_start(step: "Step", token: Task, element: Element) -> None:
    literal = step.instance.literal
    asked = {
        "category": literal(token, element.starts_case),
        "subjects": literal(token, element.properties.get("caseSubjects", "")),
        "owner": literal(token, element.properties.get("caseOwner", "")),
        "fields": {target: literal(token, source) for source, target in element.service.inputs},
    }
    payload = {name: storable(value, name=name) for name, value in asked.items()}
    key = f"{step.case.id}:{token.id.hex}:start_child"
    step.instance.kept.jobs[token.id.hex] = key
    payload["by"] = by_to_json(step.actor)
    step.leave_job("start_child", key=key, token_id=token.id.hex, element_id=element.id, payload=payload)


def leave_news(step: "Step") -> None:
    """Leave what other cases must hear of this step: that a child is not waited for any more, or that it has ended."""
    for token_id, child_id in _forsaken(step):
        del step.instance.kept.cases[token_id]
        leave_cancellation(step, child_id)
    if step.case.parent_id is not None and step.case.changes.get("status") in ENDED:
        tell_parent(step, "child_ended")


def leave_cancellation(step: "Step", child_id: int) -> None:
    """Leave the cancelling of a child, with the reason that this step knows."""
    key = f"{step.case.id}:{child_id}:{step.step_id[:8]}:cancel_child"
    step.leave_job("cancel_child", key=key, payload={"child_id": child_id, **_why(step), "by": by_to_json(step.actor)})


def tell_parent(step: "Step", news: str) -> None:
    """Leave the news of a child for its parent: `child_ended` or `child_reopened`, the event that the parent gets."""
    payload = {"parent_id": step.case.parent_id, "news": news, **_why(step), "by": by_to_json(step.actor)}
    step.leave_job("tell_parent", key=f"{step.case.id}:{step.step_id[:8]}:{news}", payload=payload)


def ask_again(step: "Step", token: Task) -> None:
    """Leave it to a job to ask for a child's outcome again, after taking it has failed."""
    child_id = step.instance.kept.cases[token.id.hex]
    payload = {"parent_id": step.case.id, "child_id": child_id, "news": "child_ended", "reason": ""}
    key = f"{step.case.id}:{token.id.hex}:{step.step_id[:8]}:child_ended"
    step.leave_job("tell_parent", key=key, payload={**payload, "by": by_to_json(step.actor)})


def token_waiting_for(step: "Step", child_id: int) -> Task | None:
    """Return the token that waits for the outcome of a child; none when none does."""
    for token_id, waited_for in step.instance.kept.cases.items():
        token = step.token(token_id) if waited_for == child_id else None
        if token is not None and token.state == TaskState.STARTED:
            return token
    return None


def take_outcome(step: "Step", token: Task, results: Mapping[str, Any], *, is_cancelled: bool) -> None:
    """Let a token go on with what its child brought: by its error event when it was cancelled and there is one."""
    if is_cancelled and _throw(token, CANCELLED):
        del step.instance.kept.cases[token.id.hex]
        return
    element = step.instance.element(token)
    try:
        with savepoint(step, token):
            step.instance.assign(token, _mapped(step, token, element, results))
    except EngineError as error:
        step.instance.fail(token, error)
        return
    _finish(step, token, element, results)


def _mapped(step: "Step", token: Task, element: Element, results: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the output mappings make of a child's fields and outcome, which only they know by these names."""
    held = token.data
    token.data = {**held, **results}
    try:
        return {target: step.instance.literal(token, source) for source, target in element.service.outputs}
    finally:
        token.data = held


def _finish(step: "Step", token: Task, element: Element, results: Mapping[str, Any]) -> None:
    held = token.data
    if element.loop is not None:  # what a loop gathers of each instance is read from its names
        token.data = {**held, **{name: storable(value, name=name) for name, value in results.items()}}
    step.complete(token)
    token.data = held
    if token.id.hex not in step.instance.failures:
        del step.instance.kept.cases[token.id.hex]


def _throw(token: Task, code: str) -> bool:
    """Give an error to the nearest event that catches it, outwards from the activity; say whether there is one."""
    error = Outward(CaseError(code, code), token)
    return bool(token.workflow.top_workflow.event_manager.catch(error))


def _forsaken(step: "Step") -> list[tuple[str, int]]:
    """Return the children whose token has gone another way: (token id, case id)."""
    kept = step.instance.kept.cases
    if not kept:
        return []
    live = {token.id.hex for token in step.instance.workflow.tokens() if token.state == TaskState.STARTED}
    return [(token_id, child_id) for token_id, child_id in kept.items() if token_id not in live]


def _why(step: "Step") -> dict[str, str]:
    for event in reversed(step.events):
        if event.type in ("case_cancelled", "case_closed", "case_reopened"):
            return {"status": step.case.status, "reason": event.payload["reason"]}
    return {"status": step.case.status, "reason": ""}
