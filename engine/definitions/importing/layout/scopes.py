"""Draws one scope (a process, or a sub-process in it) from the arrangement of its steps: boxes and lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.definitions.importing.layout.boxes import Box, Point, around, size_of
from engine.definitions.importing.layout.layers import Arrangement, Edge, arrange

GAP_X, GAP_Y = 60.0, 40.0
INSIDE = 30.0  # pixels between the border of a sub-process and what is in it
LANE = 140.0  # the least height of a lane
TRACK = 8.0  # pixels between lines that run beside each other
LETTER = 6.5  # pixels of a letter in the name of a flow
LONGEST_NAME = 90.0  # pixels; longer names take several lines
EVENT_SPACE = 44.0  # pixels that an event takes on the border of a step


@dataclass
class Scope:
    """What stands directly in a process or sub-process: kinds by id, flows by id, and which event is on which step."""

    kinds: dict[str, str] = field(default_factory=dict)
    flows: dict[str, Edge] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)  # boundary event to step
    lanes: dict[str, int] = field(default_factory=dict)
    lane_count: int = 1
    inner: dict[str, "Drawn"] = field(default_factory=dict)  # sub-processes, drawn
    names: dict[str, str] = field(default_factory=dict)  # of flows


@dataclass
class Drawn:
    """Boxes and lines, with the corner at 0, 0; lanes are (top, height), the size is that of everything."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)  # of flows
    lanes: list[tuple[float, float]] = field(default_factory=list)
    width: float = 0
    height: float = 0

    def put(self, other: "Drawn", dx: float, dy: float) -> None:
        """Take over the boxes and lines of another drawing at another place."""
        self.boxes |= {node: box.moved(dx, dy) for node, box in other.boxes.items()}
        self.labels |= {flow: box.moved(dx, dy) for flow, box in other.labels.items()}
        self.lines |= {flow: [(x + dx, y + dy) for x, y in line] for flow, line in other.lines.items()}


def draw(scope: Scope) -> Drawn:
    """Return the drawing of a scope, sub-processes with what is in them."""
    own = [node for node in scope.kinds if node not in scope.hosts]
    edges = [(scope.hosts.get(source, source), target) for source, target in scope.flows.values()]
    arranged = arrange(own, [edge for edge in edges if edge[1] in scope.kinds], scope.lanes)
    sizes = {node: _size(scope, node) for node in own}
    grid = _Grid(arranged, sizes, scope.lane_count, _name_space(scope, arranged))
    drawn = Drawn(lanes=grid.lanes)
    for node in own:
        drawn.boxes[node] = grid.box(node)
        if node in scope.inner:
            drawn.put(scope.inner[node], drawn.boxes[node].x + INSIDE, drawn.boxes[node].y + INSIDE)
    _attach(scope, drawn.boxes)
    _lines(scope, arranged, grid, drawn)
    whole = around([*drawn.boxes.values(), *(Box(x, y, 0, 0) for line in drawn.lines.values() for x, y in line)])
    drawn.width, drawn.height = whole.right, max(whole.bottom, grid.height)
    if scope.lane_count > 1 and whole.bottom > grid.height:
        top, _ = drawn.lanes[-1]
        drawn.height = whole.bottom + GAP_Y / 2
        drawn.lanes[-1] = (top, drawn.height - top)
    return drawn


def _name_space(scope: Scope, arranged: Arrangement) -> dict[int, float]:
    """Return how much room the names of flows need left of each column."""
    found: dict[int, float] = {}
    for flow, (source, target) in scope.flows.items():
        column = arranged.column[target]
        if scope.names.get(flow) and (scope.hosts.get(source, source), target) not in arranged.back:
            found[column] = max(found.get(column, 0.0), _name_width(scope.names[flow]) - GAP_X / 2 + 12)
    return {column: max(width, 0.0) for column, width in found.items()}


def _name_width(name: str) -> float:
    return min(max(len(name) * LETTER, 24.0), LONGEST_NAME)


def _size(scope: Scope, node: str) -> tuple[float, float]:
    inner = scope.inner.get(node)
    width, height = size_of(scope.kinds[node])
    if inner is not None:
        width, height = inner.width + 2 * INSIDE, inner.height + 2 * INSIDE
    events = sum(host == node for host in scope.hosts.values()) if scope.hosts else 0
    return max(width, events * EVENT_SPACE), height


def _attach(scope: Scope, boxes: dict[str, Box]) -> None:
    """Put boundary events on the lower border of their steps, side by side."""
    on: dict[str, list[str]] = {}
    for event, host in scope.hosts.items():
        on.setdefault(host, []).append(event)
    for host, events in on.items():
        box = boxes[host]
        for number, event in enumerate(events, 1):
            width, height = size_of(scope.kinds[event])
            x = box.x + box.width * (number - 0.5) / len(events) - width / 2
            boxes[event] = Box(x, box.bottom - height / 2, width, height)


class _Grid:
    """Where columns and rows lie."""

    def __init__(
        self,
        arranged: Arrangement,
        sizes: Mapping[str, tuple[float, float]],
        lane_count: int,
        name_space: Mapping[int, float],
    ) -> None:
        self.arranged, self.sizes, self.name_space = arranged, sizes, name_space
        self.left: list[float] = []
        self.widths = [max((sizes[n][0] for n in c if n in sizes), default=0.0) for c in arranged.columns]
        at = 0.0
        for column, width in enumerate(self.widths):
            at += name_space.get(column, 0.0)
            self.left.append(at)
            at += width + GAP_X
        self._stack(lane_count)

    def _stack(self, lane_count: int) -> None:
        """Stack the rows of each lane, and the lanes on each other."""
        heights: dict[tuple[int, int], float] = {}
        for node, row in self.arranged.row.items():
            key = (self.arranged.lane[node], row)
            heights[key] = max(heights.get(key, 0.0), self.sizes.get(node, (0.0, 0.0))[1])
        self.middle: dict[tuple[int, int], float] = {}
        self.lanes: list[tuple[float, float]] = []
        top = 0.0
        for lane in range(lane_count):
            at = top + (GAP_Y / 2 if lane_count > 1 else 0.0)
            for key in sorted(key for key in heights if key[0] == lane):
                height = max(heights[key], 36.0)
                self.middle[key] = at + height / 2
                at += height + GAP_Y
            height = max(at - top - GAP_Y / 2, LANE) if lane_count > 1 else at - top
            self.lanes.append((top, height))
            top += height
        self.height = max(top - (GAP_Y if lane_count == 1 else 0.0), 0.0)

    def y(self, node: str) -> float:
        return self.middle[(self.arranged.lane[node], self.arranged.row[node])]

    def box(self, node: str) -> Box:
        """Return the place of a step, in the middle of its column and row."""
        width, height = self.sizes[node]
        column = self.arranged.column[node]
        x = self.left[column] + (self.widths[column] - width) / 2
        return Box(x, self.y(node) - height / 2, width, height)

    def before(self, column: int) -> float:
        """Return where lines run up and down left of a column; names of flows stand between them and the column."""
        return self.left[column] - GAP_X / 2 - self.name_space.get(column, 0.0)


def _lines(scope: Scope, arranged: Arrangement, grid: _Grid, drawn: Drawn) -> None:
    below = grid.height + GAP_Y / 2
    for flow, (source, target) in scope.flows.items():
        if target not in drawn.boxes or source not in drawn.boxes:
            continue
        edge = (scope.hosts.get(source, source), target)
        start, points = _start(source, source in scope.hosts, drawn.boxes)
        end = (drawn.boxes[target].x, drawn.boxes[target].middle[1])
        if edge in arranged.back:
            points += _round(start, end, grid, arranged.column[edge[0]], arranged.column[target], below)
            below += TRACK
        else:
            points += _forth(start, end, grid, arranged, edge)
        drawn.lines[flow] = _plain([*points, end])
        if scope.names.get(flow):
            drawn.labels[flow] = _label(scope.names[flow], drawn.lines[flow], edge in arranged.back)


def _label(name: str, line: list[Point], is_back: bool) -> Box:
    """Return where the name of a flow stands: over its last piece, or its first when it leads back."""
    x, y = line[0] if is_back else line[-2]
    return Box(x + 4, y - 18 if y == line[-1][1] or is_back else y, _name_width(name), 14)


def _start(source: str, is_boundary: bool, boxes: Mapping[str, Box]) -> tuple[Point, list[Point]]:
    """Return where a line really begins its way to the right, and its points up to there."""
    box = boxes[source]
    if not is_boundary:
        start = (box.right, box.middle[1])
        return start, [start]
    out = (box.middle[0], box.bottom)
    under = (box.middle[0], box.bottom + TRACK)
    return under, [out, under]


def _forth(start: Point, end: Point, grid: _Grid, arranged: Arrangement, edge: Edge) -> list[Point]:
    """Return the corners of a line to the right: it changes rows only in the gaps before columns."""
    points, y = [], start[1]
    stations = [*arranged.passes.get(edge, ()), edge[1]]
    for station in stations:
        wanted = end[1] if station == edge[1] else grid.y(station)
        if abs(wanted - y) > 0.5:
            x = grid.before(arranged.column[station])
            points += [(x, y), (x, wanted)]
            y = wanted
    return points


def _round(start: Point, end: Point, grid: _Grid, source: int, target: int, below: float) -> list[Point]:
    """Return the corners of a line that leads back, under everything."""
    right = grid.left[source] + grid.widths[source] + GAP_X / 2 - TRACK
    left = grid.before(target) + TRACK
    return [(right, start[1]), (right, below), (left, below), (left, end[1])]


def _plain(points: Sequence[Point]) -> list[Point]:
    """Leave out points that stand twice, and those in the middle of a straight piece."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept if len(kept) > 1 else [*kept, *kept]


def _straight(one: Point, two: Point, three: Point) -> bool:
    return (one[0] == two[0] == three[0]) or (one[1] == two[1] == three[1])
