"""Groovy, JavaScript, Java and MVEL: one-liners of conditions and assignments."""

from engine.definitions.dialects.expressions.java_words import ENGINE_NAMES, FUNCTIONS, METHODS, NAMES, VARIABLES
from engine.definitions.dialects.expressions.kie import KIE
from engine.definitions.dialects.expressions.meaning import Language, Method, as_text
from engine.definitions.dialects.expressions.methods import DATES, NOW, TEXTS_AND_LISTS, TODAY, contains, count, same
from engine.definitions.dialects.expressions.nodes import FALSE, NULL, TRUE, Call, Items, Node
from engine.definitions.dialects.expressions.parsing import SYMBOLS, Grammar
from engine.definitions.dialects.expressions.scripts import Scripting

CONSTANTS = {"true": TRUE, "false": FALSE, "null": NULL}


def _number(target: Node, arguments: tuple[Node, ...]) -> Node:
    count(arguments, "number", 1, 1)
    return Call(None, "number", arguments)


def _text(target: Node, arguments: tuple[Node, ...]) -> Node:
    count(arguments, "string", 1, 1)
    return as_text(arguments[0])


def _argument(target: Node, arguments: tuple[Node, ...]) -> Node:
    count(arguments, "valueOf", 1, 1)
    return arguments[0]


CONVERSIONS: dict[str, Method] = {
    **dict.fromkeys(("Integer.parseInt", "Long.parseLong", "Double.parseDouble", "Float.parseFloat"), _number),
    **dict.fromkeys(("Integer.valueOf", "Long.valueOf", "Double.valueOf", "Boolean.valueOf"), _argument),
    **dict.fromkeys(("Boolean.parseBoolean",), _argument),
    "String.valueOf": _text,
    **dict.fromkeys(("Arrays.asList", "java.util.Arrays.asList", "List.of"), lambda target, items: Items(items)),
    "LocalDate.now": lambda target, arguments: TODAY,
    "LocalDateTime.now": lambda target, arguments: NOW,
}
JBPM: dict[str, Method] = {
    f"{holder}.{name}": method for holder in ("kcontext", "context") for name, method in METHODS.items()
}
ENGINES = ENGINE_NAMES | {"kcontext", "context", "connector", "spin"}


def _is_true(arguments: tuple[Node, ...]) -> Node:
    count(arguments, "Boolean", 1, 1)
    return arguments[0]


JAVA = Language(
    methods={**TEXTS_AND_LISTS, **DATES, **VARIABLES, **JBPM, **KIE, **CONVERSIONS},
    functions=FUNCTIONS,
    names={**NAMES, "Boolean.TRUE": TRUE, "Boolean.FALSE": FALSE},
    engine_names=ENGINES,
    has_getters=True,
)
GROOVY = Language(
    methods={**JAVA.methods, "toInteger": same, "toBoolean": same},
    functions=FUNCTIONS,
    names=JAVA.names,
    engine_names=ENGINES,
    has_getters=True,
    any_value_is_true=True,
)
# Where the engine for Node.js keeps the variables of the process.
HOLDERS = (
    "environment.variables",
    "environment.output",
    "this.environment.variables",
    "this.environment.output",
    "this.variables",
    "this.context.variables",
    "this.context",
    "variables",
    "content.output",
    "model",  # of a form
)
JAVASCRIPT = Language(
    methods={
        **{name: method for name, method in TEXTS_AND_LISTS.items() if name not in ("equals", "size", "get")},
        **VARIABLES,
        "includes": contains,
        "Number.parseFloat": _number,
        "Number.parseInt": _number,
        **dict.fromkeys(("toLowerCase", "toLocaleLowerCase"), TEXTS_AND_LISTS["toLowerCase"]),
    },
    functions={
        **FUNCTIONS,
        "Number": lambda arguments: _number(NULL, arguments),
        "parseInt": lambda arguments: _number(NULL, arguments[:1]),
        "parseFloat": lambda arguments: _number(NULL, arguments),
        "String": lambda arguments: _text(NULL, arguments),
    },
    names=NAMES,
    holders=HOLDERS,
    engine_names=ENGINES | {"token", "this", "environment"},
    any_value_is_true=True,
)

_GROOVY = Grammar(constants=CONSTANTS, has_elvis=True, is_java=True)
_JAVA = Grammar(constants=CONSTANTS, is_java=True)
_JAVASCRIPT = Grammar(
    binary={**SYMBOLS, "===": SYMBOLS["=="], "!==": SYMBOLS["!="]},
    constants={**CONSTANTS, "undefined": NULL},
    is_javascript=True,
)
SCRIPTING = {
    "groovy": Scripting(_GROOVY),
    "java": Scripting(_JAVA),
    "mvel": Scripting(_JAVA, stores_names=True),
    "javascript": Scripting(_JAVASCRIPT, outputs=HOLDERS),
}
LANGUAGES = {"groovy": GROOVY, "java": JAVA, "mvel": JAVA, "javascript": JAVASCRIPT}
