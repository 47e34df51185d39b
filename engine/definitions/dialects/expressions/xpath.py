"""XPath, as conditions of BPMN use it: data objects and properties by name, compared with values."""

from engine.definitions.dialects.expressions.meaning import Language
from engine.definitions.dialects.expressions.methods import count, variable
from engine.definitions.dialects.expressions.nodes import FALSE, TRUE, Binary, Call, Node
from engine.definitions.dialects.expressions.parsing import SYMBOLS, Grammar, parse

Arguments = tuple[Node, ...]
# The functions of BPMN 2.0, section 10.4.3, that read data; `bpmn:` is left out by some.
READERS = ("getDataObject", "getDataInput", "getDataOutput", "getProcessProperty", "getActivityProperty", "getVariable")
GRAMMAR = Grammar(
    binary={
        "or": SYMBOLS["||"],
        "and": SYMBOLS["&&"],
        "=": SYMBOLS["=="],
        **{sign: SYMBOLS[sign] for sign in ("!=", "<", ">", "<=", ">=", "+", "-", "*")},
        "div": SYMBOLS["/"],
        "mod": SYMBOLS["%"],
    },
    prefixes={"-": "-"},
    constants={},
    function_groups=frozenset(("bpmn", "bpmn2", "fn", "semantic")),
)


def read(text: str) -> Node:
    """Return the tree of an expression; raise Unsure when it cannot be read to its end."""
    return parse(text, GRAMMAR)


def _not(arguments: Arguments) -> Node:
    count(arguments, "not", 1, 1)
    return Binary("!=", arguments[0], TRUE)


def _contains(arguments: Arguments) -> Node:
    count(arguments, "contains", 2, 2)
    return Call(None, "contains", arguments)


def _true(arguments: Arguments) -> Node:
    count(arguments, "true", 0, 0)
    return TRUE


def _false(arguments: Arguments) -> Node:
    count(arguments, "false", 0, 0)
    return FALSE


LANGUAGE = Language(
    functions={
        "not": _not,
        "true": _true,
        "false": _false,
        "contains": _contains,
        **{f"{prefix}{name}": variable for prefix in ("", "bpmn:", "bpmn2:", "semantic:") for name in READERS},
    }
)
