"""Where the tokens of a process or sub-process begin: at its start events, else at every node that no flow leads to.

Source: BPMN 2.0.2, sections 10.5.2 and 13.2. A process started by hand begins at its start event without a trigger.
"""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.specs.control import StartEventJoin
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.definitions.elements import FLOW_NODES
from engine.definitions.specs import StartChoice, StartQuestion, Way

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

    Of several without a trigger an officer says at which. One with triggers alone begins at the first event that comes.
    """
    events = spec.start.outputs
    split = StartChoice(spec, "StartEventSplit")
    join = StartEventJoin(spec, "StartEventJoin", split_task=split.name, threshold=1, cancel=True)
    for event in events:
        event.inputs = [split]
        event.connect(join)
    split.inputs, split.outputs = [spec.start], events
    spec.start.outputs = [split]
    plain = [event for event in events if isinstance(event.event_definition, NoneEventDefinition)]
    if len(plain) > 1:
        _ask_where(spec, split, plain)


def _ask_where(spec: Any, split: StartChoice, events: list[Any]) -> None:
    first = events[0]
    question = StartQuestion(spec, "StartQuestion", first.bpmn_id, first.bpmn_name, "Where does it begin?")
    split.connect(question)
    for event in events:
        question.add_way(Way(event.bpmn_id, event.bpmn_name or event.bpmn_id, event.name), event)
