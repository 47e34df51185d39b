"""Writes a tree as a file: flows listed at their steps, the zeebe namespace at the top."""

from lxml import etree

from engine.definitions.importing.tree import bpmn, flow_nodes, flows
from engine.definitions.xml import ZEEBE


def written(root: etree._Element) -> bytes:
    """Return the file. The lists of incoming and outgoing flows at each step are made to agree with the flows."""
    _list_flows(root)
    prefixes = {prefix for node in root.iter() for prefix in node.nsmap if prefix}
    etree.cleanup_namespaces(root, top_nsmap={"zeebe": ZEEBE}, keep_ns_prefixes=sorted(prefixes))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _list_flows(root: etree._Element) -> None:
    wanted: dict[str, list[tuple[str, str]]] = {}
    for flow in flows(root):
        wanted.setdefault(flow.get("targetRef", ""), []).append(("incoming", flow.get("id", "")))
        wanted.setdefault(flow.get("sourceRef", ""), []).append(("outgoing", flow.get("id", "")))
    for node in flow_nodes(root):
        _list(node, sorted(wanted.get(node.get("id", ""), [])))


def _list(node: etree._Element, wanted: list[tuple[str, str]]) -> None:
    """Write the lists of one node, unless they say the same already in whatever order."""
    listed = [child for child in node if child.tag in (bpmn("incoming"), bpmn("outgoing"))]
    said = [(etree.QName(child).localname, (child.text or "").strip()) for child in listed]
    if sorted(said) == wanted:
        return
    for child in listed:
        node.remove(child)
    at = sum(1 for child in node if child.tag in (bpmn("documentation"), bpmn("extensionElements")))
    for name, flow_id in reversed(wanted):
        made = etree.Element(bpmn(name))
        made.text = flow_id
        node.insert(at, made)
