"""The conditions of sequence flows, loops and conditional events, in whichever language they are written."""

import re
from collections.abc import Callable
from functools import partial

from lxml import etree

from engine import feel
from engine.definitions.dialects.expressions import juel, languages
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.dialects.expressions.translating import juel_condition
from engine.definitions.dialects.languages import language_of
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation
from engine.definitions.xml import local_name
from engine.errors import ExpressionError
from engine.feel.builtins import BUILTINS

WHAT = {
    "conditionExpression": "condition",
    "condition": "condition",
    "completionCondition": "completion condition",
    "loopCondition": "condition of the loop",
    "activationCondition": "condition of the gateway",
}
REMEDY = "Write it in FEEL, such as =amount > 500, or let an officer decide at the gateway."


def translate(root: etree._Element, told: Translation) -> None:
    """Translate every condition; one that is not certain stays as it is, with a fault."""
    for node in called(root, *WHAT):
        text, holder = (node.text or "").strip(), node.getparent()
        translator = _translator(text, language_of(node), frozenset(told.booleans))
        if translator is None or holder is None:
            continue
        after = told.expression(holder, WHAT[local_name(node)], text, translator, REMEDY)
        if after is not None:
            node.text = after
            node.attrib.pop("language", "")


def _translator(text: str, language: str, booleans: frozenset[str]) -> Callable[[str], str] | None:
    """Return what translates a condition; none when it is FEEL already, or empty."""
    if not text or text.startswith("=") or language == "feel":
        return None
    if juel.is_juel(text):
        return juel_condition
    if language:
        return partial(languages.condition, language=language, booleans=booleans)
    return None if _is_feel(text) else partial(_guess, booleans=booleans)


def _is_feel(text: str) -> bool:
    """Say whether a text of no named language can be read as FEEL, and no word or function in it is another's."""
    try:
        expression = feel.compile(text)
    except ExpressionError:
        return False
    if expression.calls - BUILTINS.keys() - feel.HOST.keys():
        return False
    return not re.search(r"\b(?:True|False|None)\b", text)


def _guess(text: str, booleans: frozenset[str]) -> str:
    """Return the FEEL of a text that is no FEEL, in the first language in which it is certain."""
    reasons = []
    for language in ("python", "javascript", "xpath"):
        try:
            return languages.condition(text, language, booleans)
        except Unsure as reason:
            reasons.append(reason)
    raise reasons[1]
