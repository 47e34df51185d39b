"""Conditional events: looked at when a token reaches them and when fields of the case change, never by polling."""

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task


class CaseCondition(EventDefinition):
    """A FEEL condition that a case waits for. It happens when it becomes true: it must be false in between."""

    def __init__(self, element_id: str, expression: str) -> None:
        super().__init__(element_id)
        self.expression = expression

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say no: nobody throws a condition."""
        return False

    def has_fired(self, my_task: Task) -> bool:
        """Say whether the condition holds now and did not when it was last looked at."""
        top = my_task.workflow.top_workflow
        if my_task.internal_data.get("event_fired"):
            return True  # somebody said so
        if my_task.looked_at.get(self.name) == top.field_changes:
            return False
        my_task.looked_at[self.name] = top.field_changes
        true = my_task.internal_data.get("true", ())
        is_true = top.holds(my_task, self.expression)
        my_task.internal_data["true"] = [*(name for name in true if name != self.name), *([self.name] * is_true)]
        return is_true and self.name not in true

    def reset(self, my_task: Task) -> None:
        """Leave what was true: the next time it counts from there."""
