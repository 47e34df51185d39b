"""Repairs of loops: numbers that are none, and rounds that no path leaves."""

from collections.abc import Iterator
from functools import partial

from engine.definitions.checks import flows as checks
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.tree import (
    add_flow,
    add_node,
    bpmn,
    drop_attributes,
    outgoing,
    set_property,
)


def find(drawing: Drawing) -> Iterator[Repair]:
    """Take out numbers of rounds that are no numbers: an officer says each time whether once more."""
    for node in drawing.nodes:
        marker = drawing.written(node.id).find(bpmn("standardLoopCharacteristics"))
        most = marker.get("loopMaximum", "") if marker is not None else ""
        if marker is not None and most and not (most.isascii() and most.isdigit()):
            message = f"“{node.label}” was repeated “{most}” times, which is no number: an officer says when to stop."
            make = partial(drop_attributes, marker, "loopMaximum")
            yield Repair(node.id, "loop-wrong-number", message, make, most, "")


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
