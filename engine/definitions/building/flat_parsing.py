"""Reads the nodes of a process one by one, where SpiffWorkflow's parser follows its flows by recursion.

As delivered the parser ends with a RecursionError at about 490 nodes in a row (fewer inside a web request). Here a node
is created without its flows and put on a list; the flows of the list's nodes are drawn afterwards. Two thousand nodes
in a line take 0.6 s, and a loop back over all of them costs nothing more.
"""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent, EventBasedGateway
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent

from engine.definitions.building.ad_hoc import AD_HOC, draw_ad_hoc
from engine.definitions.building.beginnings import beginnings, choose_start
from engine.definitions.building.compensation import (
    begins_by_compensation,
    draw_handlers,
    draw_unused_handlers,
    is_compensation,
)
from engine.definitions.building.events import ThrowReader
from engine.definitions.elements import GATEWAYS
from engine.definitions.specs import Choosing, Way, WaysOut
from engine.definitions.xml import child_text

_GATEWAYS = frozenset(map(full_tag, GATEWAYS))


class FlatProcessParser(ProcessParser):
    """SpiffWorkflow's parser of a process, without its recursion."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._without_flows: list[Any] = []
        self._is_drawing = False
        self._undoing: list[tuple[str, etree._Element]] = []  # activities, each with the event that undoes it

    def get_outgoing_sequence_flows(self, source_ref: str) -> list[etree._Element]:
        """Return none: a node that is created does not follow its flows."""
        return []

    def get_boundary_events(self, attached_to_ref: str) -> list[etree._Element]:
        """Return the events that an activity waits at; those that undo it wait for nothing and are drawn at the end."""
        events = super().get_boundary_events(attached_to_ref)
        self._undoing.extend((attached_to_ref, event) for event in events if is_compensation(event))
        return [event for event in events if not is_compensation(event)]

    def parse_node(self, node: etree._Element) -> Any:
        """Return the specification of a node and, when it is one that the process begins with, draw all after it."""
        if node.get("id") in self.spec.task_specs:
            return self.spec.task_specs[node.get("id")]
        reader_class, spec_class = self.parser._get_parser_class(node.tag)
        if reader_class is None or spec_class is None:
            message = "There is no support implemented for this task type."
            raise ValidationException(message, node=node, file_name=self.filename)
        is_first, self._is_drawing = not self._is_drawing, True
        reader = reader_class(self, spec_class, node, self.nsmap, lane=self.lane)
        task_spec = reader.parse_node()
        self._without_flows.append(reader)
        if is_first:
            self._draw_flows()
            self._is_drawing = False
        return task_spec

    def add_tasks(self) -> None:
        """Read all nodes, from those that the process begins with; what waits beside the flow begins with them."""
        first = beginnings(self.node)
        if first and self.node.tag == AD_HOC:
            draw_ad_hoc(self, self.parser.element(self.bpmn_id))
            first = []
        for node in first:
            task_spec = self.parse_node(node)
            if not isinstance(task_spec, StartEvent):  # which connects itself
                self.spec.start.connect(task_spec)
        if not self.spec.start.outputs:
            self.spec.start.connect(self.spec.end)
        if len(self.spec.start.outputs) > 1 and isinstance(self.spec.start.outputs[0], StartEvent):
            choose_start(self.spec)
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true']"):
            self._place_beside(self.parse_node(node))
        while self._undoing:
            waiting, self._undoing = self._undoing, []
            draw_handlers(self, waiting)
        draw_unused_handlers(self)

    def _place_beside(self, task_spec: Any) -> None:
        """Let an event sub-process wait from the start; one that undoes its scope is entered only for that."""
        if begins_by_compensation(self.parser.get_process_parser(task_spec.spec).get_spec()):
            self.spec.undone_by_event = task_spec.name
        else:
            self.spec.start.connect(task_spec)

    def _draw_flows(self) -> None:
        while self._without_flows:
            reader = self._without_flows.pop(0)
            flows = self.outgoing_sequence_flows.get(reader.bpmn_id, [])
            self._draw(reader, [(self._target(reader, flow), flow) for flow in flows])
            linked = reader.catches_link() if isinstance(reader, ThrowReader) else []
            for node in linked:
                reader.task.connect(self.parse_node(node))
            if not flows and not linked and not isinstance(reader.task, EndEvent | EventBasedGateway):
                reader.task.connect(self.spec.end)
            if isinstance(reader.task, BoundaryEvent):
                self._order_path(reader.task)

    def _order_path(self, event: Any) -> None:
        """Put a boundary event's own path before the end of its activity, as delivered, or in the place of it.

        An event that does not interrupt has no part in that end: one that comes daily would leave a token each time.
        """
        join = event._outputs.pop(0)
        if event.cancel_activity:
            event._outputs.append(join)
        else:
            self.spec.task_specs[join]._inputs.remove(event.name)

    def _draw(self, reader: Any, flows: list[tuple[Any, etree._Element]]) -> None:
        chooser = self._chooser(reader, [flow for _, flow in flows])
        for target, flow in sorted(flows, key=lambda pair: self._height(pair[1])):
            if chooser is None:
                reader.connect_outgoing(target, flow, is_default=False)
            else:
                chooser.add_way(self._way(reader, target, flow), target)

    def _chooser(self, reader: Any, flows: list[etree._Element]) -> Choosing | None:
        """Return what chooses among the flows out of a node; none when all of them are taken."""
        if isinstance(reader.task, Choosing):
            return reader.task
        if reader.node.tag in _GATEWAYS or not any(map(self._condition, flows)):
            return None
        chooser = WaysOut(self.spec, reader.bpmn_id, reader.node.get("name"))
        reader.task.connect(chooser)
        return chooser

    def _way(self, reader: Any, target: Any, flow: etree._Element) -> Way:
        led_to = self.get_node_by_id(flow.get("targetRef"))
        name = flow.get("name") or led_to.get("name") or led_to.get("id")
        is_default = flow.get("id") == reader.node.get("default")
        return Way(flow.get("id", ""), " ".join(name.split()), target.name, self._condition(flow), is_default)

    def _condition(self, flow: etree._Element) -> str:
        return child_text(flow, "bpmn:conditionExpression")

    def _height(self, flow: etree._Element) -> float:
        return float(self.get_position(flow.get("targetRef"))["y"])

    def _target(self, reader: Any, flow: etree._Element) -> Any:
        target = self.get_node_by_id(flow.get("targetRef"))
        if target is None:
            reader.raise_validation_exception(f"The flow “{flow.get('id')}” leads nowhere")
        split = self.spec.task_specs.get(f"{target.get('id')}.BoundaryEventSplit")
        return split if split is not None else self.parse_node(target)
