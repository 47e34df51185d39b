"""Keeps the rows of timers and message subscriptions equal to what the tokens wait for."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, delete, insert

from engine.clocks.timing import instant
from engine.definitions.specs import CaseMessage
from engine.errors import EngineError
from engine.runtime.opening import waiting_timers
from engine.runtime.typing import storable
from models.work import MessageSubscription, Timer

if TYPE_CHECKING:
    from engine.runtime.step import Step

TIMER, SUBSCRIPTION = Timer.__table__, MessageSubscription.__table__


def sync(step: "Step") -> None:
    """Write timers and subscriptions that are new, and remove those that nobody waits for."""
    kept = step.instance.kept
    timers = waiting_timers(step)
    _exchange(step, TIMER, kept.timers, timers, lambda due: {"due_at": instant(due)})
    kept.timers = timers
    messages = _subscriptions(step)
    _exchange(step, SUBSCRIPTION, kept.messages, messages, _subscription)
    kept.messages = messages


def messages_of(token: Task) -> list[CaseMessage]:
    """Return the messages that a waiting token (an event, or an event-based gateway) can take."""
    definition = getattr(token.task_spec, "event_definition", None)
    candidates = (definition, *getattr(definition, "event_definitions", ()))
    return [candidate for candidate in candidates if isinstance(candidate, CaseMessage)]


def _subscriptions(step: "Step") -> dict[str, str]:
    found: dict[str, str] = {}
    for token in step.instance.workflow.event_manager.tasks.values():
        if token.state != TaskState.WAITING or token.id.hex in step.instance.kept.incidents:
            continue
        for message in messages_of(token):
            place = f"{token.id.hex} {token.task_spec.bpmn_id} {message.name}"
            try:
                found[place] = step.instance.kept.messages.get(place) or f"{message.name}\n{_key(step, token, message)}"
            except EngineError as error:
                step.instance.fail(token, error)
    return found


def _key(step: "Step", token: Task, message: CaseMessage) -> str:
    """Return the correlation key; a message without one is for the case of that reference."""
    if not message.correlation_key:
        return step.case.reference
    value = storable(step.instance.evaluate(token, message.correlation_key), name="correlation key")
    return str(value if value is not None else "")


def _subscription(text: str) -> dict[str, Any]:
    name, key = text.split("\n", 1)
    return {"name": name, "correlation_key": key}


def _exchange(step: "Step", table: Any, before: dict[str, str], after: dict[str, str], columns: Any) -> None:
    if before == after:
        return
    connection = step.connection
    gone = [place for place, text in before.items() if after.get(place) != text]
    new = [place for place, text in after.items() if before.get(place) != text]
    if gone:
        statement = delete(table).where(
            table.c.case_id == step.case.id,
            table.c.token_id == bindparam("token"),
            table.c.element_id == bindparam("element"),
        )
        connection.execute(statement, [_place(place) for place in gone])
    if new:
        rows = [
            {"case_id": step.case.id, "token_id": place.split(" ")[0], "element_id": place.split(" ")[1], **columns(after[place])}
            for place in new
        ]
        connection.execute(insert(table), rows)


def _place(place: str) -> dict[str, str]:
    token, element = place.split(" ")[:2]
    return {"token": token, "element": element}
