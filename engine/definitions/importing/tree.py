"""What importing asks of a BPMN tree, and how it writes into one."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.definitions.elements import FLOW_NODES
from engine.definitions.xml import BPMN, ZEEBE, is_bpmn, local_name

Node = etree._Element

# The order of BPMN's schema: what stands before everything else inside an element.
FIRST = ("documentation", "extensionElements")
_FLOW_NODE_TAGS = tuple(f"{{{BPMN}}}{name}" for name in sorted(FLOW_NODES))
NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_]+")


def bpmn(name: str) -> str:
    """Return a tag of BPMN."""
    return f"{{{BPMN}}}{name}"


def zeebe(name: str) -> str:
    """Return a tag of the zeebe dialect."""
    return f"{{{ZEEBE}}}{name}"


def flow_nodes(root: Node) -> list[Node]:
    """Return the flow nodes of a file in the order in which they are written."""
    return list(root.iter(*_FLOW_NODE_TAGS))


def flows(root: Node) -> list[Node]:
    """Return the sequence flows of a file."""
    return list(root.iter(bpmn("sequenceFlow")))


def by_id(root: Node) -> dict[str, Node]:
    """Return the elements of BPMN by id; of two with the same the first."""
    found: dict[str, Node] = {}
    for node in root.iter():
        if is_bpmn(node) and node.get("id"):
            found.setdefault(node.get("id", ""), node)
    return found


def children(node: Node, *names: str) -> list[Node]:
    """Return the children of a node that are elements of BPMN with one of these names."""
    return [child for child in node if is_bpmn(child) and local_name(child) in names]


def definitions(node: Node) -> list[Node]:
    """Return what an event waits for or throws."""
    return [child for child in node if is_bpmn(child) and local_name(child).endswith("EventDefinition")]


def label(node: Node) -> str:
    """Return the name as drawn in one line, or the id in words."""
    name = " ".join(node.get("name", "").split())
    return name or node.get("id", "").replace("_", " ").strip().capitalize()


def words(tag: str) -> str:
    """Return "user task" for userTask."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in tag)


class Ids:
    """The ids that a file has taken, and new ones beside them."""

    def __init__(self, root: Node) -> None:
        self._taken = {value for node in root.iter() if isinstance(value := node.get("id"), str)}

    def fresh(self, wanted: str) -> str:
        """Return an id like `wanted` that nothing has, and take it."""
        stem = NOT_IN_IDS.sub("_", wanted).strip("_")[:80]
        stem = stem if stem[:1].isalpha() else f"step_{stem}".rstrip("_")
        number, made = 1, stem
        while made in self._taken:
            number += 1
            made = f"{stem}_{number}"
        self._taken.add(made)
        return made


def id_words(text: str) -> str:
    """Return the words of a name joined by _, as ids in house style are."""
    return "_".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "")))[:60].strip("_")


def add_flow(root: Node, source: Node, target: Node, *, ids: Ids, name: str = "") -> Node:
    """Draw a sequence flow in the scope of `source`."""
    scope = source.getparent()
    assert scope is not None
    flow = etree.SubElement(scope, bpmn("sequenceFlow"))
    flow.set("id", ids.fresh(f"{source.get('id')}_to_{target.get('id')}"))
    if name:
        flow.set("name", name)
    flow.set("sourceRef", source.get("id", ""))
    flow.set("targetRef", target.get("id", ""))
    return flow


def add_node(beside: Node, kind: str, node_id: str, name: str = "") -> Node:
    """Put a new flow node right behind another one."""
    node = etree.Element(bpmn(kind))
    node.set("id", node_id)
    if name:
        node.set("name", name)
    beside.addnext(node)
    _same_lane(beside, node_id)
    return node


def _same_lane(beside: Node, node_id: str) -> None:
    for reference in list(beside.getroottree().iter(bpmn("flowNodeRef"))):
        if (reference.text or "").strip() == beside.get("id"):
            copy = etree.Element(bpmn("flowNodeRef"))
            copy.text = node_id
            reference.addnext(copy)
            return


def outgoing(root: Node, node: Node) -> list[Node]:
    """Return the sequence flows that leave a node."""
    return [flow for flow in flows(root) if flow.get("sourceRef") == node.get("id")]


def incoming(root: Node, node: Node) -> list[Node]:
    """Return the sequence flows that lead to a node."""
    return [flow for flow in flows(root) if flow.get("targetRef") == node.get("id")]


def remove(node: Node) -> None:
    """Take an element out of the file; the text behind it stays."""
    parent = node.getparent()
    if parent is not None:
        node.tail = None
        parent.remove(node)


def drop_attributes(node: Node, *names: str) -> None:
    """Take attributes off a node, where it has them."""
    for name in names:
        if name in node.attrib:
            del node.attrib[name]


def extensions(node: Node) -> Node:
    """Return the extension elements of a node, made where there are none."""
    found = node.find(bpmn("extensionElements"))
    return found if found is not None else _inserted(node, "extensionElements")


def _inserted(node: Node, name: str) -> Node:
    made = etree.Element(bpmn(name))
    before = FIRST[: FIRST.index(name) + 1]
    node.insert(sum(1 for child in node if local_name(child) in before), made)
    return made


def extend(node: Node, name: str, **attributes: str) -> Node:
    """Set a zeebe extension of a node in place of one of the same name."""
    around = extensions(node)
    for old in around.findall(zeebe(name)):
        around.remove(old)
    made = etree.SubElement(around, zeebe(name), nsmap={"zeebe": ZEEBE})
    for key, value in attributes.items():
        made.set(key, value)
    return made


def drop_extensions(node: Node, *names: str) -> list[Node]:
    """Take zeebe extensions off a node and return them; an empty list of extensions goes too."""
    around = node.find(bpmn("extensionElements"))
    if around is None:
        return []
    gone = [child for child in around if child.tag in {zeebe(name) for name in names}]
    for child in gone:
        around.remove(child)
    if len(around) == 0:
        remove(around)
    return gone


def property_of(node: Node, name: str) -> str:
    """Return the value of a free property, or nothing."""
    for found in node.iterfind(f"{bpmn('extensionElements')}/{zeebe('properties')}/{zeebe('property')}"):
        if found.get("name") == name:
            return found.get("value", "")
    return ""


def set_property(node: Node, name: str, value: str) -> None:
    """Write a free property of a node."""
    around = extensions(node)
    properties = around.find(zeebe("properties"))
    if properties is None:
        properties = etree.SubElement(around, zeebe("properties"), nsmap={"zeebe": ZEEBE})
    found = next((each for each in properties if each.get("name") == name), None)
    written = found if found is not None else etree.SubElement(properties, zeebe("property"))
    written.set("name", name)
    written.set("value", value)


def document(node: Node, text: str) -> None:
    """Add a paragraph to the documentation of a node."""
    found = node.find(bpmn("documentation"))
    written = found if found is not None else _inserted(node, "documentation")
    written.text = "\n\n".join(part for part in ((written.text or "").strip(), text.strip()) if part)


def processes(root: Node) -> Iterator[Node]:
    """Yield the processes of a file."""
    return root.iterchildren(bpmn("process"))
