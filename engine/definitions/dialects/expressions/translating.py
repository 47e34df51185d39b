"""Translates whole texts: a condition, a value, or a text with expressions in it."""

from collections.abc import Callable

from engine import feel
from engine.definitions.dialects.expressions import juel
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.meaning import Meaning, as_text
from engine.definitions.dialects.expressions.nodes import Call, Items, Literal, Name, Node, Unsure
from engine.definitions.dialects.expressions.scripts import SETTERS
from engine.definitions.dialects.expressions.writing import feel as written
from engine.definitions.dialects.expressions.writing import quoted
from engine.errors import ExpressionError


def juel_condition(text: str) -> str:
    """Return the FEEL, with its leading “=”, of a condition in JUEL; raise Unsure when its meaning is not certain."""
    if not juel.is_juel(text):
        raise Unsure("It is a text, not a condition.")
    return guarded(lambda: Meaning(juel.LANGUAGE).condition(_only(juel.parts(text.strip()))))


def juel_expression(text: str) -> str:
    """Return the FEEL, with its leading “=”, of a value in JUEL, or of the name of a variable."""
    if not juel.is_juel(text):
        return guarded(lambda: Meaning(juel.LANGUAGE).value(juel.read(text)))
    return guarded(lambda: Meaning(juel.LANGUAGE).value(_only(juel.parts(text.strip()))))


def juel_text(text: str) -> str:
    """Return a text as the zeebe dialect writes it: FEEL behind “=” when it has an expression, else the text itself.

    Raises:
        Unsure: the meaning is not certain.
    """
    if not juel.is_juel(text):
        return f"={quoted(text)}" if text.startswith("=") else text
    return guarded(lambda: juel_node(text))


def juel_fields(text: str, result: str) -> dict[str, Node]:
    """Return what an expression sets, in FEEL: the variable that it sets itself, else `result` (which may be empty).

    Raises:
        Unsure: the meaning is not certain.
    """
    match juel.parts(text.strip()):
        case [Call(Name("execution" | "task"), name, (Literal(str() as field), value))] if name in SETTERS and field:
            return {field_name(field): certain(lambda: Meaning(juel.LANGUAGE).value(value))}
    return {field_name(result) if result else "": certain(lambda: juel_node(text))}


def juel_node(text: str) -> Node:
    """Return the tree, in FEEL, of a text that may have expressions in it."""
    return _joined([Meaning(juel.LANGUAGE).value(part) for part in juel.parts(text)] or [Literal("")])


def guarded(translate: Callable[[], Node]) -> str:
    """Return the FEEL of what `translate` gives, behind “=”, made sure that our own reader takes it."""
    return f"={written(certain(translate))}"


def certain(translate: Callable[[], Node]) -> Node:
    """Return what `translate` gives, made sure that our own reader takes it as FEEL; else raise Unsure."""
    try:
        node = translate()
        feel.compile(written(node))
    except RecursionError:
        raise Unsure("It is nested too deeply to be translated.") from None
    except ExpressionError as error:
        raise Unsure(f"What it would be in FEEL cannot be read. {error.message}") from error
    return node


def _only(parts: list[Node]) -> Node:
    if len(parts) != 1:
        raise Unsure("It is not one expression, but a text with parts.")
    return parts[0]


def _joined(parts: list[Node]) -> Node:
    """Return the parts of a text put together; what has no value leaves nothing, as in JUEL."""
    if len(parts) == 1:
        return parts[0]
    texts = (part if isinstance(part, Literal) else as_text(part) for part in parts)
    return Call(None, "string join", (Items(tuple(texts)),))
