"""Keeps the rows of timers and message subscriptions equal to what the tokens wait for."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, delete, insert, select, tuple_

from engine.clocks.timing import instant
from engine.definitions.specs import CaseMessage, CaseSignal, awaited
from engine.errors import EngineError, Invalid
from engine.runtime.opening import waiting_timers
from engine.runtime.typing import storable
from models.base import table
from models.work import Message, MessageSubscription, SignalSubscription, Timer

if TYPE_CHECKING:
    from engine.runtime.step import Step

TIMER, SUBSCRIPTION, SIGNAL = table(Timer), table(MessageSubscription), table(SignalSubscription)
MESSAGE = table(Message)


def sync(step: "Step") -> None:
    """Write timers and subscriptions that are new, and remove those that nobody waits for."""
    kept = step.instance.kept
    timers = waiting_timers(step)
    _exchange(step, TIMER, kept.timers, timers, lambda due: {"due_at": instant(due)})
    kept.timers = timers
    signals = signal_subscriptions(step)
    _exchange(step, SIGNAL, kept.signals, signals, lambda name: {"name": name})
    kept.signals = signals
    messages = subscriptions(step)
    _exchange(step, SUBSCRIPTION, kept.messages, messages, _subscription)
    if messages.keys() - kept.messages.keys():
        _fetch_early(step, messages)
    kept.messages = messages


def _fetch_early(step: "Step", messages: dict[str, str]) -> None:
    """Leave a job when a message came before the case waited for it: the job delivers it right after the commit."""
    wanted = [tuple(text.split("\n", 1)) for text in messages.values()]
    found = step.connection.execute(
        select(MESSAGE.c.id)
        .where(tuple_(MESSAGE.c.name, MESSAGE.c.correlation_key).in_(wanted))
        .where(MESSAGE.c.taken_by_case_id.is_(None), MESSAGE.c.expires_at > step.at)
        .limit(1)
    ).first()
    if found is not None:
        step.leave_job("deliver_kept", key=f"{step.case.id}:{step.step_id}:deliver_kept")


def messages_of(token: Task) -> list[CaseMessage]:
    """Return the messages that a waiting token (an event, or an event-based gateway) can take."""
    return [part for part in awaited(token) if isinstance(part, CaseMessage)]


def signal_subscriptions(step: "Step") -> dict[str, str]:
    """Return "token element signal" to the name of the signal, for every one that a token waits for."""
    waiting = [t for t in step.instance.workflow.event_manager.tasks.values() if t.state == TaskState.WAITING]
    found = [(token, part.name) for token in waiting for part in awaited(token) if isinstance(part, CaseSignal)]
    return {f"{token.id.hex} {token.task_spec.bpmn_id} {name}": name for token, name in found}


def waits_under(step: "Step", token: Task, message: CaseMessage, key: str) -> bool:
    """Say whether a token waits for a message under this correlation key."""
    if token.state != TaskState.WAITING:
        return False
    kept = step.instance.kept.messages.get(_message_place(token, message))
    try:
        return key == (kept.split("\n", 1)[1] if kept is not None else _key(step, token, message))
    except EngineError as error:
        step.instance.fail(token, error)
        return False


def _message_place(token: Task, message: CaseMessage) -> str:
    return f"{token.id.hex} {token.task_spec.bpmn_id} {message.name}"


def subscriptions(step: "Step") -> dict[str, str]:
    """Return "token element message" to name and key for every message that a token waits for."""
    found: dict[str, str] = {}
    for token in step.instance.workflow.event_manager.tasks.values():
        if token.state != TaskState.WAITING or token.id.hex in step.instance.kept.incidents:
            continue
        for message in messages_of(token):
            place = _message_place(token, message)
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
    if value in (None, ""):
        raise Invalid(
            f"The message “{message.name}” is waited for by {message.correlation_key}, and that gives nothing.",
            remedy="Fill in what it is read from, and retry.",
        )
    return str(value)


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
        if "name" in table.c:  # of several messages or signals that a token waits for, one may have come
            statement = statement.where(table.c.name == bindparam("called"))
        connection.execute(statement, [_place(place, before[place]) for place in gone])
    if new:
        rows = [
            {
                "case_id": step.case.id,
                "token_id": place.split(" ")[0],
                "element_id": place.split(" ")[1],
                **columns(after[place]),
            }
            for place in new
        ]
        connection.execute(insert(table), rows)


def _place(place: str, text: str) -> dict[str, str]:
    token, element = place.split(" ")[:2]
    return {"token": token, "element": element, "called": text.split("\n", 1)[0]}
