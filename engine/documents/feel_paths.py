"""Which fields an expression of FEEL in a letter reads, as paths; what loops and conditions bind is no field."""

from collections.abc import Iterator, Mapping

from engine.feel import syntax

Bound = Mapping[str, str]  # a name to the path that it stands for; "" when it stands for none


def paths(tree: syntax.Node, bound: Bound) -> Iterator[str]:
    """Yield each field that `tree` reads, longest path only; `bound` are local names of the letter.

    In a filter, a name by itself may be an entry of the item or a field: nobody knows, so nothing is said.
    """
    yield from _paths(tree, bound, filtered=False)


def path_of(node: syntax.Node, bound: Bound, *, filtered: bool = False) -> str:
    """Return the path that a node stands for, or "" when it stands for no field."""
    if isinstance(node, syntax.Name):
        return bound.get(node.name, "" if filtered else node.name)
    if isinstance(node, syntax.Path):
        before = path_of(node.target, bound, filtered=filtered)
        return f"{before}.{node.name}" if before else ""
    if isinstance(node, syntax.Filter):
        return members(path_of(node.target, bound, filtered=filtered))
    return ""


def members(path: str) -> str:
    """Return the path of the members of a list."""
    return f"{path}[]" if path and not path.endswith("[]") else path


def _paths(node: syntax.Node, bound: Bound, *, filtered: bool) -> Iterator[str]:
    if isinstance(node, syntax.Name | syntax.Path):
        path = path_of(node, bound, filtered=filtered)
        if path:
            yield path
        elif isinstance(node, syntax.Path):
            yield from _paths(node.target, bound, filtered=filtered)
    elif isinstance(node, syntax.For | syntax.Quantified):
        yield from _of_loop(node, bound, filtered=filtered)
    elif isinstance(node, syntax.Filter):
        yield from _paths(node.target, bound, filtered=filtered)
        item = members(path_of(node.target, bound, filtered=filtered))
        yield from _paths(node.predicate, {**bound, "item": item}, filtered=True)
    elif isinstance(node, syntax.ContextLiteral):
        for key, value in node.entries:
            yield from _paths(value, bound, filtered=filtered)
            bound = {**bound, key: ""}
    elif isinstance(node, syntax.FunctionDefinition):
        yield from _paths(node.body, {**bound, **{name: "" for name, _ in node.parameters}}, filtered=filtered)
    else:
        called = node.function if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) else None
        for child in syntax.children(node):
            if child is not called:
                yield from _paths(child, bound, filtered=filtered)


def _of_loop(node: syntax.For | syntax.Quantified, bound: Bound, *, filtered: bool) -> Iterator[str]:
    bound = {**bound, "partial": ""} if isinstance(node, syntax.For) else bound
    for binding in node.bindings:
        for part in (binding.source, binding.end):
            if part is not None:
                yield from _paths(part, bound, filtered=filtered)
        bound = {**bound, binding.name: members(path_of(binding.source, bound, filtered=filtered))}
    yield from _paths(node.body, bound, filtered=filtered)
