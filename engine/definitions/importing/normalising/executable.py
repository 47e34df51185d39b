"""Processes that say neither that they run nor that they are drawings only may run, as most engines have it."""

from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Node, flow_nodes, processes


def normalise(root: Node) -> Iterator[Change]:
    """Mark processes with steps as executable where nothing is said, unless another one of the file says that it is."""
    every = list(processes(root))
    if any(process.get("isExecutable") == "true" for process in every):
        return
    for process in every:
        if process.get("isExecutable") is None and flow_nodes(process):
            process.set("isExecutable", "true")
            name, process_id = process.get("name"), process.get("id", "")
            message = f"The process “{name or process_id}” did not say whether it may run: it may."
            yield Change(process_id, "may-run", message, "normalised", "", "isExecutable=true")
