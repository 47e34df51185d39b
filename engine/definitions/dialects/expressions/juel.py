"""JUEL, the expression language of the Java engines: `${amount > 500 && !approved}`, and texts with such parts."""

from collections.abc import Iterator

from engine.definitions.dialects.expressions.java_words import ENGINE_NAMES, FUNCTIONS, NAMES, VARIABLES
from engine.definitions.dialects.expressions.lexing import LONGEST
from engine.definitions.dialects.expressions.meaning import Language
from engine.definitions.dialects.expressions.methods import DATES, TEXTS_AND_LISTS
from engine.definitions.dialects.expressions.nodes import Literal, Node, Unsure
from engine.definitions.dialects.expressions.parsing import SYMBOLS, Grammar, parse

WORDS = {
    "or": "||",
    "and": "&&",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
    "mod": "%",
}
GRAMMAR = Grammar(
    binary={**SYMBOLS, **{word: SYMBOLS[symbol] for word, symbol in WORDS.items()}},
    prefixes={"!": "not", "not": "not", "-": "-", "empty": "empty"},
    function_groups=frozenset(("variables", "vars", "var", "date")),
)
OPENERS = ("${", "#{")
LANGUAGE = Language(
    functions=FUNCTIONS,
    methods={**TEXTS_AND_LISTS, **DATES, **VARIABLES},
    names=NAMES,
    holders=("environment.variables", "environment.output"),  # of the engine for Node.js
    engine_names=ENGINE_NAMES | {"environment"},
    has_getters=True,
    converts_texts=True,
    adds_texts=False,
)


def is_juel(text: str) -> bool:
    """Say whether a text has an expression in it."""
    return any(opener in text for opener in OPENERS)


def read(text: str) -> Node:
    """Return the tree of what stands between the braces of one expression."""
    return parse(text, GRAMMAR)


def parts(text: str) -> list[Node]:
    """Return a text's literal parts and expressions in order; raise Unsure for braces that do not close."""
    if len(text) > LONGEST:
        raise Unsure(f"It has {len(text):,} characters; {LONGEST:,} are read.")
    found: list[Node] = []
    for piece, is_expression in _pieces(text):
        if is_expression:
            found.append(read(piece))
        elif piece:
            found.append(Literal(piece))
    return found


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    position, plain = 0, ""
    while position < len(text):
        if text[position] == "\\" and text[position + 1 : position + 3] in OPENERS:
            plain, position = plain + text[position + 1 : position + 3], position + 3
        elif text[position : position + 2] in OPENERS:
            yield plain, False
            closing = _closing(text, position + 2)
            yield text[position + 2 : closing], True
            plain, position = "", closing + 1
        else:
            plain, position = plain + text[position], position + 1
    yield plain, False


def _closing(text: str, position: int) -> int:
    """Return where the brace closes, passing over texts in quotes and braces within."""
    depth, quote = 1, ""
    while position < len(text):
        sign = text[position]
        if quote:
            position += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if depth == 0:
                return position
        position += 1
    raise Unsure("A brace opens and does not close.")
