"""Multi-instance activities as BPMN itself writes them: how often, or for each item of a data object."""

import re
from functools import partial

from lxml import etree

from engine.definitions.dialects.expressions import juel, languages
from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.translating import juel_expression
from engine.definitions.dialects.extensions import extend
from engine.definitions.dialects.languages import language_of
from engine.definitions.dialects.nodes import called
from engine.definitions.dialects.record import Translation
from engine.definitions.xml import NAMESPACES, child_text

REMEDY = "Say in FEEL how often it is done, in the properties of the loop."
ATTRIBUTES = {"in": "inputCollection", "out": "outputCollection"}


def translate(root: etree._Element, told: Translation) -> None:
    """Translate the cardinality and the data references of every loop."""
    by_id = {node.get("id"): node for node in root.iter() if node.get("id")}
    for loop in called(root, "multiInstanceLoopCharacteristics"):
        _cardinality(loop, told)
        _reference(loop, "loopDataInputRef", "inputDataItem", "inputCollection", "inputElement", by_id, told)
        _reference(loop, "loopDataOutputRef", "outputDataItem", "outputCollection", "outputElement", by_id, told)


def _cardinality(loop: etree._Element, told: Translation) -> None:
    node, text = loop.find("bpmn:loopCardinality", NAMESPACES), child_text(loop, "bpmn:loopCardinality")
    if node is None or not text or re.fullmatch(r"\d+|=.*", text, re.DOTALL):
        return
    language = language_of(node) or ("juel" if juel.is_juel(text) else "python")
    translator = juel_expression if juel.is_juel(text) else partial(languages.expression, language=language)
    after = told.expression(loop, "number of rounds", text, translator, REMEDY)
    if after is not None:
        node.text = after
        node.attrib.pop("language", "")


def _reference(
    loop: etree._Element,
    reference: str,
    item: str,
    collection: str,
    element: str,
    by_id: dict[str | None, etree._Element],
    told: Translation,
) -> None:
    """Translate the data that a loop goes over or fills, and the name of one item of it."""
    text = child_text(loop, f"bpmn:{reference}")
    written = loop.find("bpmn:extensionElements/zeebe:loopCharacteristics", NAMESPACES)
    if not text or (written is not None and written.get(collection)):
        return
    name = field_name(_source(loop, text, by_id))
    extend(loop, "loopCharacteristics", **{collection: f"={name}" if collection == "inputCollection" else name})
    data_item = loop.find(f"bpmn:{item}", NAMESPACES)
    if data_item is not None and (called_item := _named(data_item)):
        own = field_name(called_item)
        extend(loop, "loopCharacteristics", **{element: own if element == "inputElement" else f"={own}"})
    told.translated(loop, "collection", f"The data of the loop is the field {name}.", text, name)


def _source(loop: etree._Element, reference: str, by_id: dict[str | None, etree._Element]) -> str:
    """Return the name of what a reference means: through the activity's own data, to what is filled into it."""
    activity = loop.getparent()
    for association, near, far in (
        ("dataInputAssociation", "targetRef", "sourceRef"),
        ("dataOutputAssociation", "sourceRef", "targetRef"),
    ):
        for found in activity.findall(f"bpmn:{association}", NAMESPACES) if activity is not None else ():
            if child_text(found, f"bpmn:{near}") == reference and child_text(found, f"bpmn:{far}"):
                reference = child_text(found, f"bpmn:{far}")
    node = by_id.get(reference)
    return (_named(node) if node is not None else "") or reference


def _named(node: etree._Element) -> str:
    """Return the name of a piece of data when it may be that of a variable, else its id."""
    name = node.get("name") or ""
    return name if re.fullmatch(r"[^\W\d]\w*", name) else node.get("id") or name
