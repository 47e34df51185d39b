"""What Python's functions and methods mean in FEEL, as far as it is certain."""

from collections.abc import Callable
from decimal import Decimal

from engine.definitions.dialects.expressions.meaning import Language, Method, as_text, has_value
from engine.definitions.dialects.expressions.methods import NOW, TEXTS_AND_LISTS, TODAY, calling, contains, count, get
from engine.definitions.dialects.expressions.nodes import (
    Binary,
    Call,
    Choice,
    Items,
    Literal,
    Node,
    OfKind,
    Path,
    number,
)

Arguments = tuple[Node, ...]
Function = Callable[[Arguments], Node]


def _calling(name: str, *, least: int = 1, most: int = 1) -> Function:
    """Return the function that is one of FEEL."""

    def function(arguments: Arguments) -> Node:
        count(arguments, name, least, most)
        return Call(None, name, arguments)

    return function


def _length(arguments: Arguments) -> Node:
    count(arguments, "len", 1, 1)
    if isinstance(arguments[0], (Items, Path)) and _is_list(arguments[0]):
        return Call(None, "count", arguments)
    text = Call(None, "string length", arguments)
    return Choice(OfKind(arguments[0], "string"), text, Call(None, "count", arguments))


def _is_list(node: Node) -> bool:
    match node:
        case Items() | Path(Call(None, "get entries")):
            return True
    return False


def _number(arguments: Arguments) -> Node:
    count(arguments, "float", 1, 1)
    return Call(None, "number", (as_text(arguments[0]),))


def _whole(arguments: Arguments) -> Node:
    return Call(None, "round down", (_number(arguments), number(0)))


def _rounded(arguments: Arguments) -> Node:
    count(arguments, "round", 1, 2)
    return Call(None, "decimal", (arguments[0], arguments[1] if len(arguments) == 2 else number(0)))


def _text(arguments: Arguments) -> Node:
    count(arguments, "str", 1, 1)
    return as_text(arguments[0])


def _truth(arguments: Arguments) -> Node:
    count(arguments, "bool", 1, 1)
    return has_value(arguments[0])


def _list(arguments: Arguments) -> Node:
    count(arguments, "list", 0, 1)
    return arguments[0] if arguments else Items(())


def _weeks(arguments: Arguments) -> Node:
    return _span("P{}D")(tuple(Binary("*", amount, number(7)) for amount in arguments))


def _span(template: str) -> Function:
    def function(arguments: Arguments) -> Node:
        count(arguments, "timedelta", 1, 1)
        match arguments[0]:
            case Literal(Decimal() as amount) if amount == amount.to_integral_value():
                return Call(None, "duration", (Literal(template.format(f"{amount:f}")),))
        before, _, behind = template.partition("{}")
        parts = Binary("+", Binary("+", Literal(before), as_text(arguments[0])), Literal(behind))
        return Call(None, "duration", (parts,))

    return function


def _get(target: Node, arguments: Arguments) -> Node:
    count(arguments, "get", 1, 2)
    value = get(target, arguments[:1])
    return value if len(arguments) == 1 else Call(None, "get or else", (value, arguments[1]))


def _now(target: Node, arguments: Arguments) -> Node:
    return NOW


def _today(target: Node, arguments: Arguments) -> Node:
    return TODAY


FUNCTIONS: dict[str, Function] = {
    **{name: _calling(name) for name in ("abs", "sum", "floor", "sqrt", "any", "all")},
    **{name: _calling(name, most=50) for name in ("min", "max")},
    "modulo": _calling("modulo", least=2, most=2),
    "context put": _calling("context put", least=3, most=3),
    "append": _calling("append", least=2, most=2),
    "len": _length,
    "str": _text,
    "int": _whole,
    "float": _number,
    "Decimal": _number,
    "round": _rounded,
    "bool": _truth,
    "list": _list,
    # of timedelta, by its named arguments
    "timedelta days": _span("P{}D"),
    "timedelta weeks": _weeks,
    "timedelta hours": _span("PT{}H"),
    "timedelta minutes": _span("PT{}M"),
    "timedelta seconds": _span("PT{}S"),
}


def _entries(part: str) -> Method:
    """Return the method that lists the keys or the values of a context."""

    def method(target: Node, arguments: Arguments) -> Node:
        count(arguments, part, 0, 0)
        return Path(Call(None, "get entries", (target,)), part)

    return method


METHODS: dict[str, Method] = {
    "contains": contains,
    "keys": _entries("key"),
    "values": _entries("value"),
    "get": _get,
    "upper": calling("upper case"),
    "lower": calling("lower case"),
    "strip": calling("trim"),
    "startswith": calling("starts with", least=1),
    "endswith": calling("ends with", least=1),
    "split": calling("split", least=1),
    "total_seconds": lambda target, arguments: Binary("/", target, Call(None, "duration", (Literal("PT1S"),))),
    **dict.fromkeys(("datetime.now", "datetime.datetime.now", "datetime.utcnow", "datetime.datetime.utcnow"), _now),
    **dict.fromkeys(("date.today", "datetime.date.today"), _today),
    "isoformat": TEXTS_AND_LISTS["toString"],
}
PYTHON = Language(functions=FUNCTIONS, methods=METHODS, any_value_is_true=True)
