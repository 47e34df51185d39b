"""What begins a case of a category without anybody asking: the messages, signals and times of its start."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.definitions.category import Definition
from engine.definitions.elements import Element, MessageReference, Trigger
from engine.definitions.xml import NAMESPACES

KINDS = ("message", "signal", "timer")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event that begins a case: at a start event, or at an event or receive task that a process begins with."""

    element_id: str
    trigger: Trigger

    @property
    def name(self) -> str:
        """Return the name of the message or signal, or the kind and text of the time."""
        if self.trigger.timer is not None:
            return f"{self.trigger.timer.kind} {self.trigger.timer.text}"
        return self.trigger.message.name if self.trigger.message is not None else self.trigger.name


def occasions(definition: Definition) -> Iterator[Occasion]:
    """Yield every event that begins a case of a category."""
    for element in _first(definition):
        if element.is_told:
            continue
        for trigger in _triggers(element):
            if trigger.kind in KINDS:
                yield Occasion(element.id, trigger)


def _first(definition: Definition) -> Iterator[Element]:
    """Yield the start events of the process, or else the events that it begins with."""
    process = _process(definition)
    if process is None:
        return
    nodes = [definition.elements[node.get("id", "")] for node in process if node.get("id", "") in definition.elements]
    starts = [element for element in nodes if element.kind == "startEvent"]
    yield from starts or _without_start(process, nodes)


def _without_start(process: etree._Element, nodes: list[Element]) -> Iterator[Element]:
    led_to = {flow.get("targetRef") for flow in process.iterchildren("{*}sequenceFlow")}
    by_id = {element.id: element for element in nodes}
    for element in nodes:
        if element.id in led_to:
            continue
        if element.kind == "receiveTask":
            yield element
        elif element.kind == "eventBasedGateway":
            yield from (by_id[flow.target] for flow in element.outgoing if flow.target in by_id)


def _triggers(element: Element) -> tuple[Trigger, ...]:
    if element.kind == "receiveTask":
        return (Trigger("message", message=element.message or MessageReference(element.label)),)
    return element.triggers


def _process(definition: Definition) -> etree._Element | None:
    found = [node for diagram in definition.diagrams for node in diagram.root.findall("bpmn:process", NAMESPACES)]
    return next((node for node in found if node.get("id") == definition.process_id), None)
