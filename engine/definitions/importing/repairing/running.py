"""Repairs of what a process is as a whole: one that may run, with something in it."""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine.definitions.choosing import main_process
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.people import asks, by_a_person
from engine.definitions.importing.tree import Node, add_flow, bpmn, flow_nodes, processes
from engine.definitions.xml import local_name

SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")


def find(drawing: Drawing) -> Iterator[Repair]:
    """Make the process that cases run executable, and give what is empty one step."""
    main = drawing.known.process_id or main_process([drawing.drawn.diagram])
    called = {node.service.called_process for node in drawing.nodes}
    for process in processes(drawing.root):
        process_id = process.get("id", "")
        if process_id in called | {main} and process.get("isExecutable") != "true":
            message = f"The process “{process.get('name') or process_id}” was a drawing only: it may now run."
            make = partial(process.set, "isExecutable", "true")
            yield Repair(process_id, "not-executable", message, make, "isExecutable=false", "isExecutable=true")
        if process_id == main and not flow_nodes(process):
            message = "Nothing was drawn in the process: a case of it is now opened, dealt with and closed."
            yield Repair(process_id, "empty", message, partial(fill, drawing, process), "", "start, task, end")
    yield from _empty_inside(drawing)


def fill(drawing: Drawing, process: Node) -> None:
    """Draw a start, a task that deals with everything, and an end."""
    made = []
    steps = (("startEvent", "opened"), ("userTask", "deal_with_case"), ("endEvent", "dealt_with"))
    for kind, wanted in steps:
        node = etree.SubElement(process, bpmn(kind))
        node.set("id", drawing.ids.fresh(wanted))
        node.set("name", wanted.replace("_", " ").capitalize())
        made.append(node)
    start, task, end = made
    add_flow(drawing.root, start, task, ids=drawing.ids)
    add_flow(drawing.root, task, end, ids=drawing.ids)
    drawing.forget()
    asks(drawing, task.get("id", ""), {})


def _empty_inside(drawing: Drawing) -> Iterator[Repair]:
    for node in drawing.nodes:
        if node.kind not in SUB_PROCESSES or drawing.drawn.scopes.get(node.id):
            continue
        if local_name(drawing.written(node.id)) in SUB_PROCESSES:
            message = f"What happens in “{node.label}” is not drawn: it is now one task with a form."
            make = partial(by_a_person, drawing, node.id, "")
            yield Repair(node.id, "empty", message, make, node.kind, "userTask")
