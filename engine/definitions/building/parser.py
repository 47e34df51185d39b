"""SpiffWorkflow's parser, told which of our readers and kinds of steps each tag of BPMN gets."""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag

from engine.definitions.building.activities import (
    ActivityReader,
    CallReader,
    ReceiveReader,
    SendReader,
    SubProcessReader,
)
from engine.definitions.building.choices import ChoiceReader
from engine.definitions.building.events import (
    BoundaryReader,
    CatchReader,
    EndReader,
    EventGatewayReader,
    StartReader,
    ThrowReader,
)
from engine.definitions.building.flat_parsing import FlatProcessParser
from engine.definitions.elements import SERVICES, TO_DO, Element
from engine.definitions.specs import (
    CalledProcess,
    CaseBoundary,
    CaseCatch,
    CaseEnd,
    CaseGateway,
    CaseStart,
    CaseSubProcess,
    CaseThrow,
    CaseTransaction,
    ComplexChoice,
    ExclusiveChoice,
    InclusiveChoice,
    PersonStep,
    ServiceStep,
)


class DiagramParser(BpmnParser):
    """SpiffWorkflow's parser with our kinds of steps."""

    PROCESS_PARSER_CLASS = FlatProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        **{full_tag(kind): (ActivityReader, PersonStep) for kind in TO_DO},
        **{full_tag(kind): (ActivityReader, ServiceStep) for kind in SERVICES},
        full_tag("subProcess"): (SubProcessReader, CaseSubProcess),
        full_tag("adHocSubProcess"): (SubProcessReader, CaseSubProcess),
        full_tag("transaction"): (SubProcessReader, CaseTransaction),
        full_tag("callActivity"): (CallReader, CalledProcess),
        full_tag("exclusiveGateway"): (ChoiceReader, ExclusiveChoice),
        full_tag("inclusiveGateway"): (ChoiceReader, InclusiveChoice),
        full_tag("complexGateway"): (ChoiceReader, ComplexChoice),
        full_tag("startEvent"): (StartReader, CaseStart),
        full_tag("endEvent"): (EndReader, CaseEnd),
        full_tag("intermediateCatchEvent"): (CatchReader, CaseCatch),
        full_tag("intermediateThrowEvent"): (ThrowReader, CaseThrow),
        full_tag("boundaryEvent"): (BoundaryReader, CaseBoundary),
        full_tag("eventBasedGateway"): (EventGatewayReader, CaseGateway),
        full_tag("receiveTask"): (ReceiveReader, CaseCatch),
        full_tag("sendTask"): (SendReader, CaseThrow),
    }

    def __init__(self, elements: list[Element]) -> None:
        super().__init__()
        self._elements = {element.id: element for element in elements}

    def element(self, element_id: str) -> Element:
        """Return what our own reader found at `element_id`."""
        return self._elements[element_id]
