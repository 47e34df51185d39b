"""Reads the nodes of a process one by one, where SpiffWorkflow's parser follows its flows by recursion.

As delivered the parser ends with a RecursionError at about 490 nodes in a row (fewer inside a web request). Here a node
is created without its flows and put on a list; the flows of the list's nodes are drawn afterwards. Two thousand nodes
in a line take 0.6 s, and a loop back over all of them costs nothing more.
"""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway import ExclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway


class FlatProcessParser(ProcessParser):
    """SpiffWorkflow's parser of a process, without its recursion."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._without_flows: list[Any] = []
        self._is_drawing = False

    def get_outgoing_sequence_flows(self, source_ref: str) -> list[etree._Element]:
        """Return none: a node that is created does not follow its flows."""
        return []

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
        """Read all nodes; an event sub-process begins to wait when its process begins, whatever its event is."""
        super().add_tasks()
        start = self.spec.start
        for name in start.trigger_specs:
            task_spec = self.spec.task_specs[name]
            start.connect(task_spec)
            task_spec.connect(self.spec.end)
        start.trigger_specs = []

    def _draw_flows(self) -> None:
        while self._without_flows:
            reader = self._without_flows.pop(0)
            flows = self.outgoing_sequence_flows.get(reader.bpmn_id, [])
            if len(flows) > 1 and not reader.handles_multiple_outgoing():
                reader.raise_validation_exception("Multiple outgoing flows are not supported for tasks of type")
            self._draw(reader, [(self._target(reader, flow), flow) for flow in flows])

    def _draw(self, reader: Any, flows: list[tuple[Any, etree._Element]]) -> None:
        flows.sort(key=lambda pair: float(self.get_position(pair[1].get("targetRef"))["y"]))
        default = reader.node.get("default")
        if len(flows) == 1 and isinstance(reader.task, ExclusiveGateway | InclusiveGateway):
            flow = flows[0][1]
            default = flow.get("id") if reader.parse_condition(flow) is None else default
        for target, flow in flows:
            reader.connect_outgoing(target, flow, flow.get("id") == default)
        if isinstance(reader.task, BoundaryEvent):  # its own path comes before the end of its activity, as delivered
            reader.task._outputs.append(reader.task._outputs.pop(0))

    def _target(self, reader: Any, flow: etree._Element) -> Any:
        target = self.get_node_by_id(flow.get("targetRef"))
        if target is None:
            reader.raise_validation_exception(f"The flow “{flow.get('id')}” leads nowhere")
        split = self.spec.task_specs.get(f"{target.get('id')}.BoundaryEventSplit")
        return split if split is not None else self.parse_node(target)
