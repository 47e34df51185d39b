"""Script tasks of the Java engines: the variable that gets the value, and whether names become variables."""

from lxml import etree

from engine.definitions.dialects import scripting
from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import child_text, local_name


def translate(node: etree._Element, vendor: Vendor, told: Translation) -> None:
    """Translate the script of a script task, if it has one and the vendor says something about it."""
    if local_name(node) != "scriptTask":
        return
    result = vendor.take(node, "resultVariable") or vendor.take(node, "resultVariableName")
    stores = vendor.take(node, "autoStoreVariables") == "true"
    text = child_text(node, "bpmn:script")
    if text and (result or stores):
        scripting.translate_text(node, text, told, result=result, stores=stores)
