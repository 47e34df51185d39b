"""Values written as elements: a list or a map of texts with expressions, or one text."""

from lxml import etree

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
    structures = vendor.children(holder)
    if not structures:
        return juel_node((holder.text or "").strip())
    found = structures[0]
    if local_name(found) == "list":
        return Items(tuple(_node(entry, vendor) if len(entry) else _leaf(entry) for entry in vendor.children(found)))
    if local_name(found) == "map":
        return Entries(tuple((entry.get("key") or "", _node(entry, vendor)) for entry in vendor.children(found)))
    if local_name(found) == "script":
        raise Unsure(f"It is a script in {found.get('scriptFormat') or 'no language that is named'}.")
    raise Unsure(f"It is a {local_name(found)}.")


def _leaf(entry: etree._Element) -> Node:
    if local_name(entry) == "script":
        raise Unsure("It has a script in it.")
    return juel_node((entry.text or "").strip())
