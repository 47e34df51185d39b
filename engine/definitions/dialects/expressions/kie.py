"""The functions with which jBPM's own editor writes conditions: `KieFunctions.greaterThan(amount, "5")`."""

from engine.definitions.dialects.expressions.meaning import NOTHING, Method, as_text
from engine.definitions.dialects.expressions.methods import calling, contains, count
from engine.definitions.dialects.expressions.nodes import (
    FALSE,
    NULL,
    TRUE,
    Binary,
    Literal,
    Node,
    OneOf,
    Unsure,
    number,
)

Arguments = tuple[Node, ...]


def _limit(node: Node) -> Node:
    """Return the number that stands in quotes."""
    match node:
        case Literal(str() as text) if text.lstrip("-").replace(".", "", 1).isdecimal() and len(text) < 50:
            return number(text)
        case Literal(str()):
            raise Unsure("It compares with what is not a number.")
    return node


def _comparing(operator: str) -> Method:
    def method(target: Node, arguments: Arguments) -> Node:
        count(arguments, operator, 2, 2)
        return Binary(operator, arguments[0], _limit(arguments[1]))

    return method


def _with_one(meaning: Node, operator: str = "=") -> Method:
    def method(target: Node, arguments: Arguments) -> Node:
        count(arguments, "KieFunctions", 1, 1)
        return Binary(operator, arguments[0], meaning)

    return method


def _equals(target: Node, arguments: Arguments) -> Node:
    count(arguments, "equalsTo", 2, 2)
    return Binary("=", as_text(arguments[0]), as_text(arguments[1]))


def _is_empty(target: Node, arguments: Arguments) -> Node:
    count(arguments, "isEmpty", 1, 1)
    return OneOf(arguments[0], NOTHING)


def _between(target: Node, arguments: Arguments) -> Node:
    count(arguments, "between", 3, 3)
    value, least, most = arguments[0], _limit(arguments[1]), _limit(arguments[2])
    return Binary("and", Binary(">=", value, least), Binary("<=", value, most))


def _first(method: Method) -> Method:
    """Return the function that is a method of its first argument."""

    def function(target: Node, arguments: Arguments) -> Node:
        count(arguments, "KieFunctions", 1, 2)
        return method(arguments[0], arguments[1:])

    return function


KIE: dict[str, Method] = {
    f"KieFunctions.{name}": method
    for name, method in {
        "equalsTo": _equals,
        "greaterThan": _comparing(">"),
        "greaterOrEqualThan": _comparing(">="),
        "lessThan": _comparing("<"),
        "lessOrEqualThan": _comparing("<="),
        "between": _between,
        "isTrue": _with_one(TRUE),
        "isFalse": _with_one(FALSE),
        "isNull": _with_one(NULL),
        "isNotNull": _with_one(NULL, "!="),
        "isEmpty": _is_empty,
        "contains": _first(contains),
        "startsWith": _first(calling("starts with", least=1)),
        "endsWith": _first(calling("ends with", least=1)),
    }.items()
}
