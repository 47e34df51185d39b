"""Messages, which the database correlates, and signals, which everybody hears who waits for them."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task


class Carrying(EventDefinition):
    """An event that brings variables with it."""

    def catch(self, my_task: Task, event: Any = None) -> None:
        """Note the variables and let the token go on."""
        my_task.internal_data["message"] = dict(event.payload or {}) if event is not None else {}
        my_task._set_internal_data(event_fired=True)

    def update_task_data(self, my_task: Task) -> None:
        """Write the variables to the case document, as an answer would be."""
        if variables := my_task.internal_data.get("message"):
            my_task.workflow.top_workflow.assign(my_task, variables)
        my_task.internal_data.pop("message", None)  # not before they are written: a retry needs them


class CaseMessage(Carrying):
    """A message that a case waits for or sends; who gets it is decided by key in the database."""

    def __init__(self, name: str, correlation_key: str = "") -> None:
        super().__init__(name)
        self.correlation_key = correlation_key

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say no: a message is given to one token, see `engine.runtime.moving.take_message`."""
        return False

    def throw(self, my_task: Task) -> None:
        """Hand the message to the running case, which sends it after the commit."""
        my_task.workflow.top_workflow.send_message(my_task, self)


class CaseSignal(Carrying):
    """A signal: at once for whoever waits for it in the case, after the commit for every other case."""

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say whether `event` is this signal."""
        return isinstance(event.event_definition, CaseSignal) and event.event_definition.name == self.name

    def throw(self, my_task: Task) -> None:
        """Give the signal to this case, and hand it to the running case for the others."""
        my_task.workflow.top_workflow.catch(BpmnEvent(self))
        my_task.workflow.top_workflow.send_signal(my_task, self)
