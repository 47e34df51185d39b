"""Checks the sequence flows: that they connect what exists, that every step is reached and leads to an end."""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import Element
from engine.definitions.faults import Fault
from engine.definitions.xml import BPMN, line_of

HEEDLESS = ("parallelGateway", "eventBasedGateway")
SPLITS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway")


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with how the steps of a diagram are connected."""
    yield from _dangling(drawn)
    yield from _unreachable(drawn)
    yield from _ends(drawn)
    yield from _without_a_way_out(drawn)
    yield from _several_out(drawn)


def _dangling(drawn: Graph) -> Iterator[Fault]:
    for node in drawn.diagram.root.iter(f"{{{BPMN}}}sequenceFlow"):
        missing = [end for end in ("sourceRef", "targetRef") if node.get(end, "") not in drawn.nodes]
        if missing:
            yield _loose(node, missing[0])
        elif drawn.scope_of[node.get("sourceRef", "")] != drawn.scope_of[node.get("targetRef", "")]:
            message = f"The flow “{_name(node)}” crosses the border of a sub-process."
            yield _at(node, "crosses-border", message, "Let it end at the sub-process, or begin there.")


def _loose(node: etree._Element, end: str) -> Fault:
    where, reference = ("begins" if end == "sourceRef" else "ends"), node.get(end, "")
    what = f"at “{reference}”, which is not in the diagram" if reference else "nowhere"
    message = f"The flow “{_name(node)}” {where} {what}."
    return _at(node, "dangling-flow", message, "Connect it to a step, or delete it.")


def _at(node: etree._Element, code: str, message: str, remedy: str) -> Fault:
    return Fault(node.get("id", ""), code, "error", message, remedy, line_of(node))


def _name(node: etree._Element) -> str:
    return str(node.get("name") or node.get("id", ""))


def _unreachable(drawn: Graph) -> Iterator[Fault]:
    for scope, members in drawn.scopes.items():
        starts = drawn.starts(scope)
        if not starts:
            continue  # told once, as a process that never begins
        reached = drawn.reached(starts)
        for node_id in members:
            node = drawn.nodes[node_id]
            if node_id in reached or (node.attached_to and node.attached_to not in reached):
                continue  # a boundary event is told by its activity
            message = f"No path leads from the start to “{node.label}”, so it would never happen."
            yield fault(node, "unreachable", message, "Connect it to the step before it, or delete it.")


def _ends(drawn: Graph) -> Iterator[Fault]:
    for node in drawn.nodes.values():
        out, into = drawn.out.get(node.id), drawn.into.get(node.id)
        if node.kind == "endEvent" and out:
            yield fault(node, "flow-out-of-end", f"A flow leaves the end event “{node.label}”.", "Delete the flow.")
        elif node.kind in ("startEvent", "boundaryEvent") and into:
            kind = "start event" if node.kind == "startEvent" else "boundary event"
            message = f"A flow leads into the {kind} “{node.label}”."
            yield fault(node, "flow-into-start", message, "Let it lead to the step that follows.")
        if not out:
            yield from _last(node, drawn)


def _last(node: Element, drawn: Graph) -> Iterator[Fault]:
    """Tell of a node that nothing follows, in a scope that otherwise draws where it ends."""
    if node.kind == "eventBasedGateway":
        message = f"“{node.label}” waits for an event, and leads to none: the case would stop here."
        yield fault(node, "no-way-on", message, "Connect it to the events that it waits for.")
    elif node.kind != "endEvent" and node.event != "link" and not _is_drawn_apart(node, drawn):
        ends = any(drawn.nodes[node_id].kind == "endEvent" for node_id in drawn.scopes[drawn.scope_of[node.id]])
        if ends:
            message = f"Nothing follows “{node.label}”: its path ends there."
            yield fault(node, "no-way-on", message, "Connect it to the next step if more is meant.", "info")


def _is_drawn_apart(node: Element, drawn: Graph) -> bool:
    return node.id in drawn.compensators | drawn.event_sub_processes


def _without_a_way_out(drawn: Graph) -> Iterator[Fault]:
    for node_id in rounds_without_end(drawn):
        first = drawn.nodes[node_id]
        message = f"From “{first.label}” on, the steps go round for ever: no path leads to an end event."
        yield fault(first, "no-way-out", message, "Draw a gateway that leads out of the loop.")


def rounds_without_end(drawn: Graph) -> Iterator[str]:
    """Yield the first step of each scope whose tokens go round without ever coming to an end."""
    for scope, members in drawn.scopes.items():
        can_end = drawn.leading_to(node_id for node_id in members if not drawn.out.get(node_id))
        stuck = drawn.reached(drawn.starts(scope)) - can_end
        circling = (n for n in members if n in stuck and n in drawn.reached(drawn.following(n)))
        yield from islice(circling, 1)


def _several_out(drawn: Graph) -> Iterator[Fault]:
    for node in drawn.nodes.values():
        edges = drawn.out.get(node.id, [])
        conditional = [edge for edge in edges if edge.condition]
        if node.kind in HEEDLESS and conditional:
            message = f"A flow out of “{node.label}” has a condition, which nobody asks: all its flows are followed."
            remedy = "Draw an exclusive or inclusive gateway, or delete the condition."
            yield fault(node, "unasked-condition", message, remedy, "warning")
        if node.kind in SPLITS:
            continue
        if len(conditional) == len(edges) > 0 and not node.default_flow:
            message = f"Every flow out of “{node.label}” has a condition: when none holds, the case stops."
            yield fault(node, "no-default", message, "Make one of the flows the default.", "warning")
        elif not conditional and len(edges) > 1:
            message = f"{len(edges)} flows leave “{node.label}”, so all of them are followed at the same time."
            remedy = "Draw an exclusive gateway if only one of them is meant."
            yield fault(node, "several-flows-out", message, remedy, "info")
