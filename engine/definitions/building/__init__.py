"""Builds SpiffWorkflow's specifications from a diagram that has been read."""

from dataclasses import dataclass
from math import isfinite

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask as SubWorkflowMixin

from engine.definitions.building.compensation import connect_scopes
from engine.definitions.building.lookahead import bound
from engine.definitions.building.parser import DiagramParser
from engine.definitions.reading import Diagram
from engine.errors import Invalid

# Data is in the case document, and the database correlates messages: these stay in the drawing and run nothing.
DOCUMENTATION = (
    "dataInputAssociation dataOutputAssociation ioSpecification property dataObject dataObjectReference dataStore "
    "dataStoreReference correlationSubscription correlationProperty correlationKey".split()
)


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
    connect_scopes((top, *inner.values()))
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
        names = {call.spec for call in calls if call.spec}
        if any(not call.spec for call in calls):  # an expression names the process: it may be any
            names |= set(parser.get_process_ids())
        for name in names - found.keys():
            found[name] = parser.get_spec(name)
            waiting.append(found[name])
    return found


def _sentence(error: ValidationException, process_id: str) -> str:
    where = getattr(error, "id", None) or getattr(error, "name", None) or process_id
    return f"The diagram cannot be run at “{where}”: {error.args[0] if error.args else error}."


def _prepared(diagram: Diagram) -> etree._ElementTree:
    """Return a copy of the tree in which what zeebe keeps in extensions stands where BPMN's own attributes are."""
    root = etree.fromstring(etree.tostring(diagram.root, encoding="UTF-8"))  # ASCII would spell out letters of names
    for node in [*root.iter(*map(full_tag, DOCUMENTATION))]:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    _make_numbers_plain(root)
    return etree.ElementTree(root)


def _make_numbers_plain(root: etree._Element) -> None:
    """Leave no coordinate in a drawing that is no number: the parser reads them to order the flows of a node."""
    for bounds in root.iter("{*}Bounds"):
        for name in ("x", "y"):
            if not _is_number(bounds.get(name, "0")):
                bounds.set(name, "0")


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _connect_loops(spec: BpmnProcessSpec) -> None:
    """Tell each loop when one of its instances is done; at parse time, since a restored case has no other moment."""
    for loop in [found for found in spec.task_specs.values() if isinstance(found, LoopTask)]:
        child = spec.task_specs[loop.task_spec]
        if not child.completed_event.is_connected(loop.merge_child):
            child.completed_event.connect(loop.merge_child)
