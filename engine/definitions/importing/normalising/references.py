"""Messages, signals, errors and escalations that events name and the file does not define, made from what is drawn."""

from collections.abc import Iterator

from lxml import etree

from engine.definitions.changes import Change
from engine.definitions.importing.tree import Ids, Node, bpmn, children, definitions, flow_nodes, id_words, label, words
from engine.definitions.xml import local_name

KINDS = ("message", "signal", "error", "escalation")
# An event that catches one of these without naming it catches them all.
CATCHES_ALL = ("error", "escalation")
CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
BY_MESSAGE = ("receiveTask", "sendTask")


def normalise(root: Node) -> Iterator[Change]:
    """Define what is named and not there, by the event's name; what has neither is left for a repair to ask about."""
    made = _Definitions(root)
    for node in flow_nodes(root):
        if local_name(node) in BY_MESSAGE:
            yield from _define(node, node, "message", made)
        for holder in definitions(node):
            kind = local_name(holder).removesuffix("EventDefinition")
            if kind in KINDS:
                yield from _define(node, holder, kind, made)
    yield from _name(root)


class _Definitions:
    """The messages, signals, errors and escalations of a file."""

    def __init__(self, root: Node) -> None:
        self.root, self.ids = root, Ids(root)
        self.by_id = {(local_name(node), node.get("id", "")) for node in children(root, *KINDS)}
        self.by_name = {(local_name(node), node.get("name")): node.get("id", "") for node in children(root, *KINDS)}

    def named(self, kind: str, name: str) -> str:
        """Return the id of the definition with this name, made when there is none."""
        if (kind, name) not in self.by_name:
            node = etree.Element(bpmn(kind))
            node.set("id", self.ids.fresh(f"{id_words(name) or kind}_{kind}"))
            node.set("name", name)
            for attribute in ("errorCode", "escalationCode"):
                if attribute.startswith(kind):
                    node.set(attribute, name)
            self.root.insert(0, node)
            self.by_name[(kind, name)] = node.get("id", "")
            self.by_id.add((kind, node.get("id", "")))
        return self.by_name[(kind, name)]


def _define(node: Node, holder: Node, kind: str, made: _Definitions) -> Iterator[Change]:
    reference, catches = holder.get(f"{kind}Ref", ""), local_name(node) in CATCHING
    if (kind, reference) in made.by_id:
        return
    name = " ".join(node.get("name", "").split()) or reference
    if not reference and (local_name(node) in BY_MESSAGE or (catches and kind in CATCHES_ALL)):
        return
    if not name and not catches:
        name = node.get("id", "")
    if not name:
        return
    holder.set(f"{kind}Ref", made.named(kind, name))
    why = f"which the file does not define (“{reference}”)" if reference else "which it did not name"
    message = f"“{label(node)}” has a {words(kind)}, {why}: it is now called “{name}”."
    yield Change(node.get("id", ""), f"missing-{kind}", message, "normalised", reference, name)


def _name(root: Node) -> Iterator[Change]:
    """Name messages and signals that have only an id: names are what the outside world uses."""
    for node in children(root, "message", "signal"):
        if not node.get("name", "").strip():
            name = node.get("id", "")
            node.set("name", name)
            what = local_name(node)
            yield Change("", f"unnamed-{what}", f"A {what} without a name is now called “{name}”.", "normalised")
