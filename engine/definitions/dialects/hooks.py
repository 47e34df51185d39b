"""Scripts before and after a task: what they set becomes inputs and outputs, when all of it is certain."""

from collections.abc import Callable

from lxml import etree

from engine.definitions.dialects import scripting
from engine.definitions.dialects.expressions import languages
from engine.definitions.dialects.expressions.nodes import NULL, Node, Unsure, replaced
from engine.definitions.dialects.extensions import add_mapping
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.xml import local_name

REMEDY = "Draw a step beside it that sets these fields."
BEFORE, AFTER = "script before it", "script after it"
SET_BEFORE = ("userTask", "manualTask", "task")  # whose inputs are names of their own, and may be written back


def before(node: etree._Element, text: str, language: str, told: Translation) -> None:
    """Translate what is set before a task into its inputs, which are written back when it is done."""

    def mapped(fields: dict[str, Node]) -> None:
        for name, value in fields.items():
            add_mapping(node, "input", source=languages.feel_of(value), target=name)
            add_mapping(node, "output", source=f"={name}", target=name)

    _translate(node, BEFORE, text, language, told, mapped if local_name(node) in SET_BEFORE else None)


def after(node: etree._Element, text: str, language: str, told: Translation) -> None:
    """Translate what is set after a task into its outputs."""

    def mapped(fields: dict[str, Node]) -> None:
        for name, value in fields.items():
            add_mapping(node, "output", source=languages.feel_of(value), target=name)

    _translate(node, AFTER, text, language, told, mapped)


def _translate(
    node: etree._Element,
    what: str,
    text: str,
    language: str,
    told: Translation,
    write: Callable[[dict[str, Node]], None] | None,
) -> None:
    try:
        if write is None:
            raise Unsure("Such a step takes only the values that it names itself.")
        found = scripting.comes_to(text, [language] if language else ["python", "java", "javascript"])
        if what == BEFORE:
            _refuse_order(found.fields)
    except Unsure as reason:
        told.unsure(node, what, text, reason, REMEDY)
        return
    write(found.fields)
    says = ", ".join(f"{name} {languages.feel_of(value)}" for name, value in found.fields.items()) or "nothing"
    told.translated(node, "script", f"The {what.removesuffix(' it')} “{label_of(node)}” now says {says}.", text, says)


def _refuse_order(fields: dict[str, Node]) -> None:
    """Raise Unsure when a value reads a name that was set before it: inputs are worked out one after the other."""
    done: set[str] = set()
    for name, value in fields.items():
        if any(replaced(value, {other: NULL}) != value for other in done):
            raise Unsure("One value is worked out from another that is set with it.")
        done.add(name)
