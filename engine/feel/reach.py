"""What the compiler knows about a place: the names bound around it, and how deep it lies."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.feel import syntax


@dataclass(frozen=True, slots=True)
class Reach:
    """`names` are bound by loops, parameters and context entries; `open` when a filter may bind any name."""

    names: frozenset[str] = frozenset()
    open: bool = False
    height: int = 0

    def binds(self, name: str) -> bool:
        """Tell whether `name` may be bound by the expression itself."""
        return self.open or name in self.names

    def binding(self, *names: str) -> "Reach":
        """Return the reach inside a form that binds `names`."""
        return replace(self, names=self.names.union(names))

    def in_filter(self) -> "Reach":
        """Return the reach inside a filter, where each entry of an item is a name."""
        return replace(self, open=True, names=self.names | {"item"})

    def deeper(self) -> "Reach":
        """Return the reach one level down the tree."""
        return Reach(self.names, self.open, self.height + 1)

    def at_height(self, height: int) -> "Reach":
        """Return the reach with its depth counted anew, for the body of a function."""
        return replace(self, height=height)


def walk(node: syntax.Node) -> Iterator[syntax.Node]:
    """Yield `node` and every node beneath it, without recursion."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(syntax.children(here))


def mentions(node: syntax.Node, name: str) -> bool:
    """Tell whether the tree reads the name anywhere."""
    return any(isinstance(part, syntax.Name) and part.name == name for part in walk(node))


@dataclass(frozen=True, slots=True)
class Place:
    """A node where it stands: the names bound around it, and whether a filter may bind any other name there."""

    node: syntax.Node
    bound: frozenset[str]
    filtered: bool
    called: bool = False


def places(tree: syntax.Node) -> Iterator[Place]:
    """Yield every node of a tree with what is bound around it; the name of a called function is `called`."""
    waiting = [Place(tree, frozenset(), False)]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(beneath(here))


def beneath(here: Place) -> list[Place]:
    """Return the places directly beneath one, in reading order."""
    filter_below = here.node.predicate if isinstance(here.node, syntax.Filter) else None
    function = here.node.function if isinstance(here.node, syntax.Call) else None
    return [
        Place(child, bound, here.filtered or child is filter_below, child is function)
        for child, bound in _inner(here.node, here.bound)
    ]


def free_names(tree: syntax.Node) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a tree may read from outside, and the names of the functions that it calls.

    Inside a filter every name may be an entry of an item; it counts as read all the same.
    """
    names = [place for place in places(tree) if isinstance(place.node, syntax.Name)]
    free = [(place.node.name, place.called) for place in names if place.node.name not in place.bound]  # type: ignore[attr-defined]
    return frozenset(name for name, called in free if not called), frozenset(name for name, called in free if called)


def _inner(node: syntax.Node, bound: frozenset[str]) -> list[tuple[syntax.Node, frozenset[str]]]:
    """Return the nodes beneath a node, each with the names that are bound for it."""
    if isinstance(node, (syntax.For, syntax.Quantified)):
        return _inner_bindings(node, bound)
    if isinstance(node, syntax.FunctionDefinition):
        return [(node.body, bound.union(name for name, _ in node.parameters))]
    if isinstance(node, syntax.ContextLiteral):
        return _inner_entries(node, bound)
    if isinstance(node, syntax.Filter):
        return [(node.target, bound), (node.predicate, bound | {"item"})]
    if isinstance(node, syntax.In):
        return [(node.value, bound), *((test, bound | {"?"}) for test in node.tests)]
    return [(child, bound) for child in syntax.children(node)]


def _inner_bindings(
    node: syntax.For | syntax.Quantified, bound: frozenset[str]
) -> list[tuple[syntax.Node, frozenset[str]]]:
    found: list[tuple[syntax.Node, frozenset[str]]] = []
    if isinstance(node, syntax.For):
        bound |= {"partial"}
    for binding in node.bindings:
        found += [(part, bound) for part in (binding.source, binding.end) if part is not None]
        bound |= {binding.name}
    return [*found, (node.body, bound)]


def _inner_entries(node: syntax.ContextLiteral, bound: frozenset[str]) -> list[tuple[syntax.Node, frozenset[str]]]:
    found: list[tuple[syntax.Node, frozenset[str]]] = []
    for key, value in node.entries:
        found.append((value, bound | {key} if isinstance(value, syntax.FunctionDefinition) else bound))
        bound |= {key}
    return found
