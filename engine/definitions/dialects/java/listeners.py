"""What a listener at the end of a task sets becomes an output of the task, when that is certain and all it does."""

from lxml import etree

from engine.definitions.dialects import scripting
from engine.definitions.dialects.expressions import juel, languages
from engine.definitions.dialects.expressions.nodes import Node, Unsure
from engine.definitions.dialects.expressions.translating import juel_fields
from engine.definitions.dialects.extensions import add_mapping
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.dialects.vendor import Vendor, remove
from engine.definitions.xml import local_name

ENDS = {"executionListener": "end", "taskListener": "complete"}
MAPPED = ("userTask", "manualTask", "task", "serviceTask", "sendTask", "businessRuleTask")


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the listeners of a task that only set variables when it ends."""
    if local_name(node) not in MAPPED:
        return
    for name, event in ENDS.items():
        for listener in vendor.elements(node, name):
            fields = _set(listener, vendor) if listener.get("event") == event else {}
            if fields:
                remove(listener)
                _write(node, fields, told)


def _set(listener: etree._Element, vendor: Vendor) -> dict[str, Node]:
    """Return the fields that a listener sets; none when that is not all that it does, or not certain."""
    expression = listener.get("expression") or ""
    script = next(iter(vendor.children(listener, "script")), None)
    try:
        if juel.is_juel(expression):
            return {name: value for name, value in juel_fields(expression, "").items() if name}
        if script is not None and script.text:
            language = languages.named(script.get("scriptFormat") or "")
            return scripting.comes_to(script.text.strip(), [language]).fields
    except Unsure:
        return {}
    return {}


def _write(node: etree._Element, fields: dict[str, Node], told: Translation) -> None:
    for name, value in fields.items():
        text = languages.feel_of(value)
        add_mapping(node, "output", source=text, target=name)
        told.translated(node, "output", f"When “{label_of(node)}” is done, {name} becomes {text}.", "listener", text)
