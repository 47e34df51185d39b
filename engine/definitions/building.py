"""Builds SpiffWorkflow's specifications from a diagram that has been read."""

from dataclasses import dataclass
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    EndEvent,
    EventBasedGateway,
    EventSubprocess,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    SubWorkflowTask,
    TransactionSubprocess,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask as SubWorkflowMixin

from engine.definitions.elements import SERVICES, TO_DO, Element
from engine.definitions.flat_parsing import FlatProcessParser
from engine.definitions.lookahead import bound
from engine.definitions.reading import Diagram
from engine.definitions.specs import (
    CaseCycleTimer,
    CaseMessage,
    CaseStart,
    CaseTimer,
    FirstEvent,
    Item,
    Items,
    ParallelItems,
    PersonStep,
    Repeated,
    SequentialItems,
    ServiceStep,
)
from engine.errors import Invalid


@dataclass(frozen=True, slots=True)
class ProcessSpecs:
    """The top process of a category and every sub-process and called process that it needs, by name."""

    top: BpmnProcessSpec
    inner: dict[str, BpmnProcessSpec]


def build(diagrams: list[Diagram], process_id: str) -> ProcessSpecs:
    """Return what runs for the process `process_id` of `diagrams`.

    Raises:
        Invalid: SpiffWorkflow's parser refused the diagram; the sentence names the element.
    """
    parser = DiagramParser([element for diagram in diagrams for element in diagram.elements.values()])
    try:
        for diagram in diagrams:
            parser.add_bpmn_xml(_prepared(diagram), diagram.source)
        top = parser.get_spec(process_id)
        inner = _inner_specs(parser, top)
    except ValidationException as error:
        raise Invalid(_sentence(error, process_id)) from error
    except Exception as error:  # SpiffWorkflow's parser fails in many ways on what it does not expect
        raise Invalid(f"The diagram cannot be run: its parser failed ({type(error).__name__}: {error}).") from error
    for spec in (top, *inner.values()):
        _connect_loops(spec)
        bound(spec.task_specs)
    return ProcessSpecs(top, inner)


def _inner_specs(parser: BpmnParser, top: BpmnProcessSpec) -> dict[str, BpmnProcessSpec]:
    """Return every sub-process and called process in reach, however long the chain of calls is."""
    found: dict[str, BpmnProcessSpec] = {}
    waiting = [top]
    while waiting:
        calls = [spec for spec in waiting.pop().task_specs.values() if isinstance(spec, SubWorkflowMixin)]
        for name in {call.spec for call in calls} - found.keys():
            found[name] = parser.get_spec(name)
            waiting.append(found[name])
    return found


def _sentence(error: ValidationException, process_id: str) -> str:
    where = getattr(error, "id", None) or getattr(error, "name", None) or process_id
    return f"The diagram cannot be run at “{where}”: {error.args[0] if error.args else error}."


def _prepared(diagram: Diagram) -> etree._ElementTree:
    """Return a copy of the tree in which what zeebe keeps in extensions stands where BPMN's own attributes are."""
    root = etree.fromstring(etree.tostring(diagram.root))
    for node in root.iter(full_tag("callActivity")):
        element = diagram.elements[node.get("id", "")]
        node.set("calledElement", element.service.called_process)
    for association in [*root.iter(full_tag("dataInputAssociation")), *root.iter(full_tag("dataOutputAssociation"))]:
        # Data is in the case document; associations stay in the drawing as documentation.
        parent = association.getparent()
        if parent is not None:
            parent.remove(association)
    return etree.ElementTree(root)


def _connect_loops(spec: BpmnProcessSpec) -> None:
    """Tell each loop when one of its instances is done; at parse time, since a restored case has no other moment."""
    for loop in [found for found in spec.task_specs.values() if isinstance(found, LoopTask)]:
        child = spec.task_specs[loop.task_spec]
        if not child.completed_event.is_connected(loop.merge_child):
            child.completed_event.connect(loop.merge_child)


_STARTING = [f".//bpmn:{kind}EventDefinition" for kind in "message signal timer conditional error escalation".split()]


class _Events(EventDefinitionParser):
    """Reads timers and messages as ours."""

    def parse_timer_event(self, event: etree._Element) -> CaseTimer:
        timer = self.process_parser.parser.element(self.bpmn_id).timer
        kind = CaseCycleTimer if timer.kind == "cycle" else CaseTimer
        return kind(self.bpmn_id, timer.kind, timer.text)

    def parse_message_event(self, event: etree._Element) -> CaseMessage:
        message = self.process_parser.parser.element(self.bpmn_id).message
        return CaseMessage(message.name, message.correlation_key)


class _Start(_Events, StartEventParser):
    def create_task(self) -> CaseStart:
        definition = self.get_event_definition(_STARTING)
        task: CaseStart = self._create_task(definition)
        is_triggered = self.node.getparent().get("triggeredByEvent") == "true"
        task.interrupts = is_triggered and self.node.get("isInterrupting") != "false"
        self.spec.start.connect(task)
        return task


class _End(_Events, EndEventParser):
    pass


class _Catch(_Events, IntermediateCatchEventParser):
    pass


class _Throw(_Events, IntermediateThrowEventParser):
    pass


class _Boundary(_Events, BoundaryEventParser):
    pass


class _EventGateway(_Events, EventBasedGatewayParser):
    def create_task(self) -> Any:
        return self._create_task(FirstEvent())


class _Activity(TaskParser):
    """Reads loops from our elements rather than from BPMN's own data references."""

    STANDARD_LOOP_CLASS = Repeated
    task: Any

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        loop = self.process_parser.parser.element(self.bpmn_id).loop
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


class _SubProcess(_Activity, SubWorkflowParser):
    def create_task(self) -> Any:
        if self.node.get("triggeredByEvent") == "true":
            self.spec_class = EventSubprocess
        return super().create_task()


class _Call(_Activity, CallActivityParser):
    pass


class _Receive(_Activity, _Events, IntermediateCatchEventParser):
    def create_task(self) -> Any:
        return self._create_task(self.parse_message_event(self.node))


class DiagramParser(BpmnParser):
    """SpiffWorkflow's parser with our kinds of steps."""

    PROCESS_PARSER_CLASS = FlatProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        **{full_tag(kind): (_Activity, PersonStep) for kind in TO_DO},
        **{full_tag(kind): (_Activity, ServiceStep) for kind in SERVICES},
        full_tag("subProcess"): (_SubProcess, SubWorkflowTask),
        full_tag("transaction"): (_SubProcess, TransactionSubprocess),
        full_tag("callActivity"): (_Call, CallActivity),
        full_tag("startEvent"): (_Start, CaseStart),
        full_tag("endEvent"): (_End, EndEvent),
        full_tag("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_Throw, IntermediateThrowEvent),
        full_tag("boundaryEvent"): (_Boundary, BoundaryEvent),
        full_tag("eventBasedGateway"): (_EventGateway, EventBasedGateway),
        full_tag("receiveTask"): (_Receive, IntermediateCatchEvent),
    }

    def __init__(self, elements: list[Element]) -> None:
        super().__init__()
        self._elements = {element.id: element for element in elements}

    def element(self, element_id: str) -> Element:
        """Return what our own reader found at `element_id`."""
        return self._elements[element_id]
