"""Reads activities: loops by our elements rather than by BPMN's own data references."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import IntermediateCatchEventParser, IntermediateThrowEventParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.defaults import EventSubprocess

from engine.definitions.building.events import EventReader
from engine.definitions.elements import MessageReference, Repeat
from engine.definitions.specs import (
    CaseCall,
    CaseMessage,
    Item,
    Items,
    ParallelItems,
    Repeated,
    Scoped,
    SequentialItems,
    ServiceStep,
    Told,
)


class ActivityReader(TaskParser):
    """Reads loops from our elements rather than from BPMN's own data references."""

    task: Any

    def _add_loop_task(self, loop_characteristics: etree._Element) -> None:
        self._repeat(self.process_parser.parser.element(self.bpmn_id).repeat, loop_characteristics)

    def _repeat(self, repeat: Repeat, loop_characteristics: etree._Element) -> None:
        element = self.process_parser.parser.element(self.bpmn_id)
        original = self.spec.task_specs.pop(self.task.name)
        condition, most = repeat.condition or None, repeat.most
        self.task = Repeated(self.spec, original.name, "", most, condition, repeat.asks_before)
        if condition is None and most is None:
            self.task.let_officer_say(element.id, element.label)
        self.task.bpmn_id = None  # the rounds stand on the diagram, not their frame
        self._copy_task_attrs(original, loop_characteristics)

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        loop = self.process_parser.parser.element(self.bpmn_id).loop
        if not loop.collection and not loop.cardinality:  # nothing says for what: an officer says whether once more
            self._repeat(Repeat(), loop_characteristics)
            return
        kind = SequentialItems if loop.is_sequential else ParallelItems
        original = self.spec.task_specs.pop(self.task.name)
        self.task = kind(
            self.spec,
            original.name,
            task_spec="",
            cardinality=loop.cardinality or None,
            data_input=Items(loop.collection) if loop.collection else None,
            input_item=Item(loop.item) if loop.item else None,
            condition=loop.completion_condition or None,
        )
        self.task.output_collection, self.task.output_element = loop.output_collection, loop.output_element
        self.task.bpmn_id = None  # the instances stand on the diagram, not their frame
        self._copy_task_attrs(original, loop_characteristics)


class SubProcessReader(ActivityReader):
    """Reads a sub-process as a process of its own, wherever that begins and ends."""

    def create_task(self) -> Any:
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.get_process_parser(self.bpmn_id).parent = self.process_parser
        kind = EventSubprocess if self._is_triggered() else self.spec_class
        spec = kind(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)
        if isinstance(spec, Scoped):
            service = parser.element(self.bpmn_id).service
            spec.takes, spec.gives = service.inputs, service.outputs
        return spec

    def _add_loop_task(self, loop_characteristics: etree._Element) -> None:
        if not self._is_triggered():
            super()._add_loop_task(loop_characteristics)

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        if not self._is_triggered():
            super()._add_multiinstance_task(loop_characteristics)

    def _is_triggered(self) -> bool:
        """Say whether an event begins it: it then comes as often as the event does, and no loop counts it."""
        return bool(self.node.get("triggeredByEvent") == "true")


class CallReader(ActivityReader):
    """Reads a call of a process of the category, or of a case of another category."""

    def create_task(self) -> Any:
        element = self.process_parser.parser.element(self.bpmn_id)
        if element.starts_case:
            return CaseCall(self.spec, self.bpmn_id, **self.bpmn_attributes)
        called = element.service.called_process
        if not called:
            self.raise_validation_exception("It does not say which process it calls")
        is_worked_out = called.startswith("=")
        name = "" if is_worked_out else called
        spec = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=name, **self.bpmn_attributes)
        spec.takes, spec.gives = element.service.inputs, element.service.outputs
        spec.called = called if is_worked_out else ""
        return spec


class ReceiveReader(ActivityReader, EventReader, IntermediateCatchEventParser):
    def create_task(self) -> Any:
        if self.element.is_told:
            return self._create_task(Told(self.bpmn_id, self.element.label))
        message = self.element.message or MessageReference(self.element.label)
        return self._create_task(CaseMessage(message.name, message.correlation_key))


class SendReader(ActivityReader, EventReader, IntermediateThrowEventParser):
    """Reads a send task: one that names a service is done by it, one that names a message alone sends that."""

    def create_task(self) -> Any:
        message = self.element.message
        if message is None or self.element.service.type:
            self.spec_class = ServiceStep
            return TaskParser.create_task(self)
        return self._create_task(CaseMessage(message.name, message.correlation_key))
