"""How a diagram is drawn: its shapes, edges and labels, and what is wrong with them as a picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from lxml import etree

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def shrunk(self, by: float = 2) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def holds(self, other: "Box") -> bool:
        across = self.x <= other.x and other.x + other.width <= self.x + self.width
        return across and self.y <= other.y and other.y + other.height <= self.y + self.height

    def meets(self, other: "Box") -> bool:
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


class Drawing:
    """The shapes and edges of one BPMN file, by the id of what they draw."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.shapes = {s.get("bpmnElement"): _box(s) for s in root.iterfind(".//bpmndi:BPMNShape", NS)}
        self.edges = {e.get("bpmnElement"): _points(e) for e in root.iterfind(".//bpmndi:BPMNEdge", NS)}
        self.labels = {
            label.getparent().get("bpmnElement"): _box(label) for label in root.iterfind(".//bpmndi:BPMNLabel", NS)
        }
        self.flows = {f.get("id"): (f.get("sourceRef"), f.get("targetRef")) for f in _flow_nodes(root, "sequenceFlow")}
        self.hosts = {b.get("id"): b.get("attachedToRef") for b in _flow_nodes(root, "boundaryEvent")}
        self.lanes = {
            lane.get("id"): [ref.text for ref in lane.iterfind("bpmn:flowNodeRef", NS)]
            for lane in root.iterfind(".//bpmn:lane", NS)
        }
        self.nodes = [node for members in self.lanes.values() for node in members]
        self.inside = {  # of a sub-process, which is drawn around them
            inner.get("id"): sub.get("id")
            for sub in _flow_nodes(root, "subProcess")
            for inner in sub
            if inner.get("id") in self.shapes
        }

    def crossings(self) -> list[tuple[str, str]]:
        """Return each pair of flows whose lines cross, touch or run over each other anywhere but at a shared shape."""
        return [
            (first, second)
            for first, second in combinations(self.flows, 2)
            if any(_meet(a, b) for a in pairwise(self.edges[first]) for b in pairwise(self.edges[second]))
            and not self._meet_at_a_shape(first, second)
        ]

    def _meet_at_a_shape(self, first: str, second: str) -> bool:
        """Say whether the two only meet where both end, at one shape's edge."""
        shared = {self.edges[first][-1], self.edges[first][0]} & {self.edges[second][-1], self.edges[second][0]}
        inner = [
            (a, b)
            for a in pairwise(self.edges[first])
            for b in pairwise(self.edges[second])
            if _meet(a, b) and not (set(a) & set(b) & shared)
        ]
        return bool(shared) and not inner

    def runs_through(self) -> list[tuple[str, str]]:
        """Return each flow that runs through a shape, or a label, that is not its own."""
        found = []
        for flow, ends in self.flows.items():
            own = {*ends, *(self.hosts.get(end) for end in ends), *(self.inside.get(end) for end in ends)}
            boxes = {n: self.shapes[n] for n in self.nodes if n not in own}
            boxes |= {f"label of {n}": box for n, box in self.labels.items() if n != flow}
            lines = list(pairwise(self.edges[flow]))
            found += [(flow, name) for name, box in boxes.items() if any(_enters(line, box.shrunk()) for line in lines)]
        return found

    def overlaps(self) -> list[tuple[str, str]]:
        """Return each pair of shapes or labels that lie on one another; a boundary event lies on its own task."""
        boxes = {n: self.shapes[n] for n in self.nodes} | {f"label of {n}": box for n, box in self.labels.items()}
        return [
            (first, second)
            for first, second in combinations(boxes, 2)
            if boxes[first].shrunk().meets(boxes[second].shrunk())
            and self.hosts.get(first) != second
            and self.hosts.get(second) != first
            and not self._stands_in(first, second)
            and not self._stands_in(second, first)
        ]

    def _stands_in(self, outer: str, label: str) -> bool:
        """Say whether a label belongs to something inside the sub-process `outer`."""
        owner = label.removeprefix("label of ")
        return outer in (self.inside.get(owner), *(self.inside.get(end) for end in self.flows.get(owner, ())))

    def outside_their_lane(self) -> list[str]:
        """Return the nodes that are not drawn inside the lane they belong to."""
        return [
            node
            for lane, members in self.lanes.items()
            for node in members
            if not self.shapes[lane].holds(self.shapes[node])
        ]


def _flow_nodes(root: etree._Element, tag: str) -> Iterator[etree._Element]:
    return root.iterfind(f".//bpmn:process//bpmn:{tag}", NS)


def _box(node: etree._Element) -> Box:
    bounds = node.find("dc:Bounds", NS)
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def _points(edge: etree._Element) -> list[Point]:
    return [(float(p.get("x")), float(p.get("y"))) for p in edge.iterfind("di:waypoint", NS)]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _on(a: Point, b: Point, c: Point) -> bool:
    """Say whether `c`, in line with them, lies between `a` and `b`."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = first, second
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    candidates = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _on(*points) for turn, points in zip(turns, candidates, strict=True))


def _enters(line: tuple[Point, Point], box: Box) -> bool:
    corners = [
        (box.x, box.y),
        (box.x + box.width, box.y),
        (box.x + box.width, box.y + box.height),
        (box.x, box.y + box.height),
    ]
    sides = zip(corners, corners[1:] + corners[:1], strict=True)
    inside = box.x < line[0][0] < box.x + box.width and box.y < line[0][1] < box.y + box.height
    return inside or any(_meet(line, side) for side in sides)
