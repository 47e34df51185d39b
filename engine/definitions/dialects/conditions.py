"""The conditions of sequence flows, loops and conditional events, in whichever language they are written."""

from collections.abc import Callable

from lxml import etree

from engine.definitions.dialects.expressions import juel
from engine.definitions.dialects.expressions.translating import juel_condition
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation
from engine.definitions.xml import local_name

WHAT = {"conditionExpression": "condition", "condition": "condition", "completionCondition": "completion condition"}
REMEDY = "Write it in FEEL, such as =amount > 500, or let an officer decide at the gateway."


def translate(root: etree._Element, told: Translation) -> None:
    """Translate every condition; one that is not certain stays as it is, with a fault."""
    for node in called(root, *WHAT):
        text = (node.text or "").strip()
        translator = _translator(node, text)
        holder = node.getparent()
        if translator is None or holder is None:
            continue
        after = told.expression(holder, WHAT[local_name(node)], text, translator, REMEDY)
        if after is not None:
            node.text = after
            node.attrib.pop("language", "")


def _translator(node: etree._Element, text: str) -> Callable[[str], str] | None:
    if juel.is_juel(text):
        return juel_condition
    return None
