"""Checks whether a diagram can be read: names, ids in business words, a layout."""

import re
from collections.abc import Iterator
from contextlib import suppress

from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import ACTIVITIES, Element
from engine.definitions.faults import Fault
from engine.definitions.xml import BPMNDI, NAMESPACES

HOUSE_STYLE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
GENERATED = re.compile(r"(Activity|Event|Gateway|Flow|StartEvent|EndEvent|Task|UserTask)_[0-9a-z]{7}")
TOUCH = 2  # pixels that two shapes may share
NEIGHBOURS = 50  # shapes to the right of one that are looked at
ASKS = ("exclusiveGateway", "inclusiveGateway")


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what makes a diagram hard to read; nothing of it keeps the diagram from running."""
    shapes = {shape.get("bpmnElement") for shape in drawn.diagram.root.iter(f"{{{BPMNDI}}}BPMNShape")}
    for node in drawn.nodes.values():
        yield from _name(node)
        if not HOUSE_STYLE.fullmatch(node.id):
            is_made_up = GENERATED.fullmatch(node.id)
            why = "was made up by a modeller" if is_made_up else "is not in lower-case words joined by _"
            remedy = f"Rename it, such as {suggested(node)}: history and reports show it."
            yield fault(node, "house-style-id", f"The id “{node.id}” {why}.", remedy, "info")
        if node.id not in shapes:
            message = f"“{node.label}” has no place in the drawing: it gets one when it is deployed."
            yield fault(node, "no-layout", message, "Draw it in the modeller if it is to stand somewhere else.", "info")
    yield from _overlaps(drawn)


def _overlaps(drawn: Graph) -> Iterator[Fault]:
    """Tell of steps that lie on top of another one, so that one of them cannot be read."""
    boxes = sorted((box, node_id) for node_id, box in _boxes(drawn).items())
    for number, ((left, top, right, bottom), node_id) in enumerate(boxes):
        for (x, y, _, lower), other in boxes[number + 1 : number + 1 + NEIGHBOURS]:
            if x >= right - TOUCH:
                break
            beside = drawn.scope_of[other] == drawn.scope_of[node_id]
            if beside and x > left - TOUCH and y < bottom - TOUCH and lower > top + TOUCH:
                node = drawn.nodes[other]
                message = f"“{node.label}” and “{drawn.nodes[node_id].label}” lie on top of each other in the drawing."
                yield fault(node, "overlap", message, "Move one of them.", "info")


def _boxes(drawn: Graph) -> dict[str, tuple[float, float, float, float]]:
    """Return left, top, right and bottom of each node that stands by itself."""
    found = {}
    for shape in drawn.diagram.root.iter(f"{{{BPMNDI}}}BPMNShape"):
        node, bounds = drawn.nodes.get(shape.get("bpmnElement", "")), shape.find("dc:Bounds", NAMESPACES)
        if node is None or bounds is None or node.kind == "boundaryEvent":
            continue
        with suppress(ValueError):  # what is no number is drawn anew when it is deployed
            x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
            found[node.id] = (x, y, x + width, y + height)
    return found


def _name(node: Element) -> Iterator[Fault]:
    if node.name:
        return
    if node.kind in ACTIVITIES:
        message = f"The step “{node.id}” has no name, so officers see only its id."
        yield fault(node, "no-name", message, "Name it by a verb and a noun, such as Assess complaint.", "warning")
    elif node.kind in ASKS and len(node.outgoing) > 1:
        message = f"The gateway “{node.id}” has no name."
        yield fault(node, "no-name", message, "Name it by its question, such as Is it accepted?", "warning")


def suggested(node: Element) -> str:
    """Return an id in house style made of the node's name."""
    words = re.findall(r"[a-z0-9]+", node.name.lower().replace("'", "")) or ["assess", "complaint"]
    made = "_".join(words)[:60].strip("_")
    return made if made[0].isalpha() else f"step_{made}"
