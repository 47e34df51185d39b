"""Reads and writes BPMN's diagram interchange: the shapes and edges of a file."""

from collections.abc import Iterable, Sequence

from lxml import etree

from engine.definitions.importing.layout.boxes import Box, Point
from engine.definitions.importing.tree import Ids, Node, remove
from engine.definitions.xml import BPMNDI, NAMESPACES

DC = NAMESPACES["dc"]
DI = "http://www.omg.org/spec/DD/20100524/DI"
_MAP = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
NAMED_BELOW = ("Event", "Gateway")


class Interchange:
    """The shapes and edges of a file by the ids of what they draw."""

    def __init__(self, root: Node) -> None:
        self.root, self.ids = root, Ids(root)
        self.shapes = {n.get("bpmnElement", ""): n for n in root.iter(f"{{{BPMNDI}}}BPMNShape")}
        self.edges = {n.get("bpmnElement", ""): n for n in root.iter(f"{{{BPMNDI}}}BPMNEdge")}
        self.boxes: dict[str, Box] = {}
        for element, shape in list(self.shapes.items()):
            box = box_of(shape)
            if box is not None:
                self.boxes[element] = box
            else:
                remove(self.shapes.pop(element))  # nobody can draw it, so it counts as missing

    @property
    def planes(self) -> list[Node]:
        """Return the planes, on which shapes stand."""
        return list(self.root.iter(f"{{{BPMNDI}}}BPMNPlane"))

    def plane_of(self, elements: Iterable[str]) -> Node | None:
        """Return the plane that draws one of `elements`, or that has the shape of one."""
        wanted = set(elements)
        for plane in self.planes:
            if plane.get("bpmnElement") in wanted:
                return plane
        shape = next((self.shapes[element] for element in self.shapes if element in wanted), None)
        return shape.getparent() if shape is not None else None

    def new_plane(self, element: str) -> Node:
        """Return a new plane for a process, a collaboration or a sub-process."""
        diagram = etree.SubElement(self.root, f"{{{BPMNDI}}}BPMNDiagram", nsmap=_MAP)
        diagram.set("id", self.ids.fresh(f"{element}_diagram"))
        plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane")
        plane.set("id", self.ids.fresh(f"{element}_plane"))
        plane.set("bpmnElement", element)
        return plane

    def add_shape(self, plane: Node, element: str, box: Box, *, kind: str = "", is_flat: bool = False) -> None:
        """Draw a shape; a name stands under events and gateways."""
        shape = self._new(plane, "BPMNShape", element)
        if is_flat:
            shape.set("isHorizontal", "true")
        if kind in ("subProcess", "transaction", "adHocSubProcess"):
            shape.set("isExpanded", "true" if box.width > 100 else "false")
        if kind == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, box)
        if kind.endswith(NAMED_BELOW):
            label = etree.SubElement(shape, f"{{{BPMNDI}}}BPMNLabel")
            _bounds(label, Box(box.middle[0] - 45, box.bottom + 4, 90, 14))
        self.shapes[element], self.boxes[element] = shape, box

    def add_edge(self, plane: Node, element: str, points: Sequence[Point], label: Box | None = None) -> None:
        """Draw an edge, in place of the one that there is."""
        old = self.edges.pop(element, None)
        if old is not None:
            plane = old.getparent() if old.getparent() is not None else plane  # type: ignore[assignment]
            plane.remove(old)
        edge = self._new(plane, "BPMNEdge", element)
        for x, y in points:
            waypoint = etree.SubElement(edge, f"{{{DI}}}waypoint", nsmap=_MAP)
            waypoint.set("x", _number(x))
            waypoint.set("y", _number(y))
        if label is not None:
            _bounds(etree.SubElement(edge, f"{{{BPMNDI}}}BPMNLabel"), label)
        self.edges[element] = edge

    def _new(self, plane: Node, kind: str, element: str) -> Node:
        made = etree.SubElement(plane, f"{{{BPMNDI}}}{kind}", nsmap=_MAP)
        made.set("id", self.ids.fresh(f"{element}_{'shape' if kind == 'BPMNShape' else 'edge'}"))
        made.set("bpmnElement", element)
        return made


def points_of(edge: Node) -> list[Point]:
    """Return the corners of an edge; none where one is not a number."""
    try:
        return [(float(p.get("x", "")), float(p.get("y", ""))) for p in edge.iter(f"{{{DI}}}waypoint")]
    except ValueError:
        return []


def box_of(shape: Node) -> Box | None:
    """Return the place of a shape; none when it does not say it, or says no numbers."""
    bounds = shape.find("dc:Bounds", NAMESPACES)
    if bounds is None:
        return None
    try:
        x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return Box(x, y, width, height) if all(abs(n) < 1e6 for n in (x, y, width, height)) else None


def _bounds(node: Node, box: Box) -> None:
    bounds = etree.SubElement(node, f"{{{DC}}}Bounds", nsmap=_MAP)
    for name, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height)):
        bounds.set(name, _number(value))


def _number(value: float) -> str:
    return str(round(value))
