"""Checks that SpiffWorkflow can build what was drawn, and that nothing of the diagram gets lost on the way."""

from collections.abc import Iterator

from engine.definitions import building
from engine.definitions.building import ProcessSpecs
from engine.definitions.checks.context import Context
from engine.definitions.faults import Fault
from engine.errors import Invalid


def build(context: Context) -> ProcessSpecs | Fault | None:
    """Return what would run, the fault that keeps it from running, or none when the process is not there at all."""
    process_id = context.process_id
    if process_id not in context.process_ids:
        return None
    try:
        return building.build(context.diagrams, process_id)
    except Invalid as error:
        return Fault(_element(error, context), "cannot-run", "error", error.message, error.remedy or _REMEDY)
    except Exception as error:  # the parser's own failures, on what no diagram should hold
        message = f"The diagram cannot be run: its reader stopped with {type(error).__name__} ({error})."
        return Fault(process_id, "cannot-run", "error", message, _REMEDY)


_REMEDY = "Correct the other faults first; if none is left, draw this part of the diagram again."


def _element(error: Invalid, context: Context) -> str:
    """Return the element that the parser's sentence names, else the process."""
    return next((i for i in context.elements if i and f"“{i}”" in error.message), context.process_id)


def lost(specs: ProcessSpecs, context: Context) -> set[str]:
    """Return the nodes that are drawn in processes that a case runs and would yet never be run."""
    built = {spec.bpmn_id for each in (specs.top, *specs.inner.values()) for spec in each.task_specs.values()}
    return {e.id for e in context.elements.values() if e.process_id in context.called and e.id not in built}


def idle(context: Context) -> Iterator[tuple[str, Fault]]:
    """Yield each process, with its file, that no case of this category would ever run."""
    for diagram in context.diagrams:
        for process_id in diagram.process_ids:
            has_steps = any(element.process_id == process_id for element in diagram.elements.values())
            if has_steps and process_id not in context.called:
                message = f"The process “{diagram.names[process_id]}” is never run: nothing calls it."
                remedy = f"Call it by a call activity, or let cases run it instead of “{context.process_id}”."
                yield diagram.source, Fault(process_id, "idle-process", "warning", message, remedy)
