"""Keeps the tokens of a case as one small compressed text, without the definition, and brings them back.

Format 1: {"v": 1, "top": workflow, "in": {token id: workflow}, "kept": {…}, "done": what may be undone}; a workflow is
[specification name, is completed, last token id, tokens]; a token is [id, parent id, state, specification, triggered,
data, internal data]. Tokens stand parents first. What later releases change here must still read this.
"""

import zlib
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.definitions.building import ProcessSpecs
from engine.errors import NotPossible
from engine.runtime.tree import parents_first
from engine.runtime.workflow import CaseSubWorkflow, CaseWorkflow, Token
from models.database import from_json, to_json

FORMAT = 1


def dump(workflow: CaseWorkflow, kept: dict[str, Any]) -> bytes:
    """Return the tokens, and what the runtime keeps beside them, as bytes."""
    state: dict[str, Any] = {
        "v": FORMAT,
        "top": _workflow_to_list(workflow),
        "in": {token_id.hex: _workflow_to_list(inner) for token_id, inner in workflow.subprocesses.items()},
        "kept": kept,
    }
    if done := {scope: rows for scope, rows in workflow.done.items() if not scope or scope in state["in"]}:
        state["done"] = done
    return zlib.compress(to_json(state).encode(), 1)


def load(content: bytes, specs: ProcessSpecs) -> tuple[CaseWorkflow, dict[str, Any]]:
    """Return the tokens and what was kept beside them.

    Raises:
        NotPossible: written by a newer release, or not a snapshot at all.
    """
    state = from_json(zlib.decompress(content))
    if state.get("v") != FORMAT:
        raise NotPossible(
            f"The state of this case has format {state.get('v')}; this release reads format {FORMAT}.",
            remedy="Upgrade this node to the release that wrote it.",
        )
    workflow = CaseWorkflow(specs)
    _fill(workflow, state["top"])
    for token_id, kept in _outer_first(state["in"]):
        parent = UUID(token_id)
        inner = CaseSubWorkflow(specs.inner[kept[0]], parent, workflow)
        workflow.subprocesses[parent] = inner
        _fill(inner, kept)
        _tell_parent(workflow, inner, parent)
    watch_events(workflow)
    workflow.done = state.get("done", {})
    workflow.moves.clear()
    return workflow, state["kept"]


def _workflow_to_list(workflow: Any) -> list[Any]:
    last = workflow.last_task
    return [
        workflow.spec.name,
        workflow.completed,
        last.id.hex if last is not None and last.id in workflow.tasks else None,
        [_task_to_list(task) for task in parents_first(workflow.task_tree)],
    ]


def _task_to_list(task: Task) -> list[Any]:
    is_over = task.has_state(TaskState.FINISHED_MASK)
    internal = {k: v for k, v in task.internal_data.items() if k != "seen_events"} if not is_over else {}
    row = [
        task.id.hex,
        task._parent.hex if task._parent is not None else None,
        task._state,
        task.task_spec.name,
        int(task.triggered),
        task.data or None,
        internal or None,
    ]
    while row[-1] in (None, 0):
        row.pop()  # most tokens end with their specification's name
    return row


def _fill(workflow: Any, kept: list[Any]) -> None:
    _, workflow.completed, last, rows = kept
    for row in rows:
        task_id, parent_id, state, spec_name, triggered, data, internal = row + [None] * (7 - len(row))
        parent = workflow.tasks[UUID(parent_id)] if parent_id else None
        task = Token(workflow, workflow.spec.task_specs[spec_name], parent, state, UUID(task_id))
        task.triggered = bool(triggered)
        task.data = data or {}
        task.internal_data = internal or {}
        if state == TaskState.WAITING:
            workflow.waiting[task.id] = task
        if parent is None:
            workflow.task_tree = task
    workflow.last_task = workflow.tasks.get(UUID(last)) if last else None


def _outer_first(inner: dict[str, Any]) -> list[tuple[str, Any]]:
    """Order sub-processes so that the one which holds a parent token comes before the one that needs it."""
    owners = {row[0]: owner for owner, kept in inner.items() for row in kept[3]}

    def depth(token_id: str) -> int:
        levels = 0
        while token_id in owners:
            token_id, levels = owners[token_id], levels + 1
        return levels

    return sorted(inner.items(), key=lambda pair: depth(pair[0]))


def _tell_parent(workflow: CaseWorkflow, inner: CaseSubWorkflow, parent_id: UUID) -> None:
    task = workflow.get_task_from_id(parent_id)
    if isinstance(task.task_spec, SubWorkflowTask):
        inner.completed_event.connect(task.task_spec._on_subworkflow_completed, task)


def watch_events(workflow: CaseWorkflow) -> None:
    """Let the tokens that wait for events be known to whoever gives events."""
    for token in workflow.tokens():
        if token.state == TaskState.WAITING and hasattr(token.task_spec, "event_definition"):
            workflow.event_manager.add_task(token)
