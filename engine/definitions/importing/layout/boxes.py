"""The places of shapes on a drawing, in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.definitions.elements import EVENTS, GATEWAYS

Point = tuple[float, float]

EVENT, GATEWAY = 36.0, 50.0
TASK = (100.0, 80.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right border."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the lower border."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Return the centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """Return the same box elsewhere."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, by: float) -> "Box":
        """Return a box that is larger on every side."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: "Box") -> bool:
        """Say whether two boxes share more than a border."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, point: Point) -> bool:
        """Say whether a point lies in the box or on its border."""
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


def size_of(kind: str) -> tuple[float, float]:
    """Return the usual width and height of a flow node."""
    if kind in EVENTS:
        return EVENT, EVENT
    if kind in GATEWAYS:
        return GATEWAY, GATEWAY
    return TASK


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all; an empty one at the corner when there are none."""
    every = list(boxes)
    if not every:
        return Box(0, 0, 0, 0)
    x, y = min(box.x for box in every), min(box.y for box in every)
    return Box(x, y, max(box.right for box in every) - x, max(box.bottom for box in every) - y)
