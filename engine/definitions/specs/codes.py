"""Errors and escalations, which go outwards from where they are thrown, and the ends that end more than their token."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed


class Outward(BpmnEvent):
    """An event that goes outwards from `thrower`, scope by scope, to the nearest that catches it."""

    def __init__(self, definition: EventDefinition, thrower: Task) -> None:
        super().__init__(definition, target=thrower.workflow)
        self.thrower = thrower


class Coded(EventDefinition):
    """What is caught by its code; a catching event without a code catches all."""

    def __init__(self, name: str, code: str = "") -> None:
        super().__init__(name)
        self.code = code

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say whether `event` is of this kind and has this code."""
        thrown = event.event_definition
        return isinstance(thrown, Coded) and thrown.__class__ is self.__class__ and self.code in ("", thrown.code)

    def throw(self, my_task: Task) -> None:
        """Let the nearest catch it; what nobody catches is forgotten."""
        my_task.workflow.top_workflow.event_manager.catch(Outward(self, my_task))


class CaseEscalation(Coded):
    """An escalation."""


class CaseError(Coded):
    """An error: the case cannot go on as if it had not happened."""

    def throw(self, my_task: Task) -> None:
        """Let the nearest catch it. An error end of the whole process that nobody catches ends the case.

        Raises:
            StepFailed: nobody catches it.
        """
        if my_task.workflow.top_workflow.event_manager.catch(Outward(self, my_task)):
            return
        if my_task.workflow.parent_workflow is not None or not getattr(my_task.task_spec, "is_end", False):
            said = self.code or self.name
            raise StepFailed(f"Nobody catches the error “{said}”.", remedy="Draw an error event that does.")
        end_all_but(my_task)


class CaseTerminate(EventDefinition):
    """The end of everything in the scope; the end event sees to it when it is complete."""

    def throw(self, my_task: Task) -> None:
        """Throw nothing."""


def end_all_but(token: Task) -> None:
    """Withdraw every other token of a token's scope."""
    withdraw(token.workflow, lambda other: other is token or other.is_descendant_of(token))


def withdraw(scope: Any, stays: Any) -> None:
    """Withdraw the tokens of a scope, with all in its sub-processes, but for those that stay."""
    for token in list(scope.tasks.values()):
        is_over = token.id not in scope.tasks or token.has_state(TaskState.FINISHED_MASK)
        if not is_over and not stays(token):
            token.cancel()
