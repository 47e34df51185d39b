"""Sequence flows that lack an end get it from the lists of flows at the steps, where those still know it."""

from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Node, bpmn, flow_nodes, flows


def normalise(root: Node) -> Iterator[Change]:
    """Fill in the source and target of flows by the incoming and outgoing lists."""
    leaves, reaches = _listed(root, "outgoing"), _listed(root, "incoming")
    for flow in flows(root):
        for end, known in (("sourceRef", leaves), ("targetRef", reaches)):
            flow_id = flow.get("id", "")
            if not flow.get(end) and flow_id in known:
                flow.set(end, known[flow_id])
                message = f"The flow “{flow_id}” did not say where it {'begins' if end == 'sourceRef' else 'ends'}."
                yield Change(flow_id, "loose-flow", message, "normalised", "", known[flow_id])


def _listed(root: Node, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in flow_nodes(root):
        for entry in node.findall(bpmn(name)):
            found.setdefault((entry.text or "").strip(), node.get("id", ""))
    return found
