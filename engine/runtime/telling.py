"""Lets an officer say that something has happened for which a token waits (property `toldBy` = officer)."""

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.elements import Element
from engine.definitions.specs import CHOSEN, PersonStep, Told, awaited


def told_of(token: Task) -> list[Told]:
    """Return what an officer may say has happened; of the events behind a gateway these may be several."""
    if token._state != TaskState.WAITING:
        return []
    return [part for part in awaited(token) if isinstance(part, Told)]


def waits_for_person(token: Task) -> bool:
    """Say whether a to-do item is open for a token, or is to be opened."""
    if isinstance(token.task_spec, PersonStep):
        return bool(token._state == TaskState.READY)
    return bool(told_of(token))


def tell(token: Task) -> None:
    """Let what an officer has said happen: the one thing that is waited for, or the one that was chosen."""
    told = told_of(token)
    chosen = token.internal_data.get(CHOSEN, ())
    happened = next((part for part in told if part.name in chosen), told[0])
    token.task_spec.catch(token, BpmnEvent(happened))
    token.task_spec._update(token)


def question(told: list[Told], element: Element) -> str:
    """Return what an officer is asked about one event, or about the several behind a gateway."""
    if len(told) == 1:
        return f"Has it happened: {told[0].label}?"
    return f"What has happened: {element.name}?" if element.name else "What has happened?"
