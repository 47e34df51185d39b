"""Ad-hoc sub-processes: their activities are done in any order and as often as is wanted, until it is enough.

Source: BPMN 2.0.2, sections 10.3.5 and 13.3.5. What a person does is offered at once, in parallel ordering. For all
else, and for one more time, an officer says at the sub-process what is done next, or that it is done. A completion
condition is asked whenever something inside is complete; the officer is then asked only when nothing goes on by itself.
"""

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs.steps import CHOSEN, Question, Way

DONE = "done"
_ALIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
OVER, BEGUN = "over", "begun"  # in the token's internal data


class AnyOrder(BpmnTaskSpec):
    """What begins the activities of an ad-hoc sub-process, and waits until it is enough."""

    condition = ""
    is_sequential = False
    ends_the_rest = True
    ways: tuple[Way, ...] = ()  # the activities
    at_once: frozenset[str] = frozenset()  # those that are offered from the beginning

    def __init__(self, wf_spec: Any, sub_process_id: str, name: str) -> None:
        super().__init__(wf_spec, f"{sub_process_id}.AnyOrder")
        self.stands_for, self.bpmn_name = sub_process_id, name
        self.question = AnyOrderQuestion(wf_spec, f"{sub_process_id}.Question", sub_process_id, name)
        self.question._inputs.append(self.name)

    def add(self, way: Way, activity: Any, *, at_once: bool) -> None:
        """Let an activity be begun from here."""
        self.ways = (*self.ways, way)
        activity._inputs.append(self.name)
        if at_once and not self.is_sequential:
            self.at_once |= {way.id}

    def told(self, my_task: Task, chosen: str) -> None:
        """Begin what an officer chose, or end it all."""
        activities = {way.id: way for way in self.ways}
        if chosen in activities:
            self._begin(my_task, activities[chosen].target)
        else:
            my_task.internal_data[OVER] = True

    def _update_hook(self, my_task: Task) -> bool:
        if BEGUN not in my_task.internal_data:
            my_task._inherit_data()
            my_task.internal_data[BEGUN] = True
            my_task._set_state(TaskState.WAITING)
            for way in self.ways:
                if way.id in self.at_once:
                    self._begin(my_task, way.target)
        elif self._is_enough(my_task):
            return True
        self._ask(my_task)
        return False

    def _is_enough(self, my_task: Task) -> bool:
        if self.condition and not my_task.internal_data.get(OVER):
            my_task.internal_data[OVER] = my_task.workflow.top_workflow.holds(my_task, self.condition)
        return bool(my_task.internal_data.get(OVER))

    def _ask(self, my_task: Task) -> None:
        """Ask the officer, unless something goes on by itself or the question stands already."""
        tokens = my_task.workflow.tasks.values()
        alive = [token.task_spec for token in tokens if token._state & _ALIVE and token is not my_task]
        going_on = [s for s in alive if s is not self._wf_spec.end and not isinstance(s, EventSubprocess)]
        all_are_offered = bool(self.condition) and len(self.at_once) == len(self.ways)
        if self.question not in going_on and not (going_on and (self.is_sequential or all_are_offered)):
            self._begin(my_task, self.question.name)

    def _begin(self, my_task: Task, name: str) -> None:
        child = my_task._add_child(self._wf_spec.task_specs[name], TaskState.WAITING)
        child.triggered = True
        child.task_spec._update(child)

    def _run_hook(self, my_task: Task) -> bool:
        tokens = my_task.workflow.tasks
        for token in list(tokens.values()):
            is_open = token.id in tokens and token._state & _ALIVE and token is not my_task
            if is_open and self._is_withdrawn(token.task_spec):
                token.cancel()
        return True

    def _is_withdrawn(self, spec: Any) -> bool:
        return spec is not self._wf_spec.end if self.ends_the_rest else spec is self.question


class AnyOrderQuestion(Question):
    """What is done next in an ad-hoc sub-process, or that it is done."""

    def offered(self, my_task: Task) -> Sequence[Way]:
        """Return its activities, and its end."""
        activities = self._home(my_task).ways
        done = DONE if all(way.id != DONE for way in activities) else f"{DONE}:{self.stands_for}"
        return (*activities, Way(done, f"“{self.bpmn_name}” is done", ""))

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        self._home(my_task).told(my_task.parent, my_task.internal_data[CHOSEN][0])

    def _home(self, my_task: Task) -> AnyOrder:
        home: AnyOrder = my_task.parent.task_spec
        return home
