"""Draws a whole file: its processes, in their pools and lanes, one under the other, and what flows between them."""

from collections.abc import Mapping

from engine.definitions.elements import FLOW_NODES
from engine.definitions.importing.layout.boxes import Box, Point
from engine.definitions.importing.layout.interchange import Interchange
from engine.definitions.importing.layout.scopes import Drawn, Scope, draw
from engine.definitions.importing.tree import Node, bpmn, children, flow_nodes, processes
from engine.definitions.xml import local_name

LEFT, TOP = 160.0, 80.0
HEAD = 30.0  # pixels for the name at the left of a pool or lane
AROUND = 40.0  # between the border of a pool and what is in it
BETWEEN = 60.0
OUTSIDE = 60.0  # the height of a pool of which nothing is known
NARROWEST = 600.0


def draw_file(root: Node, interchange: Interchange) -> None:
    """Draw everything anew: on the plane of the collaboration, or each process on a plane of its own."""
    collaboration = root.find(bpmn("collaboration"))
    if collaboration is not None and collaboration.get("id") and collaboration.find(bpmn("participant")) is not None:
        _draw_pools(root, collaboration, interchange)
    else:
        for process in processes(root):
            plane = interchange.new_plane(process.get("id", ""))
            _put(plane, process, drawn_scope(process), interchange, LEFT, TOP, None)


def _draw_pools(root: Node, collaboration: Node, interchange: Interchange) -> None:
    plane = interchange.new_plane(collaboration.get("id", ""))
    known = {process.get("id", ""): process for process in processes(root)}
    pools = [(pool, known.get(pool.get("processRef", ""))) for pool in collaboration.iter(bpmn("participant"))]
    drawings = [drawn_scope(process) if process is not None else None for _, process in pools]
    width = max([NARROWEST, *(drawing.width + 2 * AROUND + 2 * HEAD for drawing in drawings if drawing)])
    y = TOP
    for (pool, process), drawing in zip(pools, drawings, strict=True):
        has_lanes = process is not None and bool(lanes_of(process))
        height = OUTSIDE if drawing is None else drawing.height + (0 if has_lanes else 2 * AROUND)
        interchange.add_shape(plane, pool.get("id", ""), Box(LEFT, y, width, height), is_flat=True)
        if drawing is not None and process is not None:
            inside = y if has_lanes else y + AROUND
            _put(plane, process, drawing, interchange, LEFT + 2 * HEAD + AROUND, inside, Box(LEFT, y, width, height))
        y += height + BETWEEN
    for flow in collaboration.iter(bpmn("messageFlow")):
        _message(plane, flow, interchange)


def _put(
    plane: Node, process: Node, drawing: Drawn, interchange: Interchange, x: float, y: float, pool: Box | None
) -> None:
    """Put a drawn process on the plane; its lanes reach from border to border of the pool."""
    left, width = (pool.x + HEAD, pool.width - HEAD) if pool else (x - HEAD - AROUND, drawing.width + HEAD + 2 * AROUND)
    for lane, (top, height) in zip(lanes_of(process), drawing.lanes, strict=False):
        interchange.add_shape(plane, lane.get("id", ""), Box(left, y + top, width, height), is_flat=True)
    kinds = {node.get("id", ""): local_name(node) for node in flow_nodes(process)}
    for node, box in drawing.boxes.items():
        interchange.add_shape(plane, node, box.moved(x, y), kind=kinds[node])
    for flow, line in drawing.lines.items():
        label = drawing.labels.get(flow)
        interchange.add_edge(plane, flow, [(px + x, py + y) for px, py in line], label and label.moved(x, y))


def _message(plane: Node, flow: Node, interchange: Interchange) -> None:
    source = interchange.boxes.get(flow.get("sourceRef", ""))
    target = interchange.boxes.get(flow.get("targetRef", ""))
    if source is None or target is None or not flow.get("id"):
        return
    interchange.add_edge(plane, flow.get("id", ""), _between(source, target))


def _between(source: Box, target: Box) -> list[Point]:
    """Return a line from pool to pool: straight down or up where one of them is a whole pool."""
    down = source.middle[1] < target.middle[1]
    sx, tx = source.middle[0], target.middle[0]
    sx, tx = (tx, tx) if source.width > NARROWEST - 1 else (sx, sx) if target.width > NARROWEST - 1 else (sx, tx)
    start, end = (sx, source.bottom if down else source.y), (tx, target.y if down else target.bottom)
    if sx == tx:
        return [start, end]
    middle = (start[1] + end[1]) / 2
    return [start, (sx, middle), (tx, middle), end]


def lanes_of(process: Node) -> list[Node]:
    """Return the innermost lanes of a process that have an id."""
    return [
        lane for lane in process.iter(bpmn("lane")) if lane.find(bpmn("childLaneSet")) is None and lane.get("id")
    ]  # fmt: skip


def drawn_scope(container: Node) -> Drawn:
    """Return the drawing of a process or sub-process, with all that is in it."""
    return draw(scope_of(container))


def scope_of(container: Node) -> Scope:
    """Return what stands directly in a process or sub-process, sub-processes drawn already."""
    scope = Scope()
    written = {node.get("id", ""): node for node in children(container, *FLOW_NODES)}
    scope.kinds = {node_id: local_name(node) for node_id, node in written.items()}
    scope.flows = {
        flow.get("id", ""): (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        for flow in children(container, "sequenceFlow")
        if flow.get("sourceRef") in written and flow.get("targetRef") in written
    }
    scope.names = {
        flow.get("id", ""): name for flow in children(container, "sequenceFlow") if (name := flow.get("name", ""))
    }
    scope.hosts = {
        node_id: node.get("attachedToRef", "")
        for node_id, node in written.items()
        if node.get("attachedToRef") in written and local_name(node) == "boundaryEvent"
    }
    scope.lanes, scope.lane_count = _lanes(container, scope.kinds)
    scope.inner = {i: drawn_scope(node) for i, node in written.items() if flow_nodes(node)[1:]}
    return scope


def _lanes(container: Node, kinds: Mapping[str, str]) -> tuple[dict[str, int], int]:
    lanes = lanes_of(container) if local_name(container) == "process" else []
    found = {
        (reference.text or "").strip(): number
        for number, lane in enumerate(lanes)
        for reference in lane.iter(bpmn("flowNodeRef"))
    }
    return {node: found.get(node, 0) for node in kinds} if lanes else {}, max(len(lanes), 1)
