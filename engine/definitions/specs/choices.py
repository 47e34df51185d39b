"""Steps from which several flows lead on, and that choose among them: by conditions, or as an officer says.

Source: BPMN 2.0.2, sections 8.4.13 (conditional and default flows), 13.2 (flows out of an activity) and 13.4.
"""

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs.steps import CHOSEN, Asked, Way, place_of
from engine.errors import StepFailed

_EXPECTED = TaskState.FUTURE | TaskState.PREDICTED_MASK


class NothingHolds(StepFailed):
    """No condition of a gateway holds, and it has no default flow."""


class Choosing(TaskSpec):
    """A step that chooses among the ways on from it."""

    ways: tuple[Way, ...] = ()
    many = True  # whether several may be taken

    def add_way(self, way: Way, target: TaskSpec) -> None:
        """Let one more way lead on from here."""
        self.ways = (*self.ways, way)
        self.connect(target)

    def _predict_hook(self, my_task: Task) -> None:
        my_task._sync_children(self.outputs, TaskState.MAYBE)

    def _run_hook(self, my_task: Task) -> bool:
        specs = self._wf_spec.task_specs
        targets = [specs[way.target] for way in self._chosen(my_task)] if self.ways else self.outputs
        my_task._sync_children(targets, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=_EXPECTED)
        return True

    def _chosen(self, my_task: Task) -> Sequence[Way]:
        chosen = my_task.internal_data.get(CHOSEN)
        if chosen is not None:
            return [way for way in self.ways if way.id in chosen]
        if len(self.ways) == 1 and not self.ways[0].condition:
            return self.ways
        found = self._holding(my_task) or [way for way in self.ways if way.is_default]
        if not found:
            raise self._nothing_holds()
        return found

    def _holding(self, my_task: Task) -> list[Way]:
        """Return the ways whose conditions hold.

        Raises:
            EngineError: a condition cannot be worked out.
        """
        return [way for way in self.ways if not way.is_default and self._holds(my_task, way)]

    def _holds(self, my_task: Task, way: Way) -> bool:
        return bool(way.condition) and my_task.workflow.top_workflow.value(my_task, way.condition) is True

    def _nothing_holds(self) -> NothingHolds:
        place = getattr(self, "bpmn_name", None) or place_of(self)
        tried = ", ".join(f"“{way.name}” ({way.condition.removeprefix('=').strip()})" for way in self.ways)
        return NothingHolds(
            f"No condition on the ways out of “{place}” holds, and none is the default: {tried}.",
            remedy="Choose the way that the case takes, or correct the fields that they ask for and retry.",
        )


class ExclusiveChoice(Choosing, BpmnSpecMixin):
    """An exclusive gateway: the first way whose condition holds, in the order from top to bottom."""

    many = False

    def _holding(self, my_task: Task) -> list[Way]:
        ways = (way for way in self.ways if not way.is_default and self._holds(my_task, way))
        return [way for way in [next(ways, None)] if way is not None]


class InclusiveChoice(Choosing, UnstructuredJoin, BpmnSpecMixin):
    """An inclusive gateway: every way whose condition holds. How it joins is told when its look-ahead is bound."""


class OfficerDecides(Asked):
    """A gateway of which an officer says how it goes on; conditions on its flows are not asked."""

    ways: tuple[Way, ...]

    def offered(self, my_task: Task) -> Sequence[Way]:
        """Return every flow out of the gateway."""
        return self.ways

    def _chosen(self, my_task: Task) -> Sequence[Way]:
        chosen = [way for way in self.ways if way.id in my_task.internal_data.get(CHOSEN, ())]
        if not chosen:
            raise StepFailed(f"Nobody has said how it goes on from “{self.bpmn_name or place_of(self)}”.")
        return chosen


class OfficersChoice(OfficerDecides, ExclusiveChoice):
    """An exclusive gateway that an officer decides."""

    many = False


class OfficersChoices(OfficerDecides, InclusiveChoice):
    """An inclusive gateway that an officer decides."""

    many = True


class WaysOut(Choosing, BpmnTaskSpec):
    """What chooses among the flows out of an activity: it stands on no diagram, but for that activity.

    A flow without a condition is always taken, one with a condition when that holds, the default when no other is.
    """

    def __init__(self, wf_spec: Any, activity_id: str, name: str | None) -> None:
        super().__init__(wf_spec, f"{activity_id}.WaysOut")
        self.stands_for, self.bpmn_name = activity_id, name

    def _holds(self, my_task: Task, way: Way) -> bool:
        return not way.condition or super()._holds(my_task, way)
