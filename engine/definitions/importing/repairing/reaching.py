"""Repairs of steps that no path leads to: each floating part begins when the case does."""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.running import fill
from engine.definitions.importing.tree import Node, add_flow, bpmn, definitions, remove, set_property


def find(drawing: Drawing) -> Iterator[Repair]:
    """Connect the first step of each floating part to the start, and draw a start where nothing can begin."""
    for scope, members in drawing.drawn.scopes.items():
        if scope in drawing.drawn.nodes and drawing.drawn.nodes[scope].kind == "adHocSubProcess":
            continue
        starts = drawing.drawn.starts(scope)
        first = _start(drawing, scope, starts)
        for head in _floating(drawing, members, starts):
            node = drawing.drawn.nodes[head]
            message = f"No path led to “{node.label}”: it now begins together with the rest."
            make = partial(_begin, drawing, first, head)
            yield Repair(head, "unreachable", message, make, "", first or "start")
    yield from _never_begun(drawing)


def _never_begun(drawing: Drawing) -> Iterator[Repair]:
    """Yield a repair for what has steps, and nothing that begins it."""
    drawn = drawing.drawn
    for scope, members in drawn.scopes.items():
        if any(drawn.nodes[node_id].kind == "startEvent" for node_id in members):
            continue
        if scope in drawn.event_sub_processes:
            node = drawn.nodes[scope]
            message = f"Nothing said which event begins “{node.label}”: an officer says when it has happened."
            heads = drawn.heads(scope) or members[:1]
            yield Repair(scope, "no-start", message, partial(_told_start, drawing, heads), "", "toldBy = officer")
        elif all(node_id in drawn.event_sub_processes for node_id in members):
            message = "Beside what waits for events, nothing was drawn: the case now begins, and is dealt with."
            yield Repair(scope, "no-start", message, partial(_fill_beside, drawing, members[0]), "", "start, task, end")


def _told_start(drawing: Drawing, heads: list[str]) -> None:
    first = drawing.written(heads[0])
    made = etree.Element(bpmn("startEvent"))
    made.set("id", drawing.ids.fresh("begin"))
    made.set("isInterrupting", "false")
    first.addprevious(made)
    set_property(made, "toldBy", "officer")
    for head in heads:
        add_flow(drawing.root, made, drawing.written(head), ids=drawing.ids)


def _fill_beside(drawing: Drawing, member: str) -> None:
    container = drawing.written(member).getparent()
    assert container is not None
    fill(drawing, container)


def _start(drawing: Drawing, scope: str, starts: list[str]) -> str:
    """Return the start event that the floating parts are connected to: the plain one, else the first."""
    events = [node_id for node_id in starts if drawing.drawn.nodes[node_id].kind == "startEvent"]
    return next((i for i in events if not drawing.drawn.nodes[i].event), events[0] if events else "")


def _floating(drawing: Drawing, members: list[str], starts: list[str]) -> Iterator[str]:
    """Yield the steps at which floating parts begin: those that nothing leads to first, then one of each circle."""
    drawn = drawing.drawn
    reached = drawn.reached(starts)
    free = [i for i in members if i not in reached and drawn.nodes[i].kind != "boundaryEvent"]
    heads = [i for i in free if not drawn.into.get(i)]
    if not starts and heads:
        return  # the process begins at its first steps, as BPMN has it
    for node_id in (*heads, *free):
        if node_id not in reached:
            reached |= drawn.reached([node_id])
            yield node_id


def _begin(drawing: Drawing, start: str, head: str) -> None:
    target = drawing.written(head)
    source = drawing.drawn.written.get(start) if start else _made_start(drawing, target)
    for definition in definitions(target) if drawing.drawn.nodes[head].kind == "endEvent" else ():
        remove(definition)  # it would end the case as soon as it begins
    if source is not None:
        add_flow(drawing.root, source, target, ids=drawing.ids)


def _made_start(drawing: Drawing, beside: Node) -> Node:
    scope = beside.getparent()
    assert scope is not None
    found = next((n for n in scope.iterchildren(bpmn("startEvent"))), None)
    if found is not None:
        return found
    made = etree.Element(bpmn("startEvent"))
    made.set("id", drawing.ids.fresh("begin"))
    made.set("name", "Begin")
    beside.addprevious(made)
    return made
