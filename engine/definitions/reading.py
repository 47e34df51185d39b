"""Reads the flow nodes of a diagram into elements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.definitions.dialects import zeebe
from engine.definitions.elements import ACTIVITIES, FLOW_NODES, AdHoc, Element, Flow, Repeat
from engine.definitions.triggers import read_message, read_triggers
from engine.definitions.xml import NAMESPACES, child_text, is_bpmn, local_name


@dataclass(slots=True)
class Diagram:
    """A BPMN file as read: its tree, its executable processes, and its elements by id."""

    source: str
    root: etree._Element
    elements: dict[str, Element] = field(default_factory=dict)
    process_ids: list[str] = field(default_factory=list)
    executable_ids: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # process id to name
    pools: dict[str, str] = field(default_factory=dict)  # process id to the name of the pool that it is drawn in


def read(root: etree._Element, *, source: str) -> Diagram:
    """Return what the BPMN tree `root` says; nothing is judged here, only read."""
    diagram = Diagram(source, root)
    lanes = _lanes(root)
    for pool in root.iterfind("bpmn:collaboration/bpmn:participant", NAMESPACES):
        diagram.pools[pool.get("processRef", "")] = " ".join(pool.get("name", "").split())
    roots = {node.get("id", ""): node for node in root if is_bpmn(node)}
    for process in root.findall("bpmn:process", NAMESPACES):
        process_id = process.get("id", "")
        diagram.process_ids.append(process_id)
        diagram.names[process_id] = process.get("name") or process_id
        if process.get("isExecutable") == "true":
            diagram.executable_ids.append(process_id)
        flows = _flows(process)
        for node in _flow_nodes(process):
            element = _element(node, process_id, lanes, flows, roots)
            diagram.elements[element.id] = element
    return diagram


def _flow_nodes(process: etree._Element) -> Iterator[etree._Element]:
    return (node for node in process.iter() if is_bpmn(node) and local_name(node) in FLOW_NODES)


def _lanes(root: etree._Element) -> dict[str, str]:
    """Return the innermost lane's name for each node: document order makes nested lanes win over outer ones."""
    found: dict[str, str] = {}
    for reference in root.iter(f"{{{NAMESPACES['bpmn']}}}flowNodeRef"):
        lane = reference.getparent()
        if lane is not None and reference.text:
            found[reference.text.strip()] = lane.get("name", "")
    return found


def _flows(process: etree._Element) -> dict[str, list[Flow]]:
    flows: dict[str, list[Flow]] = {}
    for node in process.iter(f"{{{NAMESPACES['bpmn']}}}sequenceFlow"):
        flow = Flow(
            id=node.get("id", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=node.get("name", ""),
            condition=child_text(node, "bpmn:conditionExpression"),
        )
        flows.setdefault(flow.source, []).append(flow)
    return flows


def _element(
    node: etree._Element,
    process_id: str,
    lanes: dict[str, str],
    flows: dict[str, list[Flow]],
    roots: dict[str, etree._Element],
) -> Element:
    kind, element_id = local_name(node), node.get("id", "")
    triggers = read_triggers(node, roots)
    return Element(
        id=element_id,
        kind=kind,
        process_id=process_id,
        name=" ".join(node.get("name", "").split()),
        documentation=child_text(node, "bpmn:documentation"),
        lane=_lane_of(node, lanes),
        line=_line(node),
        outgoing=tuple(flows.get(element_id, ())),
        default_flow=node.get("default", ""),
        assignment=zeebe.read_assignment(node),
        service=zeebe.read_service(node),
        properties=zeebe.read_properties(node),
        loop=zeebe.read_loop(node) if kind in ACTIVITIES else None,
        repeat=_repeat(node) if kind in ACTIVITIES else None,
        ad_hoc=_ad_hoc(node) if kind == "adHocSubProcess" else None,
        activation=child_text(node, "bpmn:activationCondition"),
        timer=next((trigger.timer for trigger in triggers if trigger.timer), None),
        message=next((trigger.message for trigger in triggers if trigger.message), None) or read_message(node, roots),
        event=triggers[0].kind if triggers else "",
        triggers=triggers,
        takes_all=node.get("parallelMultiple") == "true",
        is_interrupting=node.get("cancelActivity", node.get("isInterrupting", "true")) != "false",
        attached_to=node.get("attachedToRef", ""),
    )


def _repeat(node: etree._Element) -> Repeat | None:
    marker = node.find("bpmn:standardLoopCharacteristics", NAMESPACES)
    if marker is None:
        return None
    most = marker.get("loopMaximum", "").strip()
    return Repeat(
        condition=child_text(marker, "bpmn:loopCondition"),
        most=int(most) if most.isdecimal() and len(most) < 10 else None,
        asks_before=marker.get("testBefore") == "true",
    )


def _ad_hoc(node: etree._Element) -> AdHoc:
    return AdHoc(
        condition=child_text(node, "bpmn:completionCondition"),
        is_sequential=node.get("ordering") == "Sequential",
        ends_the_rest=node.get("cancelRemainingInstances") != "false",
    )


def _line(node: etree._Element) -> int:
    line: Any = node.sourceline
    return line or 0


def _lane_of(node: etree._Element, lanes: dict[str, str]) -> str:
    """Return the lane of `node`, or of the sub-process or activity that it belongs to."""
    current: etree._Element | None = node
    while current is not None:
        for key in (current.get("id", ""), current.get("attachedToRef", "")):
            if key in lanes:
                return lanes[key]
        current = current.getparent()
    return ""
