"""Keeps the tree of tokens small however long a case loops.

SpiffWorkflow appends every finished token to a tree that only grows: at depth 1,000 it silently stops seeing tasks.
Two things are done after each step, and only where nobody can look again:

- a finished branch that leads to no live token is dropped, unless a join still counts it as arrived;
- a finished token with one child is spliced out of the chain, unless a join or boundary event looks for it by name.

The last finished token before a live one always stays: joins ask which specification their parent has.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.workflow import CaseWorkflow

SMALL = 24  # a tree of so few tokens is left alone


def collapse(workflow: CaseWorkflow) -> None:
    """Drop and splice what is finished and forgotten, in the case and all its sub-processes."""
    for inner in (*workflow.subprocesses.values(), workflow):
        if len(inner.tasks) > SMALL:
            _collapse_tree(inner)
    _drop_finished_subprocesses(workflow)


def _collapse_tree(workflow: Any) -> None:
    order = _parents_first(workflow.task_tree)
    joining = {
        id(task.task_spec)
        for task in order
        if isinstance(task.task_spec, UnstructuredJoin) and not task.has_state(TaskState.FINISHED_MASK)
    }
    for task in reversed(order):
        if _may_drop(task, joining):
            _drop(workflow, task)
    for task in order:
        if task.id in workflow.tasks and _may_splice(task):
            _splice(workflow, task)


def _parents_first(root: Task) -> list[Task]:
    found, waiting = [], [root]
    while waiting:
        task = waiting.pop()
        found.append(task)
        waiting.extend(task.children)
    return found


def _may_drop(task: Task, joining: set[int]) -> bool:
    """Say whether a finished leaf may go: no join that still waits counts it, no boundary event looks for it."""
    if task._children or not task.has_state(TaskState.FINISHED_MASK) or task.parent is None:
        return False
    if isinstance(task.task_spec, UnstructuredJoin) and not isinstance(task.task_spec, _EndJoin):
        return id(task.task_spec) not in joining and not _may_still_arrive(task)
    parent = task.parent
    if isinstance(parent.task_spec, LoopTask) and not parent.has_state(TaskState.FINISHED_MASK):
        return False  # the loop counts its instances
    return not (isinstance(parent.task_spec, BoundaryEventSplit) and _has_open_join(parent))


def _may_still_arrive(join: Task) -> bool:
    """Say whether a join that was cancelled in favour of a later one still counts: until one of them has run."""
    if join.state == TaskState.COMPLETED:
        return False
    others = (t for t in join.workflow.tasks.values() if t.task_spec is join.task_spec and t is not join)
    return not any(t.state == TaskState.COMPLETED and t.last_state_change >= join.last_state_change for t in others)


def _has_open_join(split: Task) -> bool:
    return any(
        isinstance(task.task_spec, BoundaryEventJoin) and not task.has_state(TaskState.FINISHED_MASK)
        for task in _parents_first(split)
    )


def _drop(workflow: Any, task: Task) -> None:
    task.parent._children.remove(task.id)
    del workflow.tasks[task.id]
    if workflow.last_task is task:
        workflow.last_task = None


def _may_splice(task: Task) -> bool:
    if task.parent is None or task.parent.parent is None or len(task._children) != 1:
        return False
    child = task.children[0]
    if not (task.state == child.state == TaskState.COMPLETED) or task.triggered or child.triggered:
        return False
    if isinstance(task.task_spec, BoundaryEventSplit):
        return not _has_open_join(task)
    # Children of a split are looked at by class, instances of a loop are counted, parents of joins are asked by name.
    return not isinstance(task.parent.task_spec, BoundaryEventSplit | LoopTask) and not isinstance(
        child.task_spec, UnstructuredJoin
    )


def _splice(workflow: Any, task: Task) -> None:
    parent, child = task.parent, task.children[0]
    parent._children[parent._children.index(task.id)] = child.id
    child.parent = parent
    del workflow.tasks[task.id]
    if workflow.last_task is task:
        workflow.last_task = child


def _drop_finished_subprocesses(workflow: CaseWorkflow) -> None:
    for token_id, inner in list(workflow.subprocesses.items()):
        owner = inner.parent_workflow.tasks.get(token_id) if _is_known(workflow, token_id) else None
        if owner is None or owner.has_state(TaskState.FINISHED_MASK):
            del workflow.subprocesses[token_id]


def _is_known(workflow: CaseWorkflow, token_id: Any) -> bool:
    return any(token_id in inner.tasks for inner in (workflow, *workflow.subprocesses.values()))
