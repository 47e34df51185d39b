"""Connects what may be undone with what undoes it: handlers by their associations, sub-processes by what is in them."""

from collections.abc import Iterable
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import EventSubprocess, SubWorkflowTask

from engine.definitions.elements import ACTIVITIES
from engine.definitions.specs.compensation import (
    UNDO_ALL,
    CaseCompensation,
    CompensationBoundary,
    UndoAll,
    Undone,
    UndoSubProcess,
)
from engine.definitions.xml import local_name


def is_compensation(event: etree._Element) -> bool:
    """Say whether a boundary event is there to undo its activity."""
    return event.find("{*}compensateEventDefinition") is not None


def draw_handlers(parser: Any, boundaries: list[tuple[str, etree._Element]]) -> None:
    """Draw each handler of a process behind the event on the border of the activity that it undoes."""
    specs = parser.spec.task_specs
    for activity_id, event in boundaries:
        event_id = event.get("id", "")
        boundary = CompensationBoundary(parser.spec, event_id, bpmn_name=event.get("name"))
        undoes = specs.get(f"{activity_id} [child]") or specs[activity_id]
        undoes.undone_by = boundary.name
        handler = _handler(parser, event)
        if handler is None:
            boundary.connect(_undone(parser.spec, event_id))
        else:
            boundary.connect(parser.parse_node(handler))
            parser.spec.handlers = getattr(parser.spec, "handlers", set()) | {handler.get("id")}
            specs[handler.get("id")].connect(_undone(parser.spec, handler.get("id", "")))


def draw_unused_handlers(parser: Any) -> None:
    """Draw what is there to undo a step and is connected with none: nothing of a diagram gets lost."""
    for node in parser.node:
        if node.get("isForCompensation") == "true" and node.get("id") not in parser.spec.task_specs:
            parser.parse_node(node)


def _handler(parser: Any, event: etree._Element) -> etree._Element | None:
    """Return the activity that an association connects with a compensation event, or a flow that was drawn instead."""
    scope: Any = event.getparent()
    for line in scope.iterchildren("{*}association", "{*}sequenceFlow"):
        ends = [line.get("sourceRef"), line.get("targetRef")]
        if event.get("id") in ends:
            other: etree._Element | None = parser.get_node_by_id(ends[1 - ends.index(event.get("id"))])
            if other is not None and local_name(other) in ACTIVITIES:
                return other
    return None


def connect_scopes(specs: Iterable[BpmnProcessSpec]) -> None:
    """Give each scope in which something may be undone a step that does it, and each sub-process its undoing."""
    by_name = {spec.name: spec for spec in specs}
    undoable = _undoable(by_name)
    for name in undoable:
        UndoAll(by_name[name], UNDO_ALL)
    for spec in by_name.values():
        for task in list(spec.task_specs.values()):
            if _is_embedded(task) and task.spec in undoable and not _is_seen_to(task, spec):
                again = UndoSubProcess(spec, f"{task.name} undo", task.spec)
                again.connect(_undone(spec, task.name))
                task.undone_by = again.name


def _undoable(by_name: dict[str, BpmnProcessSpec]) -> set[str]:
    """Return the processes and sub-processes in which something may be undone, however deep."""
    found = {name for name, spec in by_name.items() if _has_handlers(spec)}
    while more := {
        name
        for name, spec in by_name.items()
        if name not in found
        and any(isinstance(t, SubWorkflowTask) and t.spec in found for t in spec.task_specs.values())
    }:
        found |= more
    return found


def _called(spec: BpmnProcessSpec) -> set[str]:
    return {task.spec for task in spec.task_specs.values() if isinstance(task, SubWorkflowTask)}


def _has_handlers(spec: BpmnProcessSpec) -> bool:
    return hasattr(spec, "undone_by_event") or any(hasattr(task, "undone_by") for task in spec.task_specs.values())


def _is_embedded(task: Any) -> bool:
    return isinstance(task, SubWorkflowTask) and not isinstance(task, EventSubprocess | UndoSubProcess)


def _is_seen_to(task: Any, spec: BpmnProcessSpec) -> bool:
    """Say whether a sub-process has a handler, or is one: what has been undone stays so."""
    return hasattr(task, "undone_by") or task.name.removesuffix(" [child]") in getattr(spec, "handlers", ())


def _undone(spec: BpmnProcessSpec, name: str) -> Undone:
    return Undone(spec, f"{name} undone")


def begins_by_compensation(spec: BpmnProcessSpec) -> bool:
    """Say whether an event sub-process is entered when its scope is undone."""
    return any(isinstance(start.event_definition, CaseCompensation) for start in spec.bpmn_start_events)
