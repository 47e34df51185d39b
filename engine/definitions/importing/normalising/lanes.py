"""Lanes list the steps that are drawn in them, and no others."""

from collections.abc import Iterator

from lxml import etree

from engine.definitions.changes import Change
from engine.definitions.elements import FLOW_NODES
from engine.definitions.importing.layout.boxes import Box
from engine.definitions.importing.layout.interchange import box_of
from engine.definitions.importing.tree import Node, bpmn, children, flow_nodes, label, processes, remove
from engine.definitions.xml import BPMNDI


def normalise(root: Node) -> Iterator[Change]:
    """Take steps that the file does not hold off the lists of the lanes; fill the lists that a drawing left out."""
    yield from _dangling(root)
    if next(root.iter(bpmn("lane")), None) is not None:
        boxes = _boxes(root)
        for process in processes(root):
            yield from _by_place(process, boxes)


def _dangling(root: Node) -> Iterator[Change]:
    known = {node.get("id") for node in flow_nodes(root)}
    for reference in list(root.iter(bpmn("flowNodeRef"))):
        named, lane = (reference.text or "").strip(), reference.getparent()
        if named in known or lane is None:
            continue
        remove(reference)
        message = f"The lane “{lane.get('name', '')}” lists the step “{named}”, which the file does not hold."
        yield Change("", "dangling-reference", message, "dropped", named)


def _by_place(process: Node, boxes: dict[str, Box]) -> Iterator[Change]:
    """List each step in the smallest lane in which its middle is drawn, where the lanes list nothing at all."""
    if next(process.iter(bpmn("flowNodeRef")), None) is not None:
        return
    lanes = [(boxes[lane_id], lane) for lane in process.iter(bpmn("lane")) if (lane_id := lane.get("id", "")) in boxes]
    for node in children(process, *FLOW_NODES):
        node_id = node.get("id", "")
        around = [(box, lane) for box, lane in lanes if node_id in boxes and box.holds(boxes[node_id].middle)]
        if around:
            _, lane = min(around, key=lambda pair: pair[0].width * pair[0].height)
            _list(lane, node_id)
            message = f"“{label(node)}” is drawn in the lane “{lane.get('name', '')}”, which now lists it."
            yield Change(node_id, "in-lane", message, "normalised", "", lane.get("name", ""))


def _list(lane: Node, node_id: str) -> None:
    reference = etree.Element(bpmn("flowNodeRef"))
    reference.text = node_id
    inner = lane.find(bpmn("childLaneSet"))
    if inner is None:
        lane.append(reference)
    else:
        inner.addprevious(reference)


def _boxes(root: Node) -> dict[str, Box]:
    places = ((shape.get("bpmnElement", ""), box_of(shape)) for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"))
    return {element_id: box for element_id, box in places if box is not None}
