"""Every process, node and flow gets an id, and each an id of its own: without them whole branches would be lost."""

from collections.abc import Iterator

from engine.definitions.changes import Change
from engine.definitions.elements import FLOW_NODES
from engine.definitions.importing.tree import Ids, Node, id_words, label, words
from engine.definitions.xml import BPMNDI, is_bpmn, local_name

NEEDED = FLOW_NODES | {"process", "sequenceFlow", "lane", "participant"}
SCOPES = ("process", "subProcess", "transaction", "adHocSubProcess")
OF_NODES = ("sourceRef", "targetRef", "attachedToRef", "default", "activityRef")
LONGEST = 120
# SpiffWorkflow's own names for what every process has.
TAKEN = ("Start", "End", "Root")


def normalise(root: Node) -> Iterator[Change]:
    """Give ids to what has none, and other ids to what shares one or has one that nothing can name."""
    ids = Ids(root)
    yield from _missing(root, ids)
    yield from _unusable(root, ids)
    yield from _doubled(root, ids)


def _missing(root: Node, ids: Ids) -> Iterator[Change]:
    for node in root.iter():
        name = local_name(node) if is_bpmn(node) else ""
        if name in NEEDED and not node.get("id", "").strip():
            made = ids.fresh(id_words(node.get("name", "")) or _made_of(node, name))
            node.set("id", made)
            if name != "lane":
                what = f"A {words(name)} without an id is now called “{made}”."
                yield Change(made, "no-id", what, "normalised", "", made)


def _made_of(node: Node, name: str) -> str:
    if name == "sequenceFlow" and node.get("sourceRef") and node.get("targetRef"):
        return f"{node.get('sourceRef')}_to_{node.get('targetRef')}"
    return id_words(words(name))


def _unusable(root: Node, ids: Ids) -> Iterator[Change]:
    for node in list(root.iter()):
        if is_bpmn(node) and (old := node.get("id")) and _cannot_be_named(old):
            made = ids.fresh(id_words(old) or id_words(words(local_name(node))))
            if local_name(node) in NEEDED:
                yield Change(made, "unusable-id", f"The id “{old}” is now “{made}”.", "normalised", old, made)
            _renamed(root, old, made)
            node.set("id", made)


def _cannot_be_named(value: str) -> bool:
    return value in TAKEN or len(value) > LONGEST or any(c in "\"'<>&" or c.isspace() for c in value)


def _renamed(around: Node, old: str, new: str) -> None:
    for node in around.iter():
        if not isinstance(node.tag, str):
            continue
        for name, value in node.attrib.items():
            if value == old and (str(name).endswith("Ref") or name in ("default", "bpmnElement", "calledElement")):
                node.set(name, new)
        if (node.text or "").strip() == old.strip() and len(node) == 0 and is_bpmn(node):
            node.text = new if local_name(node) in ("flowNodeRef", "incoming", "outgoing") else node.text


def _doubled(root: Node, ids: Ids) -> Iterator[Change]:
    seen: dict[str, int] = {}
    for node in list(root.iter()):
        old = node.get("id", "") if is_bpmn(node) else ""
        if not old:
            continue
        seen[old] = seen.get(old, 0) + 1
        if seen[old] > 1:
            made = ids.fresh(old)
            _rename_copy(root, node, old, made)
            message = f"The id “{old}” stood several times: “{label(node) or old}” is now “{made}”."
            yield Change(made, "duplicate-id", message, "normalised", old, made)


def _rename_copy(root: Node, node: Node, old: str, new: str) -> None:
    """Rename one of two, and what names it from within its own process or sub-process."""
    node.set("id", new)
    scope = node.getparent()
    while scope is not None and local_name(scope) not in SCOPES:
        scope = scope.getparent()
    if scope is not None and not any(other.get("id") == old for other in scope.iter() if is_bpmn(other)):
        for reference in scope.iter():
            for name in OF_NODES:
                if reference.get(name) == old:
                    reference.set(name, new)
            if local_name(reference) in ("flowNodeRef", "incoming", "outgoing") and (reference.text or "") == old:
                reference.text = new
    drawn = [shape for shape in root.iter(f"{{{BPMNDI}}}*") if shape.get("bpmnElement") == old]
    if len(drawn) > 1:
        drawn[1].set("bpmnElement", new)
