"""Values into and out of a task: input and output parameters, and what is passed to a called process and back."""

from lxml import etree

from engine.definitions.dialects.expressions import juel
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.translating import juel_expression, juel_text
from engine.definitions.dialects.extensions import add_mapping, extend
from engine.definitions.dialects.java import collections
from engine.definitions.dialects.record import Translation, label_of
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import local_name

REMEDY = "Write its value in FEEL, in the properties of the task."
PARAMETERS = {"inputParameter": "input", "outputParameter": "output"}


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the parameters of a task, and the mappings of a call activity."""
    for holder in vendor.take_elements(node, "inputOutput"):
        for parameter in vendor.children(holder):
            _parameter(node, parameter, vendor, told)
    if local_name(node) == "callActivity":
        for name, direction in (("in", "input"), ("out", "output")):
            for mapping in vendor.take_elements(node, name):
                _mapping(node, mapping, direction, told)


def _parameter(node: etree._Element, parameter: etree._Element, vendor: Vendor, told: Translation) -> None:
    direction, name = PARAMETERS.get(local_name(parameter), ""), parameter.get("name", "")
    if not direction or not name:
        return
    what, text = f"{direction} {name}", collections.shown(parameter, vendor)
    after = told.expression(node, what, text, lambda _: collections.value(parameter, vendor), REMEDY)
    if after is not None:
        add_mapping(node, direction, source=after, target=field_name(name))


def _mapping(node: etree._Element, mapping: etree._Element, direction: str, told: Translation) -> None:
    """Translate one `in` or `out` of a call activity."""
    if mapping.get("businessKey"):
        told.dropped(
            node, "business-key", "A called process shares the reference of its case.", mapping.get("businessKey", "")
        )
    elif mapping.get("variables") == "all":
        propagate = "propagateAllParentVariables" if direction == "input" else "propagateAllChildVariables"
        extend(node, "calledElement", **{propagate: "true"})
        told.translated(node, "mapping", f"All variables are passed {_way(direction)}.", 'variables="all"', propagate)
    elif (target := mapping.get("target", "")) and (text := _source(mapping)):
        after = told.expression(node, f"{direction} {target}", text, _read, REMEDY)
        if after is not None:
            add_mapping(node, direction, source=after, target=field_name(target))
    else:
        told.dropped(
            node, "mapping", f"A value passed {_way(direction)} by “{label_of(node)}” names no source and target."
        )


def _source(mapping: etree._Element) -> str:
    return mapping.get("sourceExpression") or mapping.get("source") or ""


def _read(text: str) -> str:
    return juel_text(text) if juel.is_juel(text) else juel_expression(text)


def _way(direction: str) -> str:
    return "to the called process" if direction == "input" else "back from the called process"
