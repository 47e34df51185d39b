"""Reads events as ours: timers that our rules compute, messages that the database correlates."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)

from engine.definitions.specs import CaseCycleTimer, CaseMessage, CaseStart, CaseTimer, FirstEvent

_STARTING = [f".//bpmn:{kind}EventDefinition" for kind in "message signal timer conditional error escalation".split()]


class EventReader(EventDefinitionParser):
    """Reads timers and messages as ours."""

    def parse_timer_event(self, event: etree._Element) -> CaseTimer:
        timer = self.process_parser.parser.element(self.bpmn_id).timer
        kind = CaseCycleTimer if timer.kind == "cycle" else CaseTimer
        return kind(self.bpmn_id, timer.kind, timer.text)

    def parse_message_event(self, event: etree._Element) -> CaseMessage:
        message = self.process_parser.parser.element(self.bpmn_id).message
        return CaseMessage(message.name, message.correlation_key)


class StartReader(EventReader, StartEventParser):
    def create_task(self) -> CaseStart:
        definition = self.get_event_definition(_STARTING)
        task: CaseStart = self._create_task(definition)
        is_triggered = self.node.getparent().get("triggeredByEvent") == "true"
        task.interrupts = is_triggered and self.node.get("isInterrupting") != "false"
        self.spec.start.connect(task)
        return task


class EndReader(EventReader, EndEventParser):
    pass


class CatchReader(EventReader, IntermediateCatchEventParser):
    pass


class ThrowReader(EventReader, IntermediateThrowEventParser):
    pass


class BoundaryReader(EventReader, BoundaryEventParser):
    pass


class EventGatewayReader(EventReader, EventBasedGatewayParser):
    def create_task(self) -> Any:
        return self._create_task(FirstEvent())
