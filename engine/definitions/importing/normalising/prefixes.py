"""References written with a prefix (`tns:task_1`), as XML schema allows, become the plain ids that they mean."""

from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Node
from engine.definitions.xml import is_bpmn

ATTRIBUTES = (
    "sourceRef targetRef attachedToRef default processRef calledElement messageRef signalRef errorRef escalationRef "
    "dataObjectRef dataStoreRef itemSubjectRef activityRef structureRef"
).split()
TEXTS = (
    "flowNodeRef incoming outgoing sourceRef targetRef eventDefinitionRef loopDataInputRef loopDataOutputRef".split()
)


def normalise(root: Node) -> Iterator[Change]:
    """Take the prefix off each reference whose rest is an id of the file and whose whole is none."""
    known = {node.get("id") for node in root.iter() if node.get("id")}
    count = sum(_plain(node, known) for node in root.iter() if isinstance(node.tag, str))
    if count:
        message = f"{count} references with a prefix now name the plain id that they mean."
        yield Change("", "prefixed-reference", message, "normalised")


def _plain(node: Node, known: set[str | None]) -> int:
    changed = 0
    names = ATTRIBUTES if is_bpmn(node) else ("bpmnElement",)
    for name in names:
        value = node.get(name, "")
        if _is_prefixed(value, known):
            node.set(name, value.partition(":")[2])
            changed += 1
    text = (node.text or "").strip()
    if is_bpmn(node) and node.tag.rpartition("}")[2] in TEXTS and _is_prefixed(text, known):
        node.text = text.partition(":")[2]
        changed += 1
    return changed


def _is_prefixed(value: str, known: set[str | None]) -> bool:
    return ":" in value and value not in known and value.partition(":")[2] in known
