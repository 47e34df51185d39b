"""Repairs of sequence flows that lead nowhere, cross a border, or touch a start, an end or a boundary wrongly."""

from collections.abc import Iterator
from functools import partial

from engine.definitions.elements import Element
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.tree import Node, bpmn, drop_attributes, flows, incoming, outgoing, remove

# What an end event throws that a throwing event on the way cannot.
ENDS_FOR_GOOD = ("terminate", "cancel", "error")


def find(drawing: Drawing) -> Iterator[Repair]:
    """Connect what can be connected, and drop flows that lead nowhere."""
    yield from _flows(drawing)
    for node in drawing.nodes:
        if node.kind == "startEvent" and drawing.drawn.into.get(node.id):
            yield _into_start(drawing, node)
        elif node.kind == "boundaryEvent" and drawing.drawn.into.get(node.id):
            yield _into_boundary(drawing, node)
        elif node.kind == "endEvent" and drawing.drawn.out.get(node.id):
            yield _out_of_end(drawing, node)


def _flows(drawing: Drawing) -> Iterator[Repair]:
    scope_of = drawing.drawn.scope_of
    for flow in flows(drawing.root):
        flow_id, ends = flow.get("id", ""), (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        source, target = ends
        if source not in scope_of or target not in scope_of:
            message = f"The flow “{flow.get('name') or flow_id}” leads from or to nothing, and was taken out."
            yield Repair(flow_id, "dangling-flow", message, partial(remove, flow), " → ".join(ends), "", "dropped")
        elif scope_of[source] != scope_of[target]:
            yield _crossing(drawing, flow, _meet(drawing, source, target))


def _meet(drawing: Drawing, source: str, target: str) -> tuple[str, str] | None:
    """Return the two nodes, each the given one or a sub-process around it, that stand in the same scope."""
    scope_of, out = drawing.drawn.scope_of, {}
    at = source
    while at in scope_of:
        out[scope_of[at]] = at
        at = scope_of[at]
    at = target
    while at in scope_of:
        if scope_of[at] in out:
            return out[scope_of[at]], at
        at = scope_of[at]
    return None


def _crossing(drawing: Drawing, flow: Node, ends: tuple[str, str] | None) -> Repair:
    flow_id, name = flow.get("id", ""), flow.get("name") or flow.get("id", "")
    before = f"{flow.get('sourceRef')} → {flow.get('targetRef')}"
    if ends is None or ends[0] == ends[1]:
        message = f"The flow “{name}” crosses the border of a pool or sub-process, and was taken out."
        return Repair(flow_id, "crosses-border", message, partial(remove, flow), before, "", "dropped")
    message = f"The flow “{name}” crossed the border of a sub-process: it now ends at the border."
    after = f"{ends[0]} → {ends[1]}"
    return Repair(flow_id, "crosses-border", message, partial(_reconnect, drawing, flow, *ends), before, after)


def _reconnect(drawing: Drawing, flow: Node, source: str, target: str) -> None:
    flow.set("sourceRef", source)
    flow.set("targetRef", target)
    scope = drawing.written(source).getparent()
    if scope is not None and flow.getparent() is not scope:
        remove(flow)
        scope.append(flow)


def _into_start(drawing: Drawing, node: Element) -> Repair:
    others = [s for s in drawing.drawn.starts(drawing.drawn.scope_of[node.id]) if s != node.id]
    after = drawing.drawn.out.get(node.id, [])
    if others or len(after) != 1 or after[0].target == node.id:
        kind = "intermediateCatchEvent" if node.event else "intermediateThrowEvent"
        message = f"Flows led into the start event “{node.label}”: it is now an event on the way."
        return Repair(node.id, "flow-into-start", message, partial(_turn, drawing, node.id, kind), node.kind, kind)
    first = after[0].target
    message = f"Flows led back into the start event “{node.label}”: they now lead to the first step."
    return Repair(node.id, "flow-into-start", message, partial(_pass_on, drawing, node.id, first), node.id, first)


def _turn(drawing: Drawing, node_id: str, kind: str) -> None:
    node = drawing.written(node_id)
    node.tag = bpmn(kind)
    drop_attributes(node, "isInterrupting", "attachedToRef", "cancelActivity")


def _pass_on(drawing: Drawing, node_id: str, target: str) -> None:
    for flow in incoming(drawing.root, drawing.written(node_id)):
        flow.set("targetRef", target)


def _into_boundary(drawing: Drawing, node: Element) -> Repair:
    kind = "intermediateCatchEvent" if node.event else "intermediateThrowEvent"
    message = f"A flow led into the boundary event “{node.label}”: it is now an event on the way."
    return Repair(node.id, "flow-into-start", message, partial(_turn, drawing, node.id, kind), node.kind, kind)


def _out_of_end(drawing: Drawing, node: Element) -> Repair:
    if node.event in ENDS_FOR_GOOD:
        message = f"“{node.label}” ends everything, so the flow that left it was taken out."
        make = partial(_cut, drawing, node.id)
        return Repair(node.id, "flow-out-of-end", message, make, "flow", "", "dropped")
    kind = "intermediateThrowEvent"
    message = f"A flow left the end event “{node.label}”: it is now an event on the way."
    return Repair(node.id, "flow-out-of-end", message, partial(_turn, drawing, node.id, kind), node.kind, kind)


def _cut(drawing: Drawing, node_id: str) -> None:
    for flow in outgoing(drawing.root, drawing.written(node_id)):
        remove(flow)
