"""Event definitions that stand at the top of the file and are used by reference are written at their events."""

import copy
from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Ids, Node, bpmn, flow_nodes, label, remove
from engine.definitions.xml import is_bpmn, local_name


def normalise(root: Node) -> Iterator[Change]:
    """Copy each definition to the events that refer to it; drop references to what is not there."""
    shared = {n.get("id"): n for n in root if is_bpmn(n) and local_name(n).endswith("EventDefinition")}
    ids = Ids(root)
    for node in flow_nodes(root):
        for reference in node.findall(bpmn("eventDefinitionRef")):
            original = shared.get((reference.text or "").strip().rpartition(":")[2])
            yield _instead(node, reference, original, ids)


def _instead(node: Node, reference: Node, original: Node | None, ids: Ids) -> Change:
    named = (reference.text or "").strip()
    if original is None:
        remove(reference)
        message = f"“{label(node)}” refers to the event definition “{named}”, which the file does not hold."
        return Change(node.get("id", ""), "dangling-reference", message, "dropped", named)
    written = copy.deepcopy(original)
    written.set("id", ids.fresh(f"{node.get('id')}_definition"))
    reference.addnext(written)
    remove(reference)
    message = f"What “{label(node)}” waits for or throws is now written at the event itself."
    return Change(node.get("id", ""), "shared-definition", message, "normalised", named, local_name(written))
