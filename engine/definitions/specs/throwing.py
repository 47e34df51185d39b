"""Events that throw: in the flow, and at the end of it."""

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateThrowEvent
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent
from SpiffWorkflow.task import Task

from engine.definitions.specs.codes import CaseTerminate, Coded, end_all_but
from engine.definitions.specs.compensation import CaseCancel
from engine.definitions.specs.several import parts


class Throwing(ThrowingEvent):
    """Throws what it is drawn with, and waits while what it undoes is undone."""

    def _run_hook(self, my_task: Task) -> bool | None:
        kept = my_task.internal_data
        if "undoing" not in kept:
            for definition in sorted(parts(self.event_definition), key=_may_fail, reverse=True):
                definition.throw(my_task)
            if kept.get("undoing"):
                return None
        for definition in parts(self.event_definition):
            if isinstance(definition, CaseCancel):
                definition.leave(my_task)
        return True


def _may_fail(definition: EventDefinition) -> bool:
    """Say whether throwing may fail: that goes first, so that a retry throws nothing twice."""
    return isinstance(definition, Coded)


class CaseThrow(Throwing, IntermediateThrowEvent):
    """An event in the flow, or a send task, that throws."""


class CaseEnd(Throwing, EndEvent):
    """An end event; a terminate end ends everything else in its scope."""

    is_end = True

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        if any(isinstance(definition, CaseTerminate) for definition in parts(self.event_definition)):
            scope: Any = my_task.workflow
            end_all_but(my_task)
            for child in my_task.children:
                child.cancel()
            scope._mark_complete(my_task)
