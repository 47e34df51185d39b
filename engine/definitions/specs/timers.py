"""Timers, whose instants our rules compute."""

from datetime import datetime

from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition, TimerEventDefinition
from SpiffWorkflow.task import Task

from engine.instants import now


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
        """Say whether the next round is due and it is its turn, and set the one after it.

        SpiffWorkflow looks again and again within a step; each round is to come alone, with all that follows it.
        """
        due = due_of(my_task, self)
        if due is None or due > now() or my_task.workflow.top_workflow.firing != my_task.id:
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
