"""Lanes list the steps that are drawn in them, and no others."""

from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Node, bpmn, flow_nodes, remove


def normalise(root: Node) -> Iterator[Change]:
    """Take steps that the file does not hold off the lists of the lanes."""
    known = {node.get("id") for node in flow_nodes(root)}
    for reference in list(root.iter(bpmn("flowNodeRef"))):
        named, lane = (reference.text or "").strip(), reference.getparent()
        if named in known or lane is None:
            continue
        remove(reference)
        message = f"The lane “{lane.get('name', '')}” lists the step “{named}”, which the file does not hold."
        yield Change("", "dangling-reference", message, "dropped", named)
