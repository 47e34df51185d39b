"""Runs a service step: reads its inputs, does what it names, and gathers its effects into the case's step."""

import logging
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError
from SpiffWorkflow.task import Task
from sqlalchemy.exc import SQLAlchemyError

from engine import service_tasks
from engine.definitions.elements import Element
from engine.errors import EngineError, Invalid, StepFailed
from engine.permissions import Actor
from engine.runtime import changing_clocks, notices, suppressing
from engine.runtime.savepoints import savepoint
from engine.runtime.throwing import error_of, throw_error
from engine.runtime.typing import storable
from engine.service_tasks.base import Call, Effects, ServiceTask

if TYPE_CHECKING:
    from engine.runtime.step import Step

log = logging.getLogger(__name__)


def run_service(step: "Step", token: Task) -> bool:
    """Do the service step at `token`. Returns False when a job now works for it and the token waits.

    Raises:
        EngineError: it failed; the token stays where it is and nothing of it is kept.
    """
    try:
        with savepoint(step, token):
            element = step.instance.element(token)
            suppressing.refuse_service(step, token, element)
            goes_on = _run(step, token, element)
            if goes_on and (code := error_of(step, token, element)):
                throw_error(token, code)
                return False  # the event that catches it takes the token away
            return goes_on
    except (EngineError, SQLAlchemyError):
        raise
    except Exception as error:
        log.exception("the service step %s of case %s failed", token.task_spec.bpmn_id, step.case.reference)
        raise StepFailed(f"It failed for a technical reason ({type(error).__name__}).") from error


def _run(step: "Step", token: Task, element: Element) -> bool:
    if element.service.script:
        return _run_script(step, token, element)
    if element.service.decision_id:
        return _decide(step, token, element)
    task = service_tasks.BY_TYPE.get(element.service.type)
    if task is None:
        raise StepFailed(
            f"“{element.label}” names a service task “{element.service.type}” that does not exist.",
            remedy=f"There are: {', '.join(sorted(service_tasks.BY_TYPE))}.",
        )
    texts = {**element.service.headers, **{target: source for source, target in element.service.inputs}}
    call = Call(_inputs(step, token, element, task), element.id, element.label, step.case.reference, texts)
    return _apply(step, token, element, task.run(call))


def finish_service(step: "Step", token: Task, results: dict[str, Any]) -> None:
    """Map what a job brought back to the element's outputs and let the token go on."""
    _map_outputs(step, token, step.instance.element(token), results)
    step.complete(token)


def _run_script(step: "Step", token: Task, element: Element) -> bool:
    value = step.instance.evaluate(token, element.service.script)
    if element.service.result_variable:
        step.instance.assign(token, {element.service.result_variable: value})
    return True


def _decide(step: "Step", token: Task, element: Element) -> bool:
    """Decide by the category's decision model, and give the result its name."""
    decision_id = str(step.instance.literal(token, element.service.decision_id))
    model = step.definition.decisions.get(decision_id)
    if model is None:
        raise StepFailed(
            f"“{element.label}” asks for the decision “{decision_id}”, which this category does not have.",
            remedy="Add the .dmn file, or correct the decision's id in the diagram.",
        )
    value = model.evaluate(decision_id, step.instance.scope(token), functions=step.instance.functions)
    _map_outputs(step, token, element, {element.service.result_variable or decision_id: value})
    return True


def _inputs(step: "Step", token: Task, element: Element, task: ServiceTask) -> dict[str, Any]:
    given: dict[str, Any] = {key: step.instance.literal(token, text) for key, text in element.service.headers.items()}
    for source, target in element.service.inputs:
        given[target] = step.instance.literal(token, source)
    given = {key: storable(value, name=key) for key, value in given.items() if value is not None}
    try:
        return dict(task.inputs().load(given))
    except ValidationError as error:
        sentences = [f"{name}: {' '.join(map(str, said))}" for name, said in sorted(_messages(error).items())]
        raise Invalid(
            f"“{element.label}” was not given what {task.name.lower()} needs. {' '.join(sentences)}",
            remedy="Correct its inputs in the diagram, or the fields that they are read from, and retry.",
        ) from error


def _messages(error: ValidationError) -> dict[str, list[str]]:
    messages = error.messages
    return messages if isinstance(messages, dict) else {"inputs": [str(said) for said in messages]}


def _apply(step: "Step", token: Task, element: Element, effects: Effects) -> bool:
    if effects.job is not None:
        _queue_job(step, token, element, effects)
        return False
    for change in effects.clocks:
        changing_clocks.apply(step, change, by=step.actor)
    step.instance.assign(token, effects.fields)
    if effects.record is None:
        _map_outputs(step, token, element, dict(effects.results))
    else:
        with step.undone_on_failure():
            _map_outputs(step, token, element, step.write_record(effects.record, element))
    if effects.note:
        notices.write_note(step, effects.note, element)
    for notice in effects.notices:
        step.tell(token, element, notice)
    for email in effects.emails:
        notices.queue_email(step, email.to, email.subject, email.text, key=f"{step.case.id}:{token.id.hex}:{email.to}")
    if effects.error:
        throw_error(token, effects.error)
    return not effects.error


def _queue_job(step: "Step", token: Task, element: Element, effects: Effects) -> None:
    key = f"{step.case.id}:{token.id.hex}:{element.service.type}"
    step.instance.kept.jobs[token.id.hex] = key
    payload = {**(effects.job or {}), "by": by_to_json(step.actor)}
    step.leave_job(element.service.type, key=key, token_id=token.id.hex, element_id=element.id, payload=payload)


def by_to_json(actor: Actor) -> dict[str, Any]:
    """Return who caused a job, so that its letter names them and its events say so."""
    names = ("user_id", "name", "email", "job_title", "phone")
    return {**{name: getattr(actor, name) for name in names}, "team_names": list(actor.team_names)}


def by_from_json(kept: dict[str, Any]) -> Actor:
    """Return who caused a job."""
    return Actor(**{**kept, "team_names": tuple(kept["team_names"])})


def _map_outputs(step: "Step", token: Task, element: Element, results: dict[str, Any]) -> None:
    if not element.service.outputs:
        step.instance.assign(token, results)
        return
    held = dict(token.data)
    token.data.update({key: storable(value, name=key) for key, value in results.items()})
    try:
        mapped = {target: step.instance.literal(token, source) for source, target in element.service.outputs}
    except EngineError:
        token.data = held
        raise
    token.data = held
    step.instance.assign(token, mapped)
