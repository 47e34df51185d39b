"""Puts a case that was over back to where it stood: its tokens are placed anew, its document is as it was left."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.runtime.document import Document
from engine.runtime.header import CaseRow
from engine.runtime.instance import Instance, Kept
from engine.runtime.step import Step, open_step
from engine.runtime.workflow import HERE, CaseWorkflow, Token

Place = tuple[str, str]  # an element of the process, and the specification that its token came from ("" if unknown)


def standing(workflow: CaseWorkflow) -> list[list[str]]:
    """Return where the tokens of a process stand, as JSON-able places; one in a sub-process stands at that."""
    tokens = [token for token in workflow.tasks.values() if token.has_state(HERE) and _has_a_place(token)]
    return [[token.task_spec.name, _outermost(token).parent.task_spec.name] for token in tokens]


def _has_a_place(token: Task) -> bool:
    """Say whether a token is one of its own: not a boundary event's, and not one instance of a loop."""
    spec, parent = token.task_spec, token.parent
    if parent is None or isinstance(spec, BoundaryEvent | EventSubprocess) or isinstance(parent.task_spec, LoopTask):
        return False
    return spec.bpmn_id is not None or isinstance(spec, LoopTask)


def _outermost(token: Task) -> Task:
    return token.parent if isinstance(token.parent.task_spec, BoundaryEventSplit) else token


def reopened_step(session: Session, case: CaseRow, places: Iterable[Place], *, actor: Actor, at: datetime) -> Step:
    """Return a step on a locked case that is over, in which a new token stands at each place."""
    over = open_step(session, case, actor=actor, at=at).instance
    definition, kept = over.definition, Kept(sections=list(over.kept.sections))
    workflow = CaseWorkflow(definition.specs)
    instance = Instance(definition, workflow, Document(definition.section_of), kept)
    step = Step(session, case, instance, actor=actor, at=at)
    workflow.task_tree = Token(workflow, workflow.spec.start, state=TaskState.COMPLETED)
    for spec in workflow.spec.start.outputs:
        if isinstance(spec, EventSubprocess):
            _place(workflow.task_tree, spec)
    specs = workflow.spec.task_specs
    for name, came_from in places:
        before = specs.get(came_from, workflow.spec.start)
        _place(
            workflow.task_tree._add_child(before, TaskState.COMPLETED),
            specs.get(f"{name}.BoundaryEventSplit") or specs[name],
        )
    return step


def _place(parent: Any, spec: Any) -> None:
    token = parent._add_child(spec, TaskState.FUTURE)
    spec._predict(token, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
    spec._update(token)
