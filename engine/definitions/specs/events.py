"""Start events and messages."""

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


class CaseStart(StartEvent):
    """A start event; that of an event sub-process may end everything else in the scope which that stands in."""

    interrupts = False

    def _on_complete_hook(self, my_task: Task) -> None:
        if self.interrupts:
            self._end_all_else(my_task.workflow)
        super()._on_complete_hook(my_task)

    def _end_all_else(self, inner: Any) -> None:
        owner = inner.top_workflow.get_task_from_id(inner.parent_task_id)
        tokens = owner.workflow.tasks
        for token in list(tokens.values()):
            is_over = token.id not in tokens or token.has_state(TaskState.FINISHED_MASK)
            if token is not owner and not is_over and not token.is_descendant_of(owner):
                token.cancel()


class CaseMessage(MessageEventDefinition):
    """A message that a case waits for or sends; who gets it is decided by key in the database."""

    def __init__(self, name: str, correlation_key: str = "") -> None:
        super().__init__(name)
        self.correlation_key = correlation_key

    def catch(self, my_task: Task, event: Any = None) -> None:
        """Note the message's variables and let the token go on."""
        my_task.internal_data["message"] = dict(event.payload or {}) if event is not None else {}
        my_task._set_internal_data(event_fired=True)

    def throw(self, my_task: Task) -> None:
        """Hand the message to the running case, which sends it after the commit."""
        my_task.workflow.top_workflow.send_message(my_task, self)

    def update_task_data(self, my_task: Task) -> None:
        """Write the variables to the case document, as an answer would be."""
        if variables := my_task.internal_data.get("message"):
            my_task.workflow.top_workflow.assign(my_task, variables)
        my_task.internal_data.pop("message", None)  # not before they are written: a retry needs them
