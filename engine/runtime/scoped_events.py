"""Gives events to the tokens that wait for them: signals to all, errors and escalations outwards, scope by scope.

SpiffWorkflow asks every boundary event of the scope, that of another sub-process beside it too, and in the end
everybody. Here the nearest that catches it gets it.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent, EventManager
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs import CaseError, CaseStart, Coded, Outward, parts


class ScopedEvents(EventManager):
    """The tokens of a case that wait for events."""

    def catch(self, event: BpmnEvent, internal: bool = True) -> int:
        """Give an event to whoever waits for it; return to how many."""
        return self._give(self._nearest(event) if isinstance(event, Outward) else self._all(event), event)

    def _give(self, tokens: list[Task], event: BpmnEvent) -> int:
        given = 0
        for token in tokens:
            if token.id in self.tasks and token.has_state(TaskState.WAITING):  # not withdrawn by one before it
                token.task_spec.catch(token, event)
                token.task_spec._update(token)
                given += 1
        return given

    def _all(self, event: BpmnEvent) -> list[Task]:
        found = [token for token in self.tasks.values() if token.task_spec.catches(token, event)]
        return list(self.workflow.in_order(found))

    def _nearest(self, event: Outward) -> list[Task]:
        """Return who catches an error or escalation: on the border of the activity, then beside it in its scope."""
        scope, activity = event.target, event.thrower
        while scope is not None:
            waiting = self._all(event)
            for catching in ([t for t in waiting if _is_on_border(t, activity)], _beside(waiting, scope, activity)):
                if catching:
                    return _best(catching, event)
            activity = scope.top_workflow.get_task_from_id(scope.parent_task_id) if scope.parent_task_id else None
            scope = scope.parent_workflow
        return []


def _is_on_border(token: Task, activity: Task) -> bool:
    """Say whether `token` waits on the border of an activity, or of the loop that it is an instance of."""
    if not isinstance(token.task_spec, BoundaryEvent) or token.workflow is not activity.workflow:
        return False
    main = [child for child in token.parent.children if not isinstance(child.task_spec, BoundaryEvent)]
    return any(child is activity or activity.is_descendant_of(child) for child in main)


def _beside(waiting: list[Task], scope: Any, activity: Task) -> list[Task]:
    """Return the event sub-processes of a scope that wait, but for the one from which the event comes."""
    starts = [token for token in waiting if isinstance(token.task_spec, CaseStart)]
    return [
        t for t in starts if t.workflow.parent_workflow is scope and t.workflow.spec.name != activity.task_spec.name
    ]


def _best(catching: list[Task], event: Outward) -> list[Task]:
    """Return those that name the code, else those that catch all; an error is caught once."""
    exact = [token for token in catching if _names_code(token, event)] or catching
    return exact[:1] if isinstance(event.event_definition, CaseError) else exact


def _names_code(token: Task, event: Outward) -> bool:
    wanted = parts(token.task_spec.event_definition)
    return any(isinstance(part, Coded) and part.code and part.catches(token, event) for part in wanted)
