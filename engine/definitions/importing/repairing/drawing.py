"""What repairs look at and change: a tree of their own, its graph, and the forms that they make."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.definitions import reading
from engine.definitions.changes import Change, Kind
from engine.definitions.checks.graph import Graph, graph
from engine.definitions.elements import Element
from engine.definitions.importing.imported import Known
from engine.definitions.importing.tree import Ids, Node


@dataclass
class Drawing:
    """A diagram under repair."""

    source: str
    root: Node
    known: Known
    forms: dict[str, bytes] = field(default_factory=dict)
    _drawn: Graph | None = field(default=None, init=False)
    _ids: Ids | None = field(default=None, init=False)

    @property
    def drawn(self) -> Graph:
        """Return the graph as it now stands."""
        if self._drawn is None:
            self._drawn = graph(reading.read(self.root, source=self.source))
        return self._drawn

    @property
    def nodes(self) -> list[Element]:
        """Return the flow nodes as they now stand."""
        return list(self.drawn.nodes.values())

    @property
    def ids(self) -> Ids:
        """Return the ids that are taken."""
        if self._ids is None:
            self._ids = Ids(self.root)
        return self._ids

    def written(self, node_id: str) -> Node:
        """Return a node as it stands in the file."""
        return self.drawn.written[node_id]

    def forget(self) -> None:
        """Read the graph again: the tree was changed."""
        self._drawn = self._ids = None


@dataclass(frozen=True)
class Repair:
    """One repair that can be made: what it cures, in words, and how."""

    element: str
    code: str
    message: str
    make: Callable[[], None]
    before: str = ""
    after: str = ""
    kind: Kind = "repaired"

    @property
    def change(self) -> Change:
        """Return what is told of it."""
        return Change(self.element, self.code, self.message, self.kind, self.before, self.after)
