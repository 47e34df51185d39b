"""Where the tokens of a process or sub-process begin: at its start events, else at every node that no flow leads to.

Source: BPMN 2.0.2, sections 10.5.2 and 13.2. A process started by hand begins at its start event without a trigger.
"""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.specs.control import StartEventJoin

from engine.definitions.elements import FLOW_NODES
from engine.definitions.specs import StartChoice

_NODES = frozenset(map(full_tag, FLOW_NODES))
_START = full_tag("startEvent")
_LINK = full_tag("linkEventDefinition")


def beginnings(scope: etree._Element) -> list[etree._Element]:
    """Return the nodes that a scope (a process or sub-process) begins with."""
    nodes = [node for node in scope if node.tag in _NODES]
    return [node for node in nodes if node.tag == _START] or heads(scope)


def heads(scope: etree._Element) -> list[etree._Element]:
    """Return the nodes that no flow leads to, without those that wait beside the flow."""
    led_to = {flow.get("targetRef") for flow in scope.iter(full_tag("sequenceFlow"))}
    return [n for n in scope if n.tag in _NODES and n.get("id") not in led_to and not _is_beside_the_flow(n)]


def _is_beside_the_flow(node: etree._Element) -> bool:
    """Say whether a node waits for an event, for a link to it, or to undo what was done."""
    return (
        node.tag == full_tag("boundaryEvent")
        or node.get("triggeredByEvent") == "true"
        or node.get("isForCompensation") == "true"
        or (node.tag == full_tag("intermediateCatchEvent") and node.find(_LINK) is not None)
    )


def choose_start(spec: Any) -> None:
    """Let a process with several start events begin at that without a trigger, or where it is asked to begin.

    One with triggers alone begins at the first event that comes.
    """
    events = spec.start.outputs
    split = StartChoice(spec, "StartEventSplit")
    join = StartEventJoin(spec, "StartEventJoin", split_task=split.name, threshold=1, cancel=True)
    for event in events:
        event.inputs = [split]
        event.connect(join)
    split.inputs, split.outputs = [spec.start], events
    spec.start.outputs = [split]
