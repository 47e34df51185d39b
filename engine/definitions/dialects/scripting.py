"""Script tasks: what a script sets becomes fields that FEEL works out, when all of it is certain."""

from lxml import etree

from engine.definitions.dialects.expressions import juel, languages
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.nodes import Node, Unsure
from engine.definitions.dialects.expressions.statements import Effects
from engine.definitions.dialects.extensions import add_mapping, extend, has_extension
from engine.definitions.dialects.languages import language_of
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.dialects.vendor import remove
from engine.definitions.xml import NAMESPACES, child_text

REMEDY = "Write in FEEL what it works out, or make it a task that somebody does."


def translate(root: etree._Element, told: Translation) -> None:
    """Translate every script task that has a script and nothing of our own yet."""
    for node in called(root, "scriptTask"):
        text = child_text(node, "bpmn:script")
        is_done = any(has_extension(node, name) for name in ("script", "taskDefinition"))
        if text and not is_done and not told.is_unsure(node, "script"):
            translate_text(node, text, told)


def translate_text(
    node: etree._Element, text: str, told: Translation, *, result: str = "", stores: bool = False
) -> None:
    """Translate the script `text` of a task; `result` is the variable that gets its value."""
    try:
        found = comes_to(text, _languages(node, text), stores=stores)
    except Unsure as reason:
        told.unsure(node, "script", text, reason, REMEDY)
        return
    fields = dict(found.fields)
    if result and found.result is not None:
        fields[field_name(result)] = found.result
    after = write(node, fields)
    told.translated(node, "script", f"“{label_of(node)}” now says {after}.", text, after)
    if found.says:
        told.dropped(node, "not-executed-log", "What it writes to a log, or waits for, is left out.", found.says[0])
    for script in node.findall("bpmn:script", NAMESPACES):
        remove(script)
    node.attrib.pop("scriptFormat", "")


def comes_to(text: str, candidates: list[str], *, stores: bool = False) -> Effects:
    """Return what a script comes to in the first language in which it is certain; else raise the last doubt."""
    reasons = []
    for language in candidates:
        try:
            if language == "juel":
                return Effects(result=languages.node_of(text, "juel"))
            return languages.script(text, language, stores_names=stores)
        except Unsure as reason:
            reasons.append(reason)
    raise reasons[-1]


def _languages(node: etree._Element, text: str) -> list[str]:
    named = language_of(node, attribute="scriptFormat")
    if named:
        return [named]
    return ["juel"] if juel.is_juel(text) else ["python", "java", "javascript"]


def write(node: etree._Element, fields: dict[str, Node]) -> str:
    """Make a task set fields, and return what it now says: one is a script, several are inputs of “set fields”."""
    texts = {name: languages.feel_of(value) for name, value in fields.items()}
    if len(texts) < 2:
        name, text = next(iter(texts.items()), ("", "=null"))
        extend(node, "script", expression=text, **({"resultVariable": name} if name else {}))
        return f"{name} {text}".strip() if text != "=null" or name else "nothing"
    extend(node, "taskDefinition", type="set_fields")
    for name, text in texts.items():
        add_mapping(node, "input", source=text, target=name)
    return ", ".join(f"{name} {text}" for name, text in texts.items())
