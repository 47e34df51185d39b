"""Our own kinds of steps, beside SpiffWorkflow's: what a person does, what a service does, timers, messages, loops.

None of them evaluates anything: they ask the running case (`engine.runtime.workflow.CaseWorkflow`), which knows the
time, the case document and FEEL.
"""

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    StandardLoopTask,
    StartEvent,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition, TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.instants import now


class PersonStep(BpmnSpecMixin):
    """A step that a person does: the runtime makes a to-do item of it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


class ServiceStep(BpmnSpecMixin):
    """A step that a service does: the runtime runs it when its token is ready, in a savepoint."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = True


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


class CaseTimer(TimerEventDefinition):
    """A timer whose due instant is computed by our rules once, when a token reaches it."""

    def __init__(self, element_id: str, kind: str, text: str) -> None:
        super().__init__(element_id, text)
        self.kind = kind

    def has_fired(self, my_task: Task) -> bool:
        """Say whether the time has come, or somebody fired the timer by hand."""
        if my_task.internal_data.get("event_fired"):
            return True
        due = due_of(my_task, self)
        return due is not None and due <= now()

    def reset(self, my_task: Task) -> None:
        """Forget when this timer was due: a loop that comes back counts anew."""
        my_task.internal_data.get("due", {}).pop(self.name, None)
        super().reset(my_task)


class CaseCycleTimer(CaseTimer, CycleTimerEventDefinition):
    """A timer that fires several times; the runtime keeps count."""

    def has_fired(self, my_task: Task) -> bool:
        """Say whether all rounds are done; each round starts a token of its own."""
        return bool(my_task.internal_data.get("event_fired"))

    def cycle_complete(self, my_task: Task) -> bool:
        """Say whether the next round is due, and set the one after it."""
        due = due_of(my_task, self)
        if due is None or due > now():
            return False
        if not my_task.workflow.top_workflow.next_round(my_task, self, due):
            my_task.internal_data["event_fired"] = True
        return True


def due_of(my_task: Task, timer: CaseTimer) -> datetime | None:
    """Return when `timer` is due for this token; computed once and kept with the token."""
    kept = my_task.internal_data.setdefault("due", {})
    if timer.name not in kept:
        due = my_task.workflow.top_workflow.when_due(my_task, timer)
        if due is None:
            return None
        kept[timer.name] = due.isoformat()
    return datetime.fromisoformat(kept[timer.name])


class FirstEvent(MultipleEventDefinition):
    """The events that an event-based gateway waits for: each timer by its own time, the earliest first."""

    def has_fired(self, my_task: Task) -> bool:
        """Say whether a message or signal came, or a timer is due; of several that are, the earliest counts."""
        if not my_task.internal_data.get("seen_events"):
            timers = [timer for timer in self.event_definitions if isinstance(timer, CaseTimer)]
            fired = [(due_of(my_task, timer), timer) for timer in timers if timer.has_fired(my_task)]
            if fired:
                first = min(fired, key=lambda pair: pair[0] or now())[1]
                my_task.internal_data["seen_events"] = [BpmnEvent(first)]
        return bool(my_task.internal_data.get("seen_events"))


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
        child.internal_data["is_last"] = self.condition is not None and top.value(child, self.condition) is True

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
    """An activity done again and again while a condition holds."""

    def weigh(self, child: Task) -> None:
        """Work out whether a round is the last, before it is over."""
        loop = child.parent
        is_enough = self.maximum is not None and loop.internal_data["done"] + 1 >= self.maximum
        child.internal_data["is_last"] = is_enough or not self._goes_on(child)

    def merge_child(self, workflow: Any, child: Task) -> None:
        """Count a round, and begin the next unless it was the last."""
        loop = child.parent
        loop.internal_data["done"] += 1
        if child.internal_data["is_last"]:
            loop._set_state(TaskState.READY)
        else:
            self.create_child(loop)

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        my_task.internal_data["done"] = 0
        if self.test_before and not self._goes_on(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self.create_child(my_task)
        return False

    def _merged_children(self, my_task: Task) -> range:
        return range(my_task.internal_data["done"])

    def _goes_on(self, my_task: Task) -> bool:
        return self.condition is None or my_task.workflow.top_workflow.value(my_task, self.condition) is True
