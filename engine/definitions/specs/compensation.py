"""Compensation: undoes what was completed, the last first, by the steps drawn for it.

What could be undone is noted by the case when an activity is complete (see `engine.runtime.undoing`). A throw hands its
part to a step “undo all” of the scope, which places a token at one handler after the other and then lets the throw go
on. A completed sub-process is undone by a fresh one in which only its own handlers, or its compensation event
sub-process, run.
"""

from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess, SubWorkflowTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs.codes import end_all_but
from engine.errors import StepFailed

UNDO_ALL = "undo all"  # with a space, so that no element of a diagram has this id


class CaseCompensation(EventDefinition):
    """Undoes one activity, or without a name all that was completed in the scope."""

    def __init__(self, activity: str = "") -> None:
        super().__init__(activity)
        self.activity = activity

    def has_fired(self, my_task: Task) -> bool:
        """Say yes: an event sub-process of this kind is entered only when its scope is undone."""
        return True

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say no: what is undone is on record."""
        return False

    def throw(self, my_task: Task) -> None:
        """Begin to undo; an event sub-process undoes what was done in the scope that it stands in."""
        scope = my_task.workflow
        undo(my_task, my_task, self.activity)
        owner = _owner(scope)
        if owner is not None and isinstance(owner.task_spec, EventSubprocess):
            undo(my_task, owner, self.activity)


class CaseCancel(EventDefinition):
    """Cancels a transaction: ends what is under way, undoes what was done, and leaves by the cancel event."""

    def catches(self, my_task: Task, event: BpmnEvent) -> bool:
        """Say no: the end event finds the boundary event of its transaction."""
        return False

    def throw(self, my_task: Task) -> None:
        """End what is under way in the transaction and begin to undo what was done."""
        end_all_but(my_task)
        undo(my_task, my_task, "")

    def leave(self, my_task: Task) -> None:
        """Leave the transaction by the cancel event on its border.

        Raises:
            StepFailed: there is none.
        """
        owner = _owner(my_task.workflow)
        holders = [owner.parent, owner.parent.parent] if owner is not None and owner.parent is not None else []
        for token in [token for holder in holders if holder is not None for token in holder.children]:
            if token.has_state(TaskState.WAITING) and isinstance(
                getattr(token.task_spec, "event_definition", None), CaseCancel
            ):
                token.task_spec.catch(token, BpmnEvent(self))
                token.task_spec._update(token)
                return
        raise StepFailed(
            "The transaction is cancelled, and no event on its border says how the case goes on.",
            remedy="Draw a cancel event on the border of the transaction.",
        )


def undo(thrower: Task, holder: Task, activity: str) -> None:
    """Undo an activity, or all, of the scope in which `holder` stands; `thrower` waits until that is done."""
    scope = holder.workflow
    left = scope.top_workflow.take_done(scope, activity)
    if not left:
        return
    thrower.internal_data["undoing"] = thrower.internal_data.get("undoing", 0) + 1
    runner = holder._add_child(scope.spec.task_specs[UNDO_ALL], TaskState.FUTURE)
    runner.triggered = True
    runner.internal_data |= {"left": left, "resumes": thrower.id.hex}
    runner.task_spec._update(runner)


class UndoAll(BpmnTaskSpec):
    """Places a token at the handler of each thing that is left to undo, the last that was done first."""

    def _update_hook(self, my_task: Task) -> bool:
        return True  # no names of the thrower: each handler has those of what it undoes

    def _run_hook(self, my_task: Task) -> bool | None:
        left = my_task.internal_data["left"]
        if left:
            self._undo(my_task, *left.pop())
            return None
        self._finish(my_task)
        return True

    def _undo(self, my_task: Task, name: str, data: dict[str, Any], inner: list[Any]) -> None:
        specs = self._wf_spec.task_specs
        first = specs[specs[name].undone_by]
        child = my_task._add_child(first, TaskState.FUTURE)
        child.triggered = True
        child.data = dict(data)
        child.internal_data["entries"] = inner
        child.task_spec._update(child)

    def _finish(self, my_task: Task) -> None:
        resumed = my_task.internal_data.get("resumes")
        if resumed is None:  # in a sub-process that was entered to be undone
            my_task._add_child(self._wf_spec.end, TaskState.FUTURE)
            return
        thrower = my_task.workflow.top_workflow.get_task_from_id(UUID(resumed))
        thrower.internal_data["undoing"] -= 1
        if not thrower.internal_data["undoing"]:
            thrower._set_state(TaskState.READY)


class CompensationBoundary(BpmnSpecMixin):
    """The compensation event on the border of an activity: a token passes it on the way to the handler."""


class Undone(BpmnTaskSpec):
    """What follows a handler: the next one's turn."""

    def _run_hook(self, my_task: Task) -> bool:
        runner = my_task.find_ancestor(UNDO_ALL)
        while runner is not None and not runner.has_state(TaskState.STARTED):
            runner = runner.find_ancestor(UNDO_ALL)
        if runner is not None:
            runner._set_state(TaskState.READY)
        return True


class UndoSubProcess(SubWorkflowTask, BpmnTaskSpec):
    """A completed sub-process, entered again to undo what was done in it."""

    def start_workflow(self, my_task: Task) -> None:
        """Start the sub-process at what undoes it instead of at its start event."""
        top = my_task.workflow.top_workflow
        inner = top.create_subprocess(my_task, self.spec)
        inner.completed_event.connect(self._on_subworkflow_completed, my_task)
        top.done[my_task.id.hex] = my_task.internal_data.pop("entries", None) or []
        inner.task_tree._drop_children(force=True)
        inner.task_tree._set_state(TaskState.COMPLETED)
        specs = inner.spec.task_specs
        drawn = getattr(inner.spec, "undone_by_event", "")
        child = inner.task_tree._add_child(specs[drawn or UNDO_ALL], TaskState.FUTURE)
        if not drawn:
            child.internal_data["left"] = top.take_done(inner, "")
        child.task_spec._update(child)


def _owner(scope: Any) -> Task | None:
    """Return the token of the activity that a scope belongs to; none for the whole process."""
    return scope.top_workflow.get_task_from_id(scope.parent_task_id) if scope.parent_task_id is not None else None
