"""Sub-processes and called processes, with names of their own: what their input mappings give, until they are over.

Source: Zeebe's rules for scopes. Inputs are worked out when the activity is reached and known only inside it; outputs
are worked out there when it is over, and written where their names are known outside, else to the case document.
"""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import CallActivity, SubWorkflowTask, TransactionSubprocess
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask as SubWorkflowMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

OWN, OUTER, CALLED = "own", "outer", "called"  # in the token's internal data


class Scoped(SubWorkflowMixin):
    """An activity with steps of its own inside."""

    takes: tuple[tuple[str, str], ...] = ()  # (source expression, target name)
    gives: tuple[tuple[str, str], ...] = ()
    called = ""  # FEEL that names the process to call, where it is not the same each time

    def _update_hook(self, my_task: Task) -> bool | None:
        if my_task.id not in my_task.workflow.top_workflow.subprocesses and not self._is_prepared(my_task):
            my_task._set_state(TaskState.WAITING)  # with an incident
            return False
        result: bool | None = super()._update_hook(my_task)
        return result

    def _is_prepared(self, my_task: Task) -> bool:
        """Work out what the inside is given; say whether that went well."""
        if not (self.takes or self.called):
            return True
        my_task._inherit_data()
        given = my_task.workflow.top_workflow.given(my_task, self.takes, self.called)
        if given is None:
            return False
        own, called = given
        outer = {name: my_task.data[name] for name in own if name in my_task.data}
        my_task.internal_data |= {OWN: own, OUTER: outer, CALLED: called}
        return True

    def start_workflow(self, my_task: Task) -> None:
        """Start the inside with the names in reach of the activity and its own."""
        top = my_task.workflow.top_workflow
        inner = top.create_subprocess(my_task, my_task.internal_data.get(CALLED) or self.spec)
        inner.completed_event.connect(self._on_subworkflow_completed, my_task)
        inner.task_tree.data = {**deepcopy(my_task.data), **my_task.internal_data.pop(OWN, {})}
        inner.task_tree.run()

    def _run_hook(self, my_task: Task) -> Any:
        if self.takes or self.gives:
            top = my_task.workflow.top_workflow
            mapped = {target: top.literal(my_task, source) for source, target in self.gives}
            if not my_task.triggered:  # an instance of a loop still gives its item to the list of all
                self._leave(my_task)
            top.assign(my_task, mapped)
        return super()._run_hook(my_task)

    def _leave(self, my_task: Task) -> None:
        for _, target in self.takes:
            my_task.data.pop(target, None)
        my_task.data |= my_task.internal_data.get(OUTER, {})


class CaseSubProcess(Scoped, SubWorkflowTask):
    """An embedded or ad-hoc sub-process."""


class CaseTransaction(Scoped, TransactionSubprocess):
    """A transaction."""


class CalledProcess(Scoped, CallActivity):
    """A process of the category, called inside the case: it knows the fields of the case."""
