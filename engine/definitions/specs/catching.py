"""Events that wait: in the flow, on the border of an activity, behind an event-based gateway."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, EventBasedGateway, IntermediateCatchEvent
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs.several import Several, Told, carry_over, comes_again


class CaseCatch(IntermediateCatchEvent):
    """An event in the flow, or a receive task; one behind an event-based gateway has happened when it is reached."""

    def _update_hook(self, my_task: Task) -> bool | None:
        if _is_behind_gateway(my_task):
            my_task._inherit_data()
            return True
        result: bool | None = super()._update_hook(my_task)
        return result


class CaseBoundary(BoundaryEvent):
    """An event on the border of an activity; one that interrupts nothing goes on waiting when it has happened."""

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        if not self.cancel_activity and comes_again(self.event_definition):
            again = my_task.parent._add_child(self, TaskState.WAITING)
            carry_over(self.event_definition, my_task, again)
            self._update(again)


class CaseGateway(EventBasedGateway):
    """Waits for the first of the events that follow it."""

    event_definition: Several

    def connect(self, child: Any) -> None:
        """Wait for what `child` waits for; what is no event is told by an officer."""
        TaskSpec.connect(self, child)
        self.event_definition.event_definitions.append(_awaited(child))

    def _run_hook(self, my_task: Task) -> bool:
        self.event_definition.update_task_data(my_task)
        chosen = self.outputs[self.event_definition.first(my_task)]
        my_task._sync_children([chosen], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


def _awaited(child: Any) -> EventDefinition:
    if isinstance(child, BoundaryEventSplit):
        child = child.outputs[0]
    definition: EventDefinition | None = getattr(child, "event_definition", None)
    if definition is None or isinstance(child, CaseGateway):  # which may be the gateway itself
        element_id = child.bpmn_id or child.name  # the frame of a loop has none of its own
        return Told(element_id, child.bpmn_name or element_id)
    return definition


def _is_behind_gateway(my_task: Task) -> bool:
    before = my_task.parent
    if before is not None and isinstance(before.task_spec, BoundaryEventSplit):
        before = before.parent
    return before is not None and isinstance(before.task_spec, CaseGateway)
