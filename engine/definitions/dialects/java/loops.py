"""Multi-instance activities: the collection that they go over, and the name of its item."""

from lxml import etree

from engine.definitions.dialects.expressions.fields import field_name
from engine.definitions.dialects.expressions.translating import juel_expression
from engine.definitions.dialects.extensions import extend
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import NAMESPACES

REMEDY = "Name the list in FEEL, in the properties of the loop."


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the collection and the item of a loop."""
    loop = node.find("bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
    if loop is None:
        return
    collection, item = vendor.take(loop, "collection"), vendor.take(loop, "elementVariable")
    if collection:
        after = told.expression(loop, "collection", collection, juel_expression, REMEDY)
        if after is not None:
            extend(loop, "loopCharacteristics", inputCollection=after)
    if item:
        extend(loop, "loopCharacteristics", inputElement=field_name(item))
        told.translated(loop, "loop-item", f"Each item is known as {field_name(item)}.", item, field_name(item))
