"""Reads events as ours: timers that our rules compute, messages that the database correlates, and so on."""

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
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.definitions.elements import Element, Trigger
from engine.definitions.specs import (
    CaseCancel,
    CaseCompensation,
    CaseCondition,
    CaseCycleTimer,
    CaseError,
    CaseEscalation,
    CaseMessage,
    CaseSignal,
    CaseStart,
    CaseTerminate,
    CaseTimer,
    Nothing,
    Several,
    Told,
)


class EventReader(EventDefinitionParser):
    """Reads what an event waits for or throws from our own element."""

    @property
    def element(self) -> Element:
        """Return what our own reader found."""
        found: Element = self.process_parser.parser.element(self.bpmn_id)
        return found

    def get_event_definition(self, xpaths: list[str]) -> EventDefinition:
        """Return the definition of the event, whatever kinds SpiffWorkflow's parser would look for."""
        if self.element.is_told:
            return Told(self.bpmn_id, self.element.label)
        found = [self._definition(number, trigger) for number, trigger in enumerate(self.element.triggers)]
        if not found:
            return NoneEventDefinition()
        return found[0] if len(found) == 1 else Several(tuple(found), takes_all=self.element.takes_all)

    def repeats(self) -> bool:
        """Say whether a cycle fires round after round; elsewhere its first round is what counts."""
        return False

    def _definition(self, number: int, trigger: Trigger) -> EventDefinition:
        if trigger.timer is not None:
            name = self.bpmn_id if number == 0 else f"{self.bpmn_id}~{number}"  # several timers have each its own time
            is_cycle = trigger.timer.kind == "cycle" and self.repeats() and len(self.element.triggers) == 1
            return (CaseCycleTimer if is_cycle else CaseTimer)(name, trigger.timer.kind, trigger.timer.text)
        if trigger.message is not None:
            return CaseMessage(trigger.message.name, trigger.message.correlation_key)
        match trigger.kind:
            case "signal":
                return CaseSignal(trigger.name)
            case "error":
                return CaseError(trigger.name, trigger.code)
            case "escalation":
                return CaseEscalation(trigger.name, trigger.code)
            case "conditional":
                return CaseCondition(f"{self.bpmn_id}~{number}", trigger.condition)
            case "compensate":
                return CaseCompensation(trigger.activity)
            case "cancel":
                return CaseCancel()
            case "terminate":
                return CaseTerminate()
        return NoneEventDefinition()


class StartReader(EventReader, StartEventParser):
    def create_task(self) -> CaseStart:
        is_triggered = self.node.getparent().get("triggeredByEvent") == "true"
        definition = self.get_event_definition([])
        if is_triggered and isinstance(definition, NoneEventDefinition):
            definition = Nothing()
        task: CaseStart = self._create_task(definition)
        task.is_triggered = is_triggered
        task.interrupts = is_triggered and (self._may_interrupt() or isinstance(definition, CaseError))
        self.spec.start.connect(task)
        return task

    def repeats(self) -> bool:
        return not self.element.is_interrupting

    def _may_interrupt(self) -> bool:
        return self.element.is_interrupting or self.element.event == "compensate"


class EndReader(EventReader, EndEventParser):
    pass


class CatchReader(EventReader, IntermediateCatchEventParser):
    pass


class ThrowReader(EventReader, IntermediateThrowEventParser):
    def catches_link(self) -> list[etree._Element]:
        """Return the link events at which a token goes on that comes to this one."""
        names = {trigger.name for trigger in self.element.triggers if trigger.kind == "link"}
        beside: Any = self.node.getparent().iterchildren("{*}intermediateCatchEvent") if names else ()
        return [node for node in beside if names & _links(self.process_parser.parser.element(node.get("id")))]


class BoundaryReader(EventReader, BoundaryEventParser):
    def create_task(self) -> Any:
        task = super().create_task()
        if any(trigger.kind in ("error", "cancel") for trigger in self.element.triggers):
            task.cancel_activity = True  # what has failed cannot go on
        return task

    def repeats(self) -> bool:
        return not self.element.is_interrupting


class EventGatewayReader(EventReader, EventBasedGatewayParser):
    def create_task(self) -> Any:
        return self._create_task(Several())


def _links(element: Element) -> set[str]:
    return {trigger.name for trigger in element.triggers if trigger.kind == "link"}
