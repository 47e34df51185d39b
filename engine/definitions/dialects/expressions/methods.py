"""Functions and methods of other languages whose meaning is certain, by name, written in FEEL."""

from collections.abc import Callable
from decimal import Decimal

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.meaning import NOTHING, Method, as_text
from engine.definitions.dialects.expressions.nodes import (
    NULL,
    Binary,
    Call,
    Choice,
    Index,
    Items,
    Literal,
    Name,
    Node,
    OfKind,
    OneOf,
    Path,
    Unsure,
    number,
)

Arguments = tuple[Node, ...]


def calling(name: str, *, least: int = 0, most: int | None = None) -> Method:
    """Return the method that is a function of FEEL with its target as the first argument."""

    def method(target: Node, arguments: Arguments) -> Node:
        count(arguments, name, least, least if most is None else most)
        return Call(None, name, (target, *arguments))

    return method


def comparing(operator: str, *, ignoring_case: bool = False) -> Method:
    """Return the method that compares its target with its one argument."""

    def method(target: Node, arguments: Arguments) -> Node:
        count(arguments, operator, 1, 1)
        sides = [Call(None, "lower case", (side,)) if ignoring_case else side for side in (target, arguments[0])]
        return Binary(operator, sides[0], sides[1])

    return method


def count(arguments: Arguments, name: str, least: int, most: int) -> None:
    """Raise Unsure unless there are as many arguments as the meaning of `name` needs."""
    if not least <= len(arguments) <= most:
        raise Unsure(f"“{name}” is called with {len(arguments)} arguments.")


def contains(target: Node, arguments: Arguments) -> Node:
    """Return whether a list has an item, or a text a part."""
    count(arguments, "contains", 1, 1)
    in_list = Call(None, "list contains", (target, arguments[0]))
    is_other = isinstance(arguments[0], Literal) and not isinstance(arguments[0].value, str)
    if is_other or isinstance(target, Items):
        return in_list
    return Choice(OfKind(target, "string"), Call(None, "contains", (target, arguments[0])), in_list)


def is_empty(target: Node, arguments: Arguments) -> Node:
    """Return whether there is nothing in a text, list or context."""
    count(arguments, "isEmpty", 0, 0)
    return OneOf(target, NOTHING[1:])


def get(target: Node, arguments: Arguments) -> Node:
    """Return the item at a place counted from 0, or the entry of a context by its key."""
    count(arguments, "get", 1, 1)
    match arguments[0]:
        case Literal(str() as key):
            return Path(target, key)
        case Literal(Decimal() as place):
            return Index(target, Literal(place + 1))
    raise Unsure("“get” is asked for what is worked out, and that may be a place in a list or a key.")


def same(target: Node, arguments: Arguments) -> Node:
    """Return the target as it is: what the method converts to is no other kind of value here."""
    return target


def joined(target: Node, arguments: Arguments) -> Node:
    """Return a text with another behind it."""
    count(arguments, "concat", 1, 1)
    return Binary("+", as_text(target), as_text(arguments[0]))


def substring(target: Node, arguments: Arguments) -> Node:
    """Return the part of a text from one place to before another, both counted from 0."""
    match arguments:
        case (Literal(Decimal() as start),):
            return Call(None, "substring", (target, Literal(start + 1)))
        case (Literal(Decimal() as start), Literal(Decimal() as end)):
            return Call(None, "substring", (target, Literal(start + 1), Literal(end - start)))
    raise Unsure("“substring” is asked for places that are worked out.")


def first(target: Node, arguments: Arguments) -> Node:
    """Return the first item of a list."""
    return Index(target, number(1))


def last(target: Node, arguments: Arguments) -> Node:
    """Return the last item of a list."""
    return Index(target, number(-1))


TEXTS_AND_LISTS: dict[str, Method] = {
    "equals": comparing("="),
    "equalsIgnoreCase": comparing("=", ignoring_case=True),
    "contains": contains,
    "containsKey": lambda target, arguments: Binary("!=", get(target, arguments), NULL),
    "isEmpty": is_empty,
    "isBlank": lambda target, arguments: is_empty(Call(None, "trim", (target,)), arguments),
    "size": calling("count"),
    "length": calling("string length"),
    "get": get,
    "startsWith": calling("starts with", least=1),
    "endsWith": calling("ends with", least=1),
    "toLowerCase": calling("lower case"),
    "toUpperCase": calling("upper case"),
    "trim": calling("trim"),
    "concat": joined,
    "substring": substring,
    "first": first,
    "last": last,
    **dict.fromkeys(("toString", "text", "asText", "stringValue"), lambda target, arguments: as_text(target)),
    **dict.fromkeys(
        # of values, and of the result of a decision
        (
            "getSingleResult",
            "getFirstResult",
            "getSingleEntry",
            "booleanValue",
            "boolValue",
            "intValue",
            "longValue",
            "doubleValue",
            "numberValue",
            "value",
            "toDate",
        ),
        same,
    ),
}


def variable(arguments: Arguments) -> Node:
    """Return the variable whose name is the first argument."""
    match arguments:
        case (Literal(str() as name), *_) if name:
            return Name(field_name(name))
        case (Name(), *_):  # Flowable lets the quotes be left out
            return arguments[0]
    raise Unsure("A variable is asked for by a name that is worked out.")


def moved(sign: str, template: str) -> Method:
    """Return the method that moves a date by a number of days, months and so on: `template` such as P{}D."""

    def method(target: Node, arguments: Arguments) -> Node:
        count(arguments, "plus", 1, 1)
        return Binary(sign, target, Call(None, "duration", (_span(template, arguments[0]),)))

    return method


def _span(template: str, amount: Node) -> Node:
    match amount:
        case Binary("*", Literal(Decimal() as left), Literal(Decimal() as right)):
            amount = Literal(left * right)
    if isinstance(amount, Literal) and isinstance(amount.value, Decimal):
        return Literal(template.format(f"{amount.value:f}"))
    before, _, behind = template.partition("{}")
    return Binary("+", Binary("+", Literal(before), as_text(amount)), Literal(behind))


SPANS = {
    "Years": "P{}Y",
    "Months": "P{}M",
    "Days": "P{}D",
    "Hours": "PT{}H",
    "Minutes": "PT{}M",
    "Seconds": "PT{}S",
}


def _weeks(method: Method) -> Method:
    return lambda target, arguments: method(target, tuple(Binary("*", amount, number(7)) for amount in arguments))


DATES: dict[str, Method] = {
    **{f"plus{name}": moved("+", template) for name, template in SPANS.items()},
    **{f"minus{name}": moved("-", template) for name, template in SPANS.items()},
    "plusWeeks": _weeks(moved("+", "P{}D")),
    "minusWeeks": _weeks(moved("-", "P{}D")),
}
NOW = Call(None, "now")
TODAY = Call(None, "today")


def constant(node: Node) -> Callable[[Arguments], Node]:
    """Return the function that always gives the same."""
    return lambda arguments: node
