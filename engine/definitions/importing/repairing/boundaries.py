"""Repairs of boundary events that are on the border of nothing, or do not say what they wait for."""

from collections.abc import Iterator
from functools import partial

from engine.definitions.elements import ACTIVITIES, Element
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.people import is_told, told
from engine.definitions.importing.tree import bpmn, drop_attributes
from engine.definitions.xml import BPMNDI, NAMESPACES

NEAR = 12  # pixels by which a drawn event may miss the border


def find(drawing: Drawing) -> Iterator[Repair]:
    """Attach each event to the step on whose border it is drawn, else let it wait by itself."""
    boxes = _boxes(drawing)
    for node in drawing.nodes:
        if node.kind != "boundaryEvent":
            continue
        host = drawing.drawn.nodes.get(node.attached_to)
        if host is None or host.kind not in ACTIVITIES:
            yield _attached(drawing, node, _host(drawing, node, boxes))
        elif not node.event and not is_told(drawing, node.id):
            message = f"“{node.label}” does not say what it waits for: an officer says when it has happened."
            make = partial(told, drawing, node.id)
            yield Repair(node.id, "no-definition", message, make, "none", "toldBy = officer")


def _attached(drawing: Drawing, node: Element, host: Element | None) -> Repair:
    if host is not None:
        message = f"“{node.label}” is drawn on the border of “{host.label}”, and now belongs to it."
        make = partial(drawing.written(node.id).set, "attachedToRef", host.id)
        return Repair(node.id, "not-attached", message, make, node.attached_to, host.id)
    message = f"“{node.label}” was on the border of nothing: it now waits by itself."
    make = partial(_alone, drawing, node.id)
    return Repair(node.id, "not-attached", message, make, node.kind, "intermediateCatchEvent")


def _alone(drawing: Drawing, node_id: str) -> None:
    node = drawing.written(node_id)
    node.tag = bpmn("intermediateCatchEvent")
    drop_attributes(node, "attachedToRef", "cancelActivity")


Box = tuple[float, float, float, float]


def _boxes(drawing: Drawing) -> dict[str, Box]:
    """Return the place of each shape: left, top, right, bottom."""
    found = {}
    for shape in drawing.root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find("dc:Bounds", NAMESPACES)
        if bounds is not None:
            found[shape.get("bpmnElement", "")] = _box(bounds.attrib)
    return found


def _box(bounds: object) -> Box:
    read = getattr(bounds, "get")  # noqa: B009
    try:
        x, y, width, height = (float(read(name, "0")) for name in ("x", "y", "width", "height"))
    except ValueError:
        return (0, 0, 0, 0)
    return (x, y, x + width, y + height)


def _host(drawing: Drawing, node: Element, boxes: dict[str, Box]) -> Element | None:
    """Return the smallest step of the same scope on whose border the middle of the event lies."""
    left, top, right, bottom = boxes.get(node.id, (0, 0, 0, 0))
    middle = ((left + right) / 2, (top + bottom) / 2)
    scope = drawing.drawn.scope_of[node.id]
    beside = [
        each for each in drawing.nodes
        if each.kind in ACTIVITIES and drawing.drawn.scope_of[each.id] == scope and each.id in boxes
        and _on_border(middle, boxes[each.id])
    ]  # fmt: skip
    return min(beside, key=lambda each: boxes[each.id][2] - boxes[each.id][0], default=None)


def _on_border(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    left, top, right, bottom = box
    if not (left - NEAR <= x <= right + NEAR and top - NEAR <= y <= bottom + NEAR):
        return False
    return min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom)) <= NEAR
