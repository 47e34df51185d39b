"""Activities that are done several times: for each item, so many times, or while a condition holds."""

from collections.abc import Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    StandardLoopTask,
)
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.elements import COUNTS
from engine.definitions.specs.steps import CHOSEN, Question, Way

DONE, AGAIN = "done", "again"


class Items:
    """The collection that a multi-instance activity goes over, asked of the running case."""

    def __init__(self, expression: str) -> None:
        self.bpmn_id = self.bpmn_name = expression

    def get(self, my_task: Task) -> list[Any]:
        """Return the items."""
        return my_task.workflow.top_workflow.items(my_task, self.bpmn_id)  # type: ignore[no-any-return]

    def exists(self, my_task: Task) -> bool:
        """Say yes: an unknown collection is an empty one, and said to be an incident by the running case."""
        return True


class Item:
    """The name under which one instance of an activity knows its item."""

    def __init__(self, name: str) -> None:
        self.bpmn_id = self.bpmn_name = name

    def set(self, my_task: Task, value: Any) -> None:
        """Give the token its item."""
        my_task.data[self.bpmn_id] = value

    def exists(self, my_task: Task) -> bool:
        """Say no, so that an inner loop may use the name of an outer one."""
        return False


class Gathering:
    """Counts the instances of a loop, and collects what each gives (zeebe outputCollection).

    The names that an instance knows end with it: nothing of its data is merged into the token after the loop.
    """

    output_collection = ""
    output_element = ""
    condition: str | None

    def weigh(self, child: Task) -> None:
        """Work out what an instance gives, and whether the loop ends with it, before the instance is over.

        Raises:
            EngineError: an expression failed; the instance stays where it is.
        """
        top = child.workflow.top_workflow
        if self.output_collection:
            child.internal_data["gives"] = top.value(child, self.output_element) if self.output_element else None
        child.internal_data["is_last"] = self.condition is not None and self._is_enough(child)

    def _is_enough(self, child: Task) -> bool:
        """Ask the completion condition, which knows how many instances there are (names as zeebe has them)."""
        done, left = child.parent.internal_data.get("done", 0) + 1, self._left(child.parent)
        held, counts = child.data, zip(COUNTS, (done + left, self._active(left), done, 0), strict=True)
        child.data = {**held, **dict(counts)}
        try:
            return child.workflow.top_workflow.value(child, self.condition or "") is True
        finally:
            child.data = held

    def _left(self, loop: Task) -> int:
        """Return how many instances are still to be completed once this one is."""
        raise NotImplementedError

    def _active(self, left: int) -> int:
        """Return how many of those are under way."""
        return left

    def merge_child(self, workflow: Any, child: Task) -> None:
        """Count an instance that is over, and go on with the next, or after the last."""
        loop = child.parent
        done = loop.internal_data["done"] = loop.internal_data.get("done", 0) + 1
        if self.output_collection:
            index = child.internal_data.get("key_or_index", done - 1)
            loop.internal_data.setdefault("gathered", {})[str(index)] = child.internal_data["gives"]
        if child.internal_data["is_last"]:
            self._stop(loop)
        else:
            self._after(loop, done)

    def _stop(self, loop: Task) -> None:
        for child in loop.children:
            if child.triggered:
                child.cancel()
        loop._set_state(TaskState.READY)

    def _after(self, loop: Task, done: int) -> None:
        raise NotImplementedError

    def _items(self, loop: Task) -> list[Any]:
        """Return the items, worked out once: what is corrected later does not change a loop that runs."""
        source: Any = self
        if source.data_input is not None:
            items: list[Any] = source.data_input.get(loop)
            return items
        return list(range(loop.workflow.top_workflow.count(loop, source.cardinality)))

    def _run_hook(self, my_task: Task) -> Any:
        if self.output_collection:
            gathered = my_task.internal_data.get("gathered", {})
            values = [value for _, value in sorted(gathered.items(), key=lambda pair: int(pair[0]))]
            my_task.workflow.top_workflow.assign(my_task, {self.output_collection: values})
        return super()._run_hook(my_task)  # type: ignore[misc]


class SequentialItems(Gathering, SequentialMultiInstanceTask):
    """An activity done for one item after the other."""

    def _left(self, loop: Task) -> int:
        return len(loop.internal_data["left"])

    def _active(self, left: int) -> int:
        return 0

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        my_task.internal_data |= {"done": 0, "left": self._items(my_task)}
        if not my_task.internal_data["left"]:
            return True
        my_task._set_state(TaskState.STARTED)
        self._next(my_task)
        return False

    def _after(self, loop: Task, done: int) -> None:
        if loop.internal_data["left"]:
            self._next(loop)
        else:
            loop._set_state(TaskState.READY)

    def _next(self, loop: Task) -> None:
        item, *loop.internal_data["left"] = loop.internal_data["left"]
        self.create_child(loop, item, loop.internal_data["done"])


class ParallelItems(Gathering, ParallelMultiInstanceTask):
    """An activity done for all items at once."""

    def _left(self, loop: Task) -> int:
        return int(loop.internal_data["count"]) - int(loop.internal_data["done"]) - 1

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        items = self._items(my_task)
        my_task.internal_data |= {"done": 0, "count": len(items)}
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        for index, item in enumerate(items):
            self.create_child(my_task, item, index)
        return False

    def _after(self, loop: Task, done: int) -> None:
        if done >= loop.internal_data["count"]:
            loop._set_state(TaskState.READY)


class Repeated(StandardLoopTask):
    """An activity done again and again while a condition holds; without one, until an officer says that it is done."""

    question: "AgainQuestion | None" = None

    def let_officer_say(self, activity_id: str, label: str) -> None:
        """Ask an officer after each round, as neither a condition nor a number of rounds says when it is enough."""
        self.question = AgainQuestion(self._wf_spec, f"{activity_id}.Again", activity_id, label)
        self.question._inputs.append(self.name)

    def weigh(self, child: Task) -> None:
        """Work out whether a round is the last, before it is over."""
        if child.task_spec is self.question:
            return
        loop = child.parent
        is_enough = self.maximum is not None and loop.internal_data["done"] + 1 >= self.maximum
        child.internal_data["is_last"] = is_enough or not self._goes_on(child)

    def merge_child(self, workflow: Any, child: Task) -> None:
        """Count a round, and begin the next unless it was the last."""
        loop = child.parent
        loop.internal_data["done"] += 1
        if self.question is not None:
            self._begin(loop, self.question)
        elif child.internal_data["is_last"]:
            loop._set_state(TaskState.READY)
        else:
            self.create_child(loop)

    def told(self, loop: Task, chosen: str) -> None:
        """Begin another round, or none."""
        if chosen == AGAIN:
            self.create_child(loop)
        else:
            loop._set_state(TaskState.READY)

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        my_task.internal_data["done"] = 0
        if self.test_before and self.question is None and not self._goes_on(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        if self.test_before and self.question is not None:
            self._begin(my_task, self.question)
        else:
            self.create_child(my_task)
        return False

    def _begin(self, loop: Task, spec: Any) -> None:
        child = loop._add_child(spec, TaskState.WAITING)
        child.triggered = True
        spec._update(child)

    def _merged_children(self, my_task: Task) -> range:
        return range(my_task.internal_data["done"])

    def _goes_on(self, my_task: Task) -> bool:
        return self.condition is None or my_task.workflow.top_workflow.value(my_task, self.condition) is True


class AgainQuestion(Question):
    """Whether an activity is done once more."""

    def offered(self, my_task: Task) -> Sequence[Way]:
        """Return that it is done, and that it is done again."""
        return Way(DONE, f"“{self.bpmn_name}” is done", ""), Way(AGAIN, f"Do “{self.bpmn_name}” again", "")

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        my_task.parent.task_spec.told(my_task.parent, my_task.internal_data[CHOSEN][0])
