"""Works out which values make a condition hold, or keep it from holding, by reading its tree.

The proposals are tried by evaluating: nothing here needs to be complete or exact.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from engine import feel
from engine.feel import syntax
from engine.feel.reach import walk
from engine.playing.scopes import Path, Values, get

Known = Callable[[syntax.Node], Any]  # the value of a part of an expression as the case stands
Wish = tuple[feel.Expression, bool]  # and whether it is to hold

MOST_WAYS = 400
UNLIKE = "something else"
"""A text that no condition asks for."""

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def path_of(node: syntax.Node) -> Path | None:
    """Return the names of a path such as `tenancy.type`; none for anything else."""
    if isinstance(node, syntax.Name):
        return (node.name,)
    if isinstance(node, syntax.Path):
        before = path_of(node.target)
        return (*before, node.name) if before is not None else None
    return None


def paths_in(node: syntax.Node) -> list[Path]:
    """Return the paths that a tree reads, longest first where one holds another."""
    found = dict.fromkeys(path for part in walk(node) if (path := path_of(part)) is not None)
    return [path for path in found if not any(other != path and other[: len(path)] == path for other in found)]


def ways(wishes: Sequence[Wish], known: Known) -> Iterator[Values]:
    """Yield values that may fulfil all wishes."""
    yield from islice(_all([(expression.tree, want) for expression, want in wishes], known), MOST_WAYS)


def _all(wishes: list[tuple[syntax.Node, bool]], known: Known) -> Iterator[Values]:
    if not wishes:
        yield {}
        return
    (tree, want), *rest = wishes
    for first in _ways(tree, want, known):
        for others in _all(rest, known):
            if all(first.get(path, value) == value for path, value in others.items()):
                yield {**first, **others}


def _ways(node: syntax.Node, want: bool, known: Known) -> Iterator[Values]:
    if isinstance(node, syntax.Logic):
        if (node.operator == "and") == want:
            yield from _all([(operand, want) for operand in node.operands], known)
        else:
            for operand in node.operands:
                yield from _ways(operand, want, known)
    elif isinstance(node, syntax.Compare):
        yield from _compared(node.left, node.operator if want else _OPPOSITE[node.operator], node.right, known)
    elif isinstance(node, syntax.Call):
        yield from _called(node, want, known)
    elif isinstance(node, syntax.If):
        yield from _all([(node.condition, True), (node.then, want)], known)
        yield from _all([(node.condition, False), (node.otherwise, want)], known)
    elif isinstance(node, syntax.In):
        yield from _tested(node, want, known)
    elif isinstance(node, syntax.Between):
        low = known(node.low)
        yield from _set(node.value, [low] if want else [None])
    elif (path := path_of(node)) is not None:
        yield {path: want}
        if not want:
            yield {path: None}
    else:
        yield {}
        yield from _guesses(node)


def _compared(left: syntax.Node, operator: str, right: syntax.Node, known: Known) -> Iterator[Values]:
    for one, sign, other in ((left, operator, right), (right, _TURNED[operator], left)):
        if isinstance(other, syntax.Literal) and isinstance(other.value, bool) and sign in ("=", "!="):
            yield from _ways(one, other.value == (sign == "="), known)
        elif path_of(one) is not None or _counted(one) is not None:
            target = known(other)
            if target is None and not _is_null(other) and (there := path_of(other)) is not None:
                for value in _beside(1, sign):
                    yield {**next(_set(one, [value])), there: 1}
            yield from _set(one, _beside(target, sign))
    yield from _guesses(syntax.Compare(0, operator, left, right))


def _beside(target: Any, operator: str) -> list[Any]:
    """Return values that stand in a relation to `target`."""
    more, less = _step(target, 1), _step(target, -1)
    match operator:
        case "=":
            return [target]
        case "!=":
            return [_unlike(target), None] if target is not None else [UNLIKE, True, 1, {}]
        case "<":
            return [less]
        case "<=":
            return [target, less]
        case ">":
            return [more]
    return [target, more]


def _step(target: Any, by: int) -> Any:
    if isinstance(target, bool) or target is None:
        return target
    if isinstance(target, int | Decimal):
        return target + by
    if isinstance(target, date | datetime):
        return target + timedelta(days=by)
    if isinstance(target, timedelta):
        return target + timedelta(hours=by)
    return target


def _unlike(target: Any) -> Any:
    if isinstance(target, bool):
        return not target
    return UNLIKE if isinstance(target, str) else _step(target, 1)


def _set(node: syntax.Node, values: Sequence[Any]) -> Iterator[Values]:
    """Yield each value for the path of a node; for count(path) lists of that length."""
    path, counted = path_of(node), _counted(node)
    for value in values:
        if path is not None:
            yield {path: value}
        elif counted is not None and isinstance(value, int | Decimal) and 0 <= value <= 20:
            yield {counted: [f"item {number + 1}" for number in range(int(value))]}


def _counted(node: syntax.Node) -> Path | None:
    if isinstance(node, syntax.Call) and _name_of(node) == "count" and len(node.arguments) == 1:
        return path_of(node.arguments[0])
    return None


def _called(node: syntax.Call, want: bool, known: Known) -> Iterator[Values]:
    name, arguments = _name_of(node), node.arguments
    first = path_of(arguments[0]) if arguments else None
    if name == "not" and len(arguments) == 1:
        yield from _ways(arguments[0], not want, known)
        return
    if first is not None:
        second = known(arguments[1]) if len(arguments) > 1 else None
        yield from ({first: value} for value in _for_function(name, second, want))
    yield from _guesses(node)


def _for_function(name: str, second: Any, want: bool) -> list[Any]:
    match name:
        case "list contains":
            return [[second] if want else []]
        case "contains" | "starts with" | "ends with" | "matches":
            return [second if want else ""]
        case "is defined":
            return [True] if want else []
        case "is empty" | "is blank":
            return [[], "", None] if want else [["item 1"], UNLIKE]
    return []


def _tested(node: syntax.In, want: bool, known: Known) -> Iterator[Values]:
    for test in node.tests:
        yield from _set(node.value, _meeting(test, known) if want else [])
    if not want:
        yield {}  # what another wish asks for may already be none of them
        yield from _set(node.value, [UNLIKE, None])
    yield from _guesses(node)


def _meeting(test: syntax.Node, known: Known) -> list[Any]:
    if isinstance(test, syntax.UnaryTests):
        return [value for inner in test.tests for value in _meeting(inner, known)]
    if isinstance(test, syntax.Comparison):
        return _beside(known(test.operand), test.operator)
    if isinstance(test, syntax.Interval):
        start = known(test.start)
        return [start, _step(start, 1)]
    value = known(test)
    return list(value) if isinstance(value, list) else [value]


def _guesses(node: syntax.Node) -> Iterator[Values]:
    """Yield plain values for all that a tree reads, where its form tells nothing."""
    paths = paths_in(node)[:4]
    for value in (True, False, 1, UNLIKE, [], ["item 1", "item 2"], 1_000, None):
        if paths:
            yield dict.fromkeys(paths, value)


def _name_of(node: syntax.Call) -> str:
    return node.function.name if isinstance(node.function, syntax.Name) else ""


def _is_null(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Literal) and node.value is None


def known_in(scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Known:
    """Return what tells the value of a part of an expression in a scope; null where only evaluating could tell it."""

    def known(node: syntax.Node) -> Any:
        if isinstance(node, syntax.Literal | syntax.AtLiteral):
            return node.value
        if isinstance(node, syntax.Negate):
            value = known(node.operand)
            return -value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        if isinstance(node, syntax.ListLiteral):
            return [known(item) for item in node.items]
        if isinstance(node, syntax.Call):
            return _called_value(node, known, functions)
        path = path_of(node)
        return get(scope, path) if path is not None else None

    return known


def _called_value(node: syntax.Call, known: Known, functions: Mapping[str, Callable[..., Any]]) -> Any:
    name, arguments = _name_of(node), [known(argument) for argument in node.arguments]
    if name in functions and not arguments:
        return functions[name]()
    if name in ("date", "time", "date and time", "duration") and len(arguments) == 1 and isinstance(arguments[0], str):
        return feel.compile(f"{name}({json.dumps(arguments[0])})").evaluate({})
    return None
