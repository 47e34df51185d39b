"""The languages by name: what a condition, a value or a script in each is in FEEL."""

from collections.abc import Callable

from engine.definitions.dialects.expressions import clike, juel, python, scripts, xpath
from engine.definitions.dialects.expressions.meaning import Language, Meaning
from engine.definitions.dialects.expressions.nodes import Node, Unsure
from engine.definitions.dialects.expressions.python_words import PYTHON
from engine.definitions.dialects.expressions.statements import Effects, Result, Statement, effects
from engine.definitions.dialects.expressions.translating import (
    certain,
    guarded,
    juel_condition,
    juel_expression,
    juel_node,
)
from engine.definitions.dialects.expressions.writing import feel as written

# What the name of each language has in it, whatever address or media type it is written as.
NAMES = {
    "feel": "feel",
    "juel": "juel",
    "groovy": "groovy",
    "javascript": "javascript",
    "ecmascript": "javascript",
    "java": "java",
    "beanshell": "java",
    "mvel": "mvel",
    "python": "python",
    "jython": "python",
    "xpath": "xpath",
}


def named(name: str) -> str:
    """Return our word for a language; the name itself when it is none of ours."""
    plain = name.strip().lower()
    if plain in ("js", "py"):
        return {"js": "javascript", "py": "python"}[plain]
    return next((language for part, language in NAMES.items() if part in plain), plain)


def condition(text: str, language: str, booleans: frozenset[str] = frozenset()) -> str:
    """Return the FEEL, with its leading “=”, of a condition; raise Unsure when its meaning is not certain."""
    if language == "juel":
        return juel_condition(text)
    meaning = Meaning(_language(language), booleans)
    return guarded(lambda: meaning.condition(_only_value(_statements(text, language))))


def expression(text: str, language: str) -> str:
    """Return the FEEL, with its leading “=”, of a value; raise Unsure when its meaning is not certain."""
    if language == "juel":
        return juel_expression(text)
    return guarded(lambda: _meaning(language).value(_only_value(_statements(text, language))))


def script(text: str, language: str, *, stores_names: bool = False) -> Effects:
    """Return what a script comes to; raise Unsure when its meaning is not certain."""
    found = _guarded(lambda: effects(_statements(text, language, stores_names), _meaning(language)))
    for value in (*found.fields.values(), *([found.result] if found.result is not None else [])):
        certain(lambda value=value: value)  # type: ignore[misc]
    return found


def feel_of(node: Node) -> str:
    """Return the FEEL of a value of a script, behind “=”."""
    return f"={written(node)}"


def _guarded(translate: Callable[[], Effects]) -> Effects:
    try:
        return translate()
    except RecursionError:
        raise Unsure("It is nested too deeply to be translated.") from None


def _meaning(language: str) -> Meaning:
    return Meaning(_language(language))


def _language(language: str) -> Language:
    if language == "python":
        return PYTHON
    if language == "juel":
        return juel.LANGUAGE
    if language == "xpath":
        return xpath.LANGUAGE
    if language in clike.LANGUAGES:
        return clike.LANGUAGES[language]
    raise Unsure(f"The language “{language[:60]}” is not translated." if language else "No language is named.")


def _statements(text: str, language: str, stores_names: bool = False) -> list[Statement]:
    if language == "python":
        return python.read(text)
    if language == "xpath":
        return [Result(xpath.read(text))]
    scripting = clike.SCRIPTING.get(language)
    if scripting is None:
        raise Unsure(f"The language “{language[:60]}” is not translated." if language else "No language is named.")
    return scripts.read(text, scripting.storing() if stores_names else scripting)


def _only_value(statements: list[Statement]) -> Node:
    match statements:
        case [Result(value)]:
            return value
    raise Unsure("It does more than work out one value.")


def node_of(text: str, language: str) -> Node:
    """Return the tree, in FEEL, of a value; raise Unsure when its meaning is not certain."""
    return juel_node(text) if language == "juel" else _meaning(language).value(_only_value(_statements(text, language)))
