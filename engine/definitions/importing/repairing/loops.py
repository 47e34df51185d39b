"""Repairs of loops that do not say how often, and of rounds that no path leaves: an officer says when it is done."""

from collections.abc import Iterator
from functools import partial

from engine.definitions.checks import flows as checks
from engine.definitions.elements import Element
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.tree import (
    Node,
    add_flow,
    add_node,
    bpmn,
    outgoing,
    remove,
    set_property,
)
from engine.definitions.xml import NAMESPACES, child_text


def find(drawing: Drawing) -> Iterator[Repair]:
    """Draw the question whether it is to be done again where nothing else answers it."""
    for node in drawing.nodes:
        marker = drawing.written(node.id).find("bpmn:standardLoopCharacteristics", NAMESPACES)
        if node.loop is not None and not node.loop.collection and not node.loop.cardinality:
            yield _asked(drawing, node, "loop-without-items", "nothing says for what")
        elif marker is not None and not child_text(marker, "bpmn:loopCondition") and not marker.get("loopMaximum"):
            yield _asked(drawing, node, "loop-without-end", "nothing says until when")


def _asked(drawing: Drawing, node: Element, code: str, why: str) -> Repair:
    message = f"“{node.label}” is done several times, and {why}: an officer says each time whether once more."
    return Repair(node.id, code, message, partial(_ask, drawing, node.id), "loop", "decidedBy = officer")


def _ask(drawing: Drawing, node_id: str) -> None:
    node = drawing.written(node_id)
    for marker in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        for found in node.findall(bpmn(marker)):
            remove(found)
    leaving = outgoing(drawing.root, node)
    gateway = _question(drawing, node)
    if len(leaving) == 1:
        leaving[0].set("sourceRef", gateway.get("id", ""))
        leaving[0].set("name", leaving[0].get("name") or "Go on")
    else:
        _go_on(drawing, gateway, leaving)


def _question(drawing: Drawing, node: Node) -> Node:
    """Draw the gateway behind a step that leads back to it when it is to be done once more."""
    gateway = add_node(node, "exclusiveGateway", drawing.ids.fresh(f"{node.get('id')}_again"), "Once more?")
    set_property(gateway, "decidedBy", "officer")
    add_flow(drawing.root, node, gateway, ids=drawing.ids)
    add_flow(drawing.root, gateway, node, ids=drawing.ids, name="Once more")
    return gateway


def _go_on(drawing: Drawing, gateway: Node, leaving: list[Node]) -> None:
    """Lead on from the question to where several flows went, or to an end where none did."""
    kind, name = ("parallelGateway", "") if leaving else ("endEvent", "Done")
    after = add_node(gateway, kind, drawing.ids.fresh(f"{gateway.get('id')}_done"), name)
    add_flow(drawing.root, gateway, after, ids=drawing.ids, name="Go on")
    for flow in leaving:
        flow.set("sourceRef", after.get("id", ""))


def rounds(drawing: Drawing) -> Iterator[Repair]:
    """Draw a way out of each round that no path leaves."""
    for first in checks.rounds_without_end(drawing.drawn):
        node = drawing.drawn.nodes[first]
        message = f"From “{node.label}” on, the steps went round for ever: an officer now says when to stop."
        yield Repair(first, "no-way-out", message, partial(_leave, drawing, first), "", "decidedBy = officer")


def _leave(drawing: Drawing, node_id: str) -> None:
    """Put a question on the flows out of a step of the round: go on with it, or be done."""
    node = drawing.written(node_id)
    leaving = outgoing(drawing.root, node)
    gateway = add_node(node, "exclusiveGateway", drawing.ids.fresh(f"{node_id}_go_on"), "Go on?")
    set_property(gateway, "decidedBy", "officer")
    add_flow(drawing.root, node, gateway, ids=drawing.ids)
    end = add_node(gateway, "endEvent", drawing.ids.fresh(f"{node_id}_done"), "Done")
    add_flow(drawing.root, gateway, end, ids=drawing.ids, name="Be done")
    if len(leaving) == 1:
        leaving[0].set("sourceRef", gateway.get("id", ""))
        leaving[0].set("name", leaving[0].get("name") or "Go on")
        return
    between = add_node(gateway, "parallelGateway", drawing.ids.fresh(f"{node_id}_goes_on"))
    add_flow(drawing.root, gateway, between, ids=drawing.ids, name="Go on")
    for flow in leaving:
        flow.set("sourceRef", between.get("id", ""))
