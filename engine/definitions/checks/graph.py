"""The flow nodes and sequence flows of one diagram as a graph, scope by scope (a process, or a sub-process in it)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.definitions.elements import ACTIVITIES, FLOW_NODES, Element
from engine.definitions.reading import Diagram
from engine.definitions.xml import is_bpmn, local_name


@dataclass(frozen=True, slots=True)
class Edge:
    """A sequence flow whose two ends exist."""

    id: str
    source: str
    target: str
    condition: str = ""


@dataclass
class Graph:
    """The nodes by id, the scope (id of process or sub-process) that each stands in, and the flows in and out."""

    diagram: Diagram
    nodes: dict[str, Element] = field(default_factory=dict)
    written: dict[str, etree._Element] = field(default_factory=dict)  # each node as it stands in the file
    scope_of: dict[str, str] = field(default_factory=dict)
    out: dict[str, list[Edge]] = field(default_factory=dict)
    into: dict[str, list[Edge]] = field(default_factory=dict)
    scopes: dict[str, list[str]] = field(default_factory=dict)
    compensators: set[str] = field(default_factory=set)
    event_sub_processes: set[str] = field(default_factory=set)

    @cached_property
    def boundaries(self) -> dict[str, list[str]]:
        """Return the boundary events of each activity."""
        found: dict[str, list[str]] = {}
        for node in self.nodes.values():
            if node.attached_to:
                found.setdefault(node.attached_to, []).append(node.id)
        return found

    def starts(self, scope: str) -> list[str]:
        """Return where tokens begin in a scope: its start events or else heads, and what waits beside the flow."""
        nodes = [self.nodes[node_id] for node_id in self.scopes.get(scope, ())]
        begins = [node.id for node in nodes if node.kind == "startEvent"] or self.heads(scope)
        return [
            *begins,
            *(
                node.id
                for node in nodes
                if self.is_beside_the_flow(node) and not node.attached_to and node.event != "link"
            ),
        ]

    def heads(self, scope: str) -> list[str]:
        """Return the nodes of a scope that no flow leads to and that wait for nothing."""
        nodes = [self.nodes[node_id] for node_id in self.scopes.get(scope, ())]
        return [node.id for node in nodes if not self.into.get(node.id) and not self.is_beside_the_flow(node)]

    def is_beside_the_flow(self, node: Element) -> bool:
        """Say whether a node waits for an event, for a link to it, or to undo what was done."""
        return (
            node.kind == "boundaryEvent"
            or node.id in self.compensators
            or node.id in self.event_sub_processes
            or (node.kind == "intermediateCatchEvent" and node.event == "link")
        )

    def linked(self, node: Element) -> list[str]:
        """Return the events of the same scope that catch the links which `node` throws."""
        names = {trigger.name for trigger in node.triggers if trigger.kind == "link"}
        beside = [self.nodes[other] for other in self.scopes.get(self.scope_of[node.id], ())] if names else []
        catching = [other for other in beside if other.kind == "intermediateCatchEvent"]
        return [other.id for other in catching if any(t.kind == "link" and t.name in names for t in other.triggers)]

    def undone_by(self, event: Element) -> str:
        """Return the activity that a compensation event on a border leads to; nothing when it leads to none."""
        scope = self.written[event.id].getparent()
        lines = (
            [*scope.iterchildren("{*}association"), *scope.iterchildren("{*}sequenceFlow")] if scope is not None else []
        )
        for line in lines:
            ends = [line.get("sourceRef", ""), line.get("targetRef", "")]
            other = ends[1 - ends.index(event.id)] if event.id in ends else ""
            if other in self.nodes and self.nodes[other].kind in ACTIVITIES:
                return other
        return ""

    def following(self, node_id: str) -> Iterator[str]:
        """Yield the nodes that a token at `node_id` can go on to, by a flow or by an event on the node's boundary."""
        for edge in self.out.get(node_id, ()):
            yield edge.target
        yield from self.boundaries.get(node_id, ())

    def reached(self, starts: Iterable[str], *, without: str = "") -> set[str]:
        """Return every node that a token from `starts` can come to, not passing through `without`."""
        found: set[str] = set()
        waiting = list(starts)
        while waiting:
            here = waiting.pop()
            if here in found:
                continue
            found.add(here)
            if here != without:
                waiting.extend(self.following(here))
        return found

    def leading_to(self, ends: Iterable[str], *, without: str = "") -> set[str]:
        """Return every node from which a token can come to one of `ends`, not passing through `without`."""
        found: set[str] = set()
        waiting = [node_id for node_id in ends if node_id != without]
        while waiting:
            here = waiting.pop()
            if here in found:
                continue
            found.add(here)
            before = [edge.source for edge in self.into.get(here, ())]
            if self.nodes[here].attached_to in self.nodes:
                before.append(self.nodes[here].attached_to)
            waiting.extend(node_id for node_id in before if node_id != without)
        return found


def graph(diagram: Diagram) -> Graph:
    """Return the graph of a diagram; flows that lack an end are left out, and told elsewhere."""
    found = Graph(diagram)
    for node in _nodes(diagram):
        _add(found, node, diagram.elements[node.get("id", "")])
    for element in found.nodes.values():
        for flow in element.outgoing:
            if flow.target in found.nodes:
                edge = Edge(flow.id, flow.source, flow.target, flow.condition)
                found.out.setdefault(edge.source, []).append(edge)
                found.into.setdefault(edge.target, []).append(edge)
        if element.kind == "intermediateThrowEvent":
            for target in found.linked(element):
                edge = Edge(f"{element.id} {target}", element.id, target)
                found.out.setdefault(element.id, []).append(edge)
                found.into.setdefault(target, []).append(edge)
    return found


def _nodes(diagram: Diagram) -> Iterator[etree._Element]:
    """Return the nodes that were read: not those of a choreography, which nobody runs."""
    found = (n for n in diagram.root.iter() if is_bpmn(n) and local_name(n) in FLOW_NODES)
    return (n for n in found if n.get("id") in diagram.elements)


def _add(found: Graph, node: etree._Element, element: Element) -> None:
    parent = node.getparent()
    scope = parent.get("id", "") if parent is not None else ""
    if _leads_back(found, scope, element.id):
        scope = element.process_id
    found.nodes[element.id], found.written[element.id] = element, node
    found.scope_of[element.id] = scope
    found.scopes.setdefault(scope, []).append(element.id)
    if node.get("isForCompensation") == "true":
        found.compensators.add(element.id)
    if node.get("triggeredByEvent") == "true":
        found.event_sub_processes.add(element.id)


def _leads_back(found: Graph, scope: str, element_id: str) -> bool:
    """Say whether an element seems to contain itself, as ids that stand twice can make it."""
    while scope != element_id and scope in found.scope_of:
        scope = found.scope_of[scope]
    return scope == element_id
