"""Bounds how far SpiffWorkflow looks ahead.

As delivered it predicts the whole future of every token: fourteen parallel split/join pairs in a row make 131,069
tasks at the start. Two levels are what its joins and boundary events need to see; a task's children are made sure of
whenever it is updated, becomes ready, or runs. The classes of a parsed specification are exchanged for bounded ones
here, in this one place, and nothing of SpiffWorkflow is patched. Gateways then ask the diagram who can still come.
"""

from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.building.joins import ComplexJoin, InclusiveJoin, ParallelJoin, ScopeEnd
from engine.definitions.specs import ComplexChoice, InclusiveChoice

LEVELS = 2
_EXPECTED = TaskState.PREDICTED_MASK | TaskState.FUTURE
_UNDER_WAY = TaskState.READY | TaskState.STARTED
_JOINS = {ParallelGateway: ParallelJoin, InclusiveChoice: InclusiveJoin, ComplexChoice: ComplexJoin, _EndJoin: ScopeEnd}


def bound(task_specs: dict[str, TaskSpec]) -> None:
    """Give every task specification of a parsed process its bounded class."""
    for spec in task_specs.values():
        kind: Any = type(spec)
        spec.__class__ = _bounded(kind)


@lru_cache(maxsize=256)
def _bounded(kind: Any) -> Any:
    if issubclass(kind, BoundedLookAhead):
        return kind
    joins = [join for gateway, join in _JOINS.items() if issubclass(kind, gateway)]
    return type(kind.__name__, (BoundedLookAhead, *joins, kind), {"__module__": kind.__module__})


class BoundedLookAhead(TaskSpec):
    """A task specification that predicts two levels of its future, not all of it."""

    def _predict(
        self, my_task: Task, seen: Any = None, looked_ahead: int = 0, mask: int = TaskState.PREDICTED_MASK
    ) -> None:
        if my_task.has_state(mask):
            self._predict_hook(my_task)
        if looked_ahead + 1 < LEVELS:
            for child in my_task.children:
                if child.has_state(mask):
                    child.task_spec._predict(child, None, looked_ahead + 1, mask)

    def _update(self, my_task: Task) -> None:
        if my_task.has_state(_UNDER_WAY) and not isinstance(self, SubWorkflowTask):
            return  # a cycle timer that ends updates what its rounds have begun: it would begin again
        if my_task.has_state(_EXPECTED):
            self._predict(my_task, mask=_EXPECTED)
        if self._update_hook(my_task):
            my_task._ready()

    def _on_ready(self, my_task: Task) -> None:
        self._expect_children(my_task)
        self._on_ready_hook(my_task)

    def _run(self, my_task: Task) -> bool | None:
        """Run without the original's error state: whoever called decides, and the token stays where it was."""
        self._expect_children(my_task)
        result: bool | None = self._run_hook(my_task)
        if result and my_task.triggered and hasattr(my_task.parent.task_spec, "weigh"):
            my_task.parent.task_spec.weigh(my_task)  # an instance of a loop
        return result

    def _expect_children(self, my_task: Task) -> None:
        if not my_task._children and self._outputs:
            self._predict_hook(my_task)
