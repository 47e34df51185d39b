"""What a template asks of the kind of a field: that a filter can write it, a loop go through it, `<` compare it.

Read from the template's tree; runs in the limited child only. Whether a field is of that kind is known to whoever
knows the category: `kind_checks`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from jinja2 import nodes

PathOf = Callable[[nodes.Node], str]

ARITHMETIC = {
    nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%",
}  # fmt: skip
ORDER = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
MEMBERSHIP = frozenset({"in", "notin"})
# Filters that hand on what they are given, and those whose result is of one kind.
HANDS_ON = frozenset({"default", "d"})
GIVES = {
    **dict.fromkeys(("abs", "count", "int", "length", "round", "sum", "wordcount"), "number"),
    **dict.fromkeys(
        "capitalize date day join lower money number paragraphs sentence_list string time title trim truncate upper"
        .split(), "string",
    ),
    "qr": "picture",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operand:
    """A value in a template: the field that it is, as it is typed there, or else its kind where that is plain."""

    path: str = ""
    typed: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is done with a value: `use` is print, loop, filter, operator, order, in or path; `word` which of these."""

    use: str
    word: str
    value: Operand
    beside: Operand = Operand()
    line: int = 0


def of_node(node: nodes.Node, path_of: PathOf) -> Iterator[Demand]:
    """Yield what one node of a template asks of the values directly beneath it."""
    for found in _of_node(node, path_of):
        if found.value.path or found.beside.path:
            yield found if found.line else replace(found, line=node.lineno)


def _of_node(node: nodes.Node, path_of: PathOf) -> Iterator[Demand]:
    if isinstance(node, nodes.Output):
        for child in node.nodes:
            yield from _printed(child, path_of)
    elif isinstance(node, nodes.Concat):
        for child in node.nodes:
            yield from (replace(one, use="filter", word="~") for one in _printed(child, path_of))
    elif isinstance(node, nodes.For):
        yield Demand("loop", "", operand(node.iter, path_of))
    elif isinstance(node, nodes.Filter) and node.node is not None:
        yield from _filtered(node, path_of)
    elif isinstance(node, nodes.BinExpr) and type(node) in ARITHMETIC:
        yield Demand("operator", ARITHMETIC[type(node)], operand(node.left, path_of), operand(node.right, path_of))
    elif isinstance(node, nodes.Neg | nodes.Pos):
        yield Demand("operator", "-", operand(node.node, path_of), Operand(kind="number"))
    elif isinstance(node, nodes.Compare):
        yield from _compared(node, path_of)
    elif isinstance(node, nodes.Getattr | nodes.Getitem):
        yield Demand("path", "", operand(node, path_of))


def _printed(node: nodes.Node, path_of: PathOf) -> Iterator[Demand]:
    """Yield what is printed: of a choice, each that may be."""
    if isinstance(node, nodes.CondExpr):
        yield from _printed(node.expr1, path_of)
        yield from _printed(node.expr2, path_of) if node.expr2 is not None else ()
    elif isinstance(node, nodes.Or):
        yield from _printed(node.left, path_of)
        yield from _printed(node.right, path_of)
    else:
        yield Demand("print", "", operand(node, path_of), line=node.lineno)


def _filtered(node: nodes.Filter, path_of: PathOf) -> Iterator[Demand]:
    assert node.node is not None
    value = operand(node.node, path_of)
    yield Demand("filter", node.name, value)
    named = next((each.value for each in node.kwargs if each.key == "attribute"), None)
    if node.name == "sum" and value.path and isinstance(named, nodes.Const):
        yield Demand(
            "operator", "+", Operand(f"{value.path}[].{named.value}", str(named.value)), Operand(kind="number")
        )


def _compared(node: nodes.Compare, path_of: PathOf) -> Iterator[Demand]:
    left = operand(node.expr, path_of)
    for each in node.ops:
        right = operand(each.expr, path_of)
        if each.op in ORDER:
            yield Demand("order", ORDER[each.op], left, right)
        elif each.op in MEMBERSHIP:
            yield Demand("in", "in", right)
        left = right


def operand(node: nodes.Node, path_of: PathOf) -> Operand:
    """Return the field that an expression is, or else its kind as far as that is plain."""
    while isinstance(node, nodes.Filter) and node.name in HANDS_ON and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        path = path_of(node)
        return Operand(path, _typed(node) if path else "")
    if isinstance(node, nodes.Const):
        return Operand(kind=_kind(node.value))
    if isinstance(node, nodes.Filter):
        return Operand(kind=GIVES.get(node.name, ""))
    if isinstance(node, nodes.List):
        return Operand(kind="list")
    if isinstance(node, nodes.BinExpr) and type(node) in ARITHMETIC and not isinstance(node, nodes.Add | nodes.Sub):
        return Operand(kind="number")
    return Operand(kind="string") if isinstance(node, nodes.Concat) else Operand()


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "number"
    return "string" if isinstance(value, str) else ""


def _typed(node: nodes.Node) -> str:
    """Return a field as it stands in the template: `work.cost`."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_typed(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        named = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
        return f"{_typed(node.node)}.{node.arg.value}" if named else f"{_typed(node.node)}[…]"  # type: ignore[attr-defined]
    return "…"
