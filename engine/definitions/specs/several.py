"""Events with several definitions: the first of them counts, or all must come; and what an officer tells."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task

from engine.definitions.specs.conditions import CaseCondition
from engine.definitions.specs.timers import CaseTimer, due_of
from engine.instants import now


class Told(EventDefinition):
    """Something of which an officer says in a to-do item that it has happened (property `toldBy`)."""

    def __init__(self, element_id: str, label: str) -> None:
        super().__init__(element_id)
        self.label = label

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say no: only an officer tells it."""
        return False


class Nothing(EventDefinition):
    """Waits for nothing that can come: the start of an event sub-process that does not say what begins it."""

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say no."""
        return False


class Several(EventDefinition):
    """Several definitions of one event, or of the events behind an event-based gateway.

    What has happened is kept with the token: the number of each definition, with the variables that it brought.
    """

    def __init__(self, definitions: tuple[EventDefinition, ...] = (), *, takes_all: bool = False) -> None:
        super().__init__()
        self.event_definitions = list(definitions)
        self.takes_all = takes_all

    def has_fired(self, my_task: Task) -> bool:
        """Say whether enough has happened; of several timers that are due the earliest counts."""
        happened = my_task.internal_data.setdefault("happened", {})
        if self.takes_all or not happened:
            for number in self._by_themselves(my_task):
                happened[str(number)] = {}
                my_task.internal_data.get("due", {}).pop(self.event_definitions[number].name, None)
                if not self.takes_all:
                    break
        return len(happened) == len(self.event_definitions) if self.takes_all else bool(happened)

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say whether one of those that are still waited for is `event`."""
        return self._number(my_task, event) is not None

    def catch(self, my_task: Task, event: Any = None) -> None:
        """Note that `event` has happened, with its variables."""
        number = self._number(my_task, event)
        if number is not None:
            my_task.internal_data.setdefault("happened", {})[str(number)] = dict(event.payload or {})

    def first(self, my_task: Task) -> int:
        """Return the number of the definition that happened first."""
        return int(next(iter(my_task.internal_data["happened"])))

    def update_task_data(self, my_task: Task) -> None:
        """Write the variables that came to the case document."""
        for variables in my_task.internal_data.get("happened", {}).values():
            if variables:
                my_task.workflow.top_workflow.assign(my_task, variables)

    def reset(self, my_task: Task) -> None:
        """Forget what happened: a loop that comes back waits anew."""
        my_task.internal_data.pop("happened", None)
        my_task.internal_data.pop("due", None)

    def throw(self, my_task: Task) -> None:
        """Throw each."""
        for definition in self.event_definitions:
            definition.throw(my_task)

    def spent(self, my_task: Task) -> list[str]:
        """Return the timers that are over: an event that waits again does not wait for them."""
        over: list[str] = my_task.internal_data.get("spent", [])
        happened = my_task.internal_data.get("happened", {})
        timers = [d for n, d in enumerate(self.event_definitions) if isinstance(d, CaseTimer) and str(n) in happened]
        return [*over, *(timer.name for timer in timers)]

    def _by_themselves(self, my_task: Task) -> list[int]:
        """Return the numbers of the conditions that have become true and of the timers that are due, in this order."""
        left, spent = dict(self._left(my_task)), my_task.internal_data.get("spent", ())
        true = [n for n, d in left.items() if isinstance(d, CaseCondition) and d.has_fired(my_task)]
        timers = {n: d for n, d in left.items() if isinstance(d, CaseTimer) and d.name not in spent}
        due = [(due_of(my_task, timer) or now(), n) for n, timer in timers.items() if timer.has_fired(my_task)]
        return [*true, *(number for _, number in sorted(due))]

    def _number(self, my_task: Task, event: BpmnEvent) -> int | None:
        for number, definition in self._left(my_task):
            if definition is event.event_definition or definition.catches(my_task, event):
                return number
        return None

    def _left(self, my_task: Task) -> Iterator[tuple[int, EventDefinition]]:
        happened = my_task.internal_data.get("happened", {})
        return ((n, d) for n, d in enumerate(self.event_definitions) if str(n) not in happened)


def parts(definition: EventDefinition | None) -> list[EventDefinition]:
    """Return the definitions of an event, one or several."""
    return list(definition.event_definitions) if isinstance(definition, Several) else [definition]


def awaited(token: Task) -> list[EventDefinition]:
    """Return what a token at an event waits for."""
    definition = getattr(token.task_spec, "event_definition", None)
    if not isinstance(definition, Several):
        return [definition] if definition is not None else []
    happened = token.internal_data.get("happened", {})
    return [part for number, part in enumerate(definition.event_definitions) if str(number) not in happened]


def comes_again(definition: EventDefinition) -> bool:
    """Say whether an event that interrupts nothing may happen again; a timer that is not a cycle happens once."""
    return any(not isinstance(part, CaseTimer | Nothing) for part in parts(definition))


def carry_over(definition: EventDefinition, before: Task, after: Task) -> None:
    """Give a token that waits again what is known of the last time: what was true, and which timers are over."""
    if "true" in before.internal_data:
        after.internal_data["true"] = list(before.internal_data["true"])
    if isinstance(definition, Several):
        spent = definition.spent(before)
        due = {name: at for name, at in before.internal_data.get("due", {}).items() if name not in spent}
        after.internal_data |= {"spent": spent, "due": due}
