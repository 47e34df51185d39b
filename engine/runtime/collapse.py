"""Keeps the tree of tokens small however long a case loops.

SpiffWorkflow appends every finished token to a tree that only grows: at depth 1,000 it silently stops seeing tasks.
A finished token is taken out of the tree unless somebody can look at it again, and its children move up to the nearest
ancestor that stays. These stay:

- the root, and whatever is not finished;
- the parent of what is not finished (joins ask which specification it has), up to the nearest that the diagram shows:
  history says where a token came from;
- a split whose join is still to come (boundary events, several start events) with its children: the join looks at them.
  An event on the border that has happened, interrupted nothing and left nothing behind is not looked at.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.tree import parents_first
from engine.runtime.workflow import CaseWorkflow

SMALL = 24  # a tree of so few tokens is left alone


def collapse(workflow: CaseWorkflow) -> None:
    """Take out what is finished and forgotten, in the case and all its sub-processes."""
    _drop_finished_subprocesses(workflow)
    for inner in (*workflow.subprocesses.values(), workflow):
        if len(inner.tasks) > SMALL:
            _collapse_tree(inner)


def _collapse_tree(workflow: Any) -> None:
    order = parents_first(workflow.task_tree)
    staying = _staying(workflow, order)
    if len(staying) == len(order):
        return
    for task in order:
        children = task.children
        task._children = []
        above = task.parent
        if task.id not in staying:
            for child in children:
                child.parent = above
        if above is not None and task.id in staying:
            above._children.append(task.id)
    if workflow.last_task is not None and workflow.last_task.id not in staying:
        workflow.last_task = workflow.last_task.parent
    workflow.tasks = {task.id: task for task in workflow.tasks.values() if task.id in staying}


def _staying(workflow: Any, order: list[Task]) -> set[Any]:
    staying = {workflow.task_tree.id}
    for task in order:
        if task.has_state(TaskState.FINISHED_MASK):
            continue
        staying.add(task.id)
        staying.update(_shown_parents(task))
        split = getattr(task.task_spec, "split_task", None)
        if split is not None and (found := task.find_ancestor(split)) is not None:
            staying.update((found.id, *(child.id for child in found.children if not _is_past(child))))
    return staying


def _is_past(token: Task) -> bool:
    """Say whether a token is at a boundary event that interrupted nothing, and all that followed it is over."""
    if not isinstance(token.task_spec, BoundaryEvent) or token.task_spec.cancel_activity:
        return False
    return all(task.has_state(TaskState.FINISHED_MASK) for task in parents_first(token))


def _shown_parents(task: Task) -> list[Any]:
    """Return the parent of a token, and its parents up to the nearest that stands on the diagram."""
    found, parent = [], task.parent
    while parent is not None:
        found.append(parent.id)
        if parent.task_spec.bpmn_id is not None:
            break
        parent = parent.parent
    return found


def _drop_finished_subprocesses(workflow: CaseWorkflow) -> None:
    for token_id, inner in list(workflow.subprocesses.items()):
        owner = inner.parent_workflow.tasks.get(token_id) if _is_known(workflow, token_id) else None
        if owner is None or owner.has_state(TaskState.FINISHED_MASK):
            del workflow.subprocesses[token_id]


def _is_known(workflow: CaseWorkflow, token_id: Any) -> bool:
    return any(token_id in inner.tasks for inner in (workflow, *workflow.subprocesses.values()))
