"""Checks what a diagram is made of: ids, processes that may run, a beginning, and only what runs."""

from collections import Counter
from collections.abc import Iterator

from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import FLOW_NODES, Element
from engine.definitions.faults import Fault, Severity
from engine.definitions.reading import Diagram
from engine.definitions.xml import NAMESPACES, is_bpmn, line_of, local_name

SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with the parts of a diagram."""
    yield from _processes(drawn.diagram, context)
    yield from _ids(drawn.diagram, context)
    yield from _begins(drawn)
    yield from not_run(drawn)


def _processes(diagram: Diagram, context: Context) -> Iterator[Fault]:
    if not diagram.process_ids:
        yield _no_process(diagram)
    for process in diagram.root.findall("bpmn:process", NAMESPACES):
        process_id = process.get("id", "")
        if process_id in context.called and process.get("isExecutable") != "true":
            yield Fault(
                process_id,
                "not-executable",
                "error",
                f"The process “{process.get('name') or process_id}” is marked as a drawing that is not run.",
                "Tick Executable in the properties of the process.",
                line_of(process),
            )


def _no_process(diagram: Diagram) -> Fault:
    """Return what a file without a process holds instead."""
    held = {local_name(node) for node in diagram.root if is_bpmn(node)}
    if "choreography" in held or "globalChoreographyTask" in held:
        message = f"{diagram.source} draws a choreography: who talks with whom, and not what anybody does."
        return Fault("", "no-process", "error", message, "Draw the process of one of those who take part.")
    if "collaboration" in held:
        message = f"{diagram.source} draws only pools with nothing in them."
        return Fault("", "no-process", "error", message, "Draw in a pool what is done there.")
    remedy = "Draw a process with a start event, a task and an end event."
    return Fault("", "no-process", "error", f"{diagram.source} holds no process.", remedy)


def _ids(diagram: Diagram, context: Context) -> Iterator[Fault]:
    """Tell of ids that stand in several diagrams of a category; within one they are told apart on the way in."""
    counted = Counter(element_id for each in context.diagrams for element_id in _named(each))
    for element_id, line in _named(diagram).items():
        if counted[element_id] > 1:
            message = f"The id “{element_id}” is used in {counted[element_id]} diagrams of this category."
            yield Fault(element_id, "duplicate-id", "error", message, "Give each its own id.", line)


def _named(diagram: Diagram) -> dict[str, int | None]:
    """Return the lines of everything that has an id and can be run."""
    kinds = FLOW_NODES | {"process", "sequenceFlow"}
    nodes = (node for node in diagram.root.iter() if is_bpmn(node) and local_name(node) in kinds)
    return {node.get("id", ""): line_of(node) for node in nodes}


def _begins(drawn: Graph) -> Iterator[Fault]:
    for process in drawn.diagram.root.findall("bpmn:process", NAMESPACES):
        process_id = process.get("id", "")
        subject = f"The process “{process.get('name') or process_id}”"
        if not drawn.scopes.get(process_id):
            yield Fault(process_id, *_EMPTY, f"{subject} has nothing in it.", "Draw its steps.", line_of(process))
        else:
            yield from _without_start(process_id, subject, line_of(process), drawn)
    for node in drawn.nodes.values():
        if node.kind not in SUB_PROCESSES:
            continue
        if not drawn.scopes.get(node.id):
            message = f"“{node.label}” has nothing in it, so it is passed at once."
            yield fault(node, "empty-step", message, "Draw what happens in it, or make it a task.", "warning")
        elif node.kind != "adHocSubProcess":
            yield from _without_start(node.id, f"“{node.label}”", node.line, drawn)


_EMPTY: tuple[str, Severity] = ("empty", "error")


def _without_start(scope: str, subject: str, line: int | None, drawn: Graph) -> Iterator[Fault]:
    """Tell where a process without a start event begins, unless anybody would see it."""
    starts = [node for node_id in drawn.scopes[scope] if (node := drawn.nodes[node_id]).kind == "startEvent"]
    plain = [f"“{node.label}”" for node in starts if not node.triggers]
    if len(plain) > 1:
        message = f"{subject} has several start events, so an officer says where it begins: {', '.join(plain)}."
        yield Fault(scope, "several-starts", "info", message, "Leave one of them if all begin the same way.", line)
    if starts:
        return
    first = [f"“{drawn.nodes[node_id].label}”" for node_id in drawn.heads(scope)]
    if scope in drawn.event_sub_processes:
        message, remedy = f"{subject} has no start event, so nothing begins it.", "Draw the event that it waits for."
        yield Fault(scope, "no-start", "error", message, remedy, line)
    elif not first:
        message = f"{subject} has no start event, and a flow leads to each of its steps: it would never begin."
        yield Fault(scope, "no-start", "error", message, "Draw a start event before the first step.", line)
    elif len(first) > 1:
        message = f"{subject} has no start event, so it begins at all of these at the same time: {', '.join(first)}."
        remedy = "Draw a start event before the first step if they follow each other."
        yield Fault(scope, "several-beginnings", "warning", message, remedy, line)


# Which events run, by the kind of element; an event without a definition is judged elsewhere.
_EVENTS_RUN = {
    "startEvent": ("message", "timer", "signal", "conditional"),
    "endEvent": ("message", "signal", "error", "escalation", "compensate", "cancel", "terminate"),
    "intermediateCatchEvent": ("message", "timer", "signal", "conditional", "link"),
    "intermediateThrowEvent": ("message", "signal", "escalation", "compensate", "link"),
    "boundaryEvent": ("message", "timer", "signal", "conditional", "error", "escalation", "compensate", "cancel"),
}
_IN_EVENT_SUB_PROCESS = ("error", "escalation", "compensate")  # start events


def not_run(drawn: Graph) -> Iterator[Fault]:
    """Yield the nodes of which nobody runs what they say."""
    for element in drawn.nodes.values():
        what, remedy = _reason(element, drawn)
        if what:
            message = f"“{element.label}” is {what}, which the platform does not run."
            yield fault(element, "not-run", message, remedy)


def _reason(element: Element, drawn: Graph) -> tuple[str, str]:
    kinds = [trigger.kind for trigger in element.triggers if not _runs(trigger.kind, element, drawn)]
    if kinds and not element.is_told:
        return f"{_words(element.kind, start='a')} of the kind {kinds[0]}", "Draw another kind of event."
    return "", ""


def _runs(kind: str, element: Element, drawn: Graph) -> bool:
    is_beside = drawn.scope_of[element.id] in drawn.event_sub_processes
    if element.kind == "startEvent" and is_beside and kind in _IN_EVENT_SUB_PROCESS:
        return True
    return kind in _EVENTS_RUN.get(element.kind, ())


def _words(tag: str, *, start: str = "") -> str:
    """Return "user task" for userTask, after "a" or "an" when it is to `start` so."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in tag)
    article = f"{start}n " if start and words[0] in "aeiou" else f"{start} " if start else ""
    return article + words
