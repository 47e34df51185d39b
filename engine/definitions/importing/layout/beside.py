"""Draws what is missing in a drawing that there is: new steps near what they follow, new and changed flows."""

from collections.abc import Iterator

from engine.definitions.importing.layout.boxes import Box, Point, around, size_of
from engine.definitions.importing.layout.interchange import Interchange, points_of
from engine.definitions.importing.layout.pools import drawn_scope
from engine.definitions.importing.tree import Node, flow_nodes, flows
from engine.definitions.xml import local_name

NEAR = 20.0
REACH = 12  # places that are tried around a neighbour
SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")


def draw_missing(root: Node, interchange: Interchange) -> list[str]:
    """Draw each flow node and sequence flow that has no place yet, and return their ids."""
    missing = [node for node in flow_nodes(root) if node.get("id") not in interchange.shapes]
    near = _neighbours(root)
    for node in missing:
        if node.get("id") not in interchange.shapes:  # it may have been drawn with its sub-process
            _draw(node, near, interchange)
    drawn = [node.get("id", "") for node in missing]
    for flow in flows(root):
        if flow.get("id") not in interchange.edges and _connect(flow, interchange):
            drawn.append(flow.get("id", ""))
    return drawn


def redraw(root: Node, interchange: Interchange) -> None:
    """Draw flows again that no longer touch what they connect, and rub out what draws nothing any more."""
    known = {node.get("id") for node in root.iter() if isinstance(node.tag, str) and node.get("id")}
    for element, drawn in [*interchange.shapes.items(), *interchange.edges.items()]:
        parent = drawn.getparent()
        if element and element not in known and parent is not None:
            parent.remove(drawn)
    for flow in flows(root):
        edge = interchange.edges.get(flow.get("id", ""))
        if edge is not None and not _touches(flow, points_of(edge), interchange):
            _connect(flow, interchange)


def _touches(flow: Node, points: list[Point], interchange: Interchange) -> bool:
    ends = (interchange.boxes.get(flow.get("sourceRef", "")), interchange.boxes.get(flow.get("targetRef", "")))
    if ends[0] is None or ends[1] is None or len(points) < 2:
        return False
    return ends[0].grown(NEAR).holds(points[0]) and ends[1].grown(NEAR).holds(points[-1])


def _neighbours(root: Node) -> dict[str, list[str]]:
    """Return for each node what it follows first, then what follows it."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for flow in flows(root):
        before.setdefault(flow.get("targetRef", ""), []).append(flow.get("sourceRef", ""))
        after.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    return {node: before.get(node, []) + after.get(node, []) for node in before.keys() | after.keys()}


def _draw(node: Node, near: dict[str, list[str]], interchange: Interchange) -> None:
    container = node.getparent()
    if container is None:
        return None
    plane = _plane(node, container, interchange)
    if plane is None:
        return _draw_apart(container, interchange)
    kind, node_id = local_name(node), node.get("id", "")
    size = size_of(kind)
    host = interchange.boxes.get(node.get("attachedToRef", ""))
    if kind == "boundaryEvent" and host is not None:
        box = Box(host.x + 20, host.bottom - size[1] / 2, *size)
    else:
        beside = [interchange.boxes[n] for n in near.get(node_id, ()) if n in interchange.boxes]
        box = _free(beside, size, interchange)
    interchange.add_shape(plane, node_id, box, kind=kind)
    return None


def _plane(node: Node, container: Node, interchange: Interchange) -> Node | None:
    """Return the plane on which a node is drawn: that of what stands beside it; none when nothing of it is drawn."""
    beside = [n.get("id", "") for n in container if n is not node and n.get("id")]
    if local_name(container) in SUB_PROCESSES:
        shape = interchange.shapes.get(container.get("id", ""))
        is_open = shape is not None and shape.get("isExpanded") == "true"
        if is_open and shape is not None:
            return shape.getparent()
        return interchange.plane_of([container.get("id", ""), *beside]) if _has_plane(container, interchange) else None
    found = interchange.plane_of([*beside, container.get("id", "")])
    return found if found is not None else next(iter(interchange.planes), None)


def _has_plane(container: Node, interchange: Interchange) -> bool:
    return any(plane.get("bpmnElement") == container.get("id") for plane in interchange.planes)


def _draw_apart(container: Node, interchange: Interchange) -> None:
    """Draw what is in a closed sub-process on a plane of its own."""
    plane = interchange.new_plane(container.get("id", ""))
    drawn = drawn_scope(container)
    kinds = {node.get("id", ""): local_name(node) for node in flow_nodes(container)}
    for node_id, box in drawn.boxes.items():
        if node_id not in interchange.shapes:
            interchange.add_shape(plane, node_id, box.moved(160, 80), kind=kinds[node_id])
    for flow, line in drawn.lines.items():
        if flow not in interchange.edges:
            interchange.add_edge(plane, flow, [(x + 160, y + 80) for x, y in line])


def _free(beside: list[Box], size: tuple[float, float], interchange: Interchange) -> Box:
    """Return the first place near what is drawn already where nothing else stands, else one under everything."""
    taken = [box for box in interchange.boxes.values() if box.width < 400 or box.height < 200]  # pools hold others
    for box in (found for neighbour in beside for found in _around(neighbour, size)):
        if not any(box.grown(NEAR / 2).overlaps(other) for other in taken):
            return box
    whole = around(interchange.boxes.values())
    return Box(whole.x + NEAR, whole.bottom + NEAR, *size)


def _around(box: Box, size: tuple[float, float]) -> Iterator[Box]:
    """Yield places beside a box: to its right, then under it, then over it, each time a step further."""
    width, height = size
    level = box.middle[1] - height / 2
    for step in range(REACH):
        right = box.right + NEAR + step * (width + NEAR)
        yield Box(right, level, width, height)
        yield Box(right, level + (height + NEAR) * (step + 1), width, height)
        yield Box(box.middle[0] - width / 2, box.bottom + NEAR + step * (height + NEAR), width, height)
        yield Box(right, level - (height + NEAR) * (step + 1), width, height)


def _connect(flow: Node, interchange: Interchange) -> bool:
    """Draw a flow between the shapes of its ends; say whether both are drawn."""
    source = interchange.boxes.get(flow.get("sourceRef", ""))
    target = interchange.boxes.get(flow.get("targetRef", ""))
    shape = interchange.shapes.get(flow.get("sourceRef", ""))
    plane = shape.getparent() if shape is not None else None
    if source is None or target is None or plane is None or not flow.get("id"):
        return False
    interchange.add_edge(plane, flow.get("id", ""), line(source, target))
    return True


def line(source: Box, target: Box) -> list[Point]:
    """Return a line with right angles from one shape to another."""
    (sx, sy), (tx, ty) = source.middle, target.middle
    if target.x >= source.right:
        start, end = (source.right, sy), (target.x, ty)
        middle = (source.right + target.x) / 2
        return [start, end] if sy == ty else [start, (middle, sy), (middle, ty), end]
    if target.y >= source.bottom or target.bottom <= source.y:
        down = target.y >= source.bottom
        start, end = (sx, source.bottom if down else source.y), (tx, target.y if down else target.bottom)
        middle = (start[1] + end[1]) / 2
        return [start, end] if sx == tx else [start, (sx, middle), (tx, middle), end]
    below = max(source.bottom, target.bottom) + NEAR
    return [(sx, source.bottom), (sx, below), (tx, below), (tx, target.bottom)]
