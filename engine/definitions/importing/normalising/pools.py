"""Pools without steps stand for somebody outside: they stay in the drawing, and are no process of ours."""

from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Node, flow_nodes, processes, remove
from engine.definitions.xml import BPMN

PARTICIPANT = f"{{{BPMN}}}participant"


def normalise(root: Node) -> Iterator[Change]:
    """Drop processes that have no steps, when another one has, and let their pools be empty ones."""
    empty = [process for process in processes(root) if not flow_nodes(process)]
    if len(empty) == len(list(processes(root))):
        return
    for process in empty:
        process_id = process.get("id", "")
        pools = [pool for pool in root.iter(PARTICIPANT) if pool.get("processRef") == process_id]
        for pool in pools:
            del pool.attrib["processRef"]
        remove(process)
        name = next((pool.get("name") for pool in pools if pool.get("name")), process.get("name") or process_id)
        message = f"The pool “{name}” has no steps: it stays in the drawing as somebody outside."
        yield Change("", "empty-pool", message, "dropped", process_id)
