"""Values written as elements: a list or a map of texts with expressions, or one text."""

from lxml import etree

from engine.definitions.dialects.expressions import languages
from engine.definitions.dialects.expressions.nodes import Entries, Items, Node, Unsure
from engine.definitions.dialects.expressions.translating import guarded, juel_node, juel_text
from engine.definitions.dialects.vendor import Vendor
from engine.definitions.xml import local_name


def value(holder: etree._Element, vendor: Vendor) -> str:
    """Return the value of a parameter as the zeebe dialect writes it; raise Unsure when it is not certain."""
    structures = vendor.children(holder)
    if not structures:
        return juel_text((holder.text or "").strip())
    return guarded(lambda: _node(holder, vendor))


def shown(holder: etree._Element, vendor: Vendor) -> str:
    """Return what a parameter says, for people."""
    if not vendor.children(holder):
        return (holder.text or "").strip()
    return ", ".join(text.strip() for text in holder.itertext() if isinstance(text, str) and text.strip())


def _node(holder: etree._Element, vendor: Vendor) -> Node:
    """Return the value within a parameter or an entry: a structure, or a text."""
    structures = vendor.children(holder)
    return _structure(structures[0], vendor) if structures else juel_node((holder.text or "").strip())


def _structure(found: etree._Element, vendor: Vendor) -> Node:
    match local_name(found):
        case "list":
            return Items(tuple(_structure(entry, vendor) for entry in vendor.children(found)))
        case "map":
            return Entries(tuple((entry.get("key") or "", _node(entry, vendor)) for entry in vendor.children(found)))
        case "script":
            return _of_script(found)
        case "value" | "string" | "expression":
            return juel_node((found.text or "").strip())
        case other:
            raise Unsure(f"A value is written as “{other}”.")


def _of_script(script: etree._Element) -> Node:
    """Return the value of a script that sets nothing."""
    language = languages.named(script.get("scriptFormat") or "")
    found = languages.script((script.text or "").strip(), language)
    if found.result is None or found.fields:
        raise Unsure(f"It is a script in {language or 'no language that is named'} that does more than give a value.")
    return found.result
