"""Start events: of a process, where a case begins, and of event sub-processes, which wait beside the flow."""

from SpiffWorkflow.bpmn.specs.control import StartEventSplit
from SpiffWorkflow.bpmn.specs.defaults import StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.specs.choices import Choosing, OfficerDecides
from engine.definitions.specs.codes import withdraw
from engine.definitions.specs.several import carry_over, comes_again
from engine.definitions.specs.steps import Question


class StartChoice(StartEventSplit):
    """Where a process with several start events begins: where it is asked to, else at the one without a trigger.

    Of several without one an officer says at which. With triggers alone it waits at all.
    """

    def _predict_hook(self, my_task: Task) -> None:
        events = [spec for spec in self.outputs if isinstance(spec, CaseStart)]
        questions = [spec for spec in self.outputs if isinstance(spec, StartQuestion)]
        chosen = [spec for spec in events if spec.begins_by_hand(my_task)]
        if len(chosen) > 1 and questions:
            chosen = questions
        my_task._sync_children(chosen or events, TaskState.MAYBE)


class StartQuestion(OfficerDecides, Question, Choosing):
    """At which of several start events a case begins."""


class CaseStart(StartEvent):
    """A start event.

    That of a process or sub-process is passed at once: whoever starts a case says that its event has happened. That of
    an event sub-process waits; it may end everything else in the scope, or go on waiting beside what it has begun.
    """

    is_triggered = False  # of an event sub-process
    interrupts = False

    def begins_by_hand(self, my_task: Task) -> bool:
        """Say whether the process begins here without waiting: as asked, or since there is no other beginning."""
        wanted = getattr(my_task.workflow, "begin_at", "")
        if wanted:
            return bool(wanted == self.bpmn_id)
        is_plain = isinstance(self.event_definition, NoneEventDefinition)
        return is_plain or sum(isinstance(spec, CaseStart) for spec in self._wf_spec.task_specs.values()) == 1

    def _update_hook(self, my_task: Task) -> bool | None:
        if not self.is_triggered and self.begins_by_hand(my_task):
            my_task._inherit_data()
            return True
        if self.is_triggered and "known" not in my_task.internal_data:
            owner = my_task.workflow.top_workflow.get_task_from_id(my_task.workflow.parent_task_id)
            my_task.internal_data |= {"known": True, **owner.internal_data}
        result: bool | None = super()._update_hook(my_task)
        return result

    def _on_ready_hook(self, my_task: Task) -> None:
        super()._on_ready_hook(my_task)
        if self.is_triggered and not self.interrupts and comes_again(self.event_definition):
            self._wait_again(my_task)

    def _wait_again(self, my_task: Task) -> None:
        """Place a second token at the event sub-process, which waits for the next time."""
        owner = my_task.workflow.top_workflow.get_task_from_id(my_task.workflow.parent_task_id)
        again = owner.parent._add_child(owner.task_spec, TaskState.FUTURE)
        carry_over(self.event_definition, my_task, again)
        again.task_spec._update(again)

    def _on_complete_hook(self, my_task: Task) -> None:
        if self.interrupts:
            inner = my_task.workflow
            owner = inner.top_workflow.get_task_from_id(inner.parent_task_id)
            withdraw(owner.workflow, lambda token: token is owner or token.is_descendant_of(owner))
        super()._on_complete_hook(my_task)
