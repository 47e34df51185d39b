"""Repairs of events that do not say what they wait for: by what their label says, else an officer tells."""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine.clocks import timing
from engine.definitions.checks.events import KINDS
from engine.definitions.checks.expressions import constant
from engine.definitions.elements import Element
from engine.definitions.importing.labels import duration_in
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.expressions import can_be_read
from engine.definitions.importing.repairing.people import is_told, told
from engine.definitions.importing.tree import bpmn, definitions, document, remove
from engine.definitions.xml import NAMESPACES, child_text
from engine.errors import EngineError

CATCHING = ("intermediateCatchEvent", "boundaryEvent", "startEvent")
OFFICER = "an officer says when it has happened"


def find(drawing: Drawing) -> Iterator[Repair]:
    """Give timers the time of their label, and let an officer tell of what nothing else tells of."""
    for node in drawing.nodes:
        if node.kind not in CATCHING or is_told(drawing, node.id):
            continue
        if node.timer is not None:
            yield from _timer(node, drawing)
        elif node.event == "" and node.kind == "intermediateCatchEvent":
            yield _told(node, drawing, "no-definition", "waits for nothing that is drawn")
        elif node.event in ("message", "signal", "conditional") and not _names_it(node, drawing):
            yield _told(node, drawing, f"no-{node.event}", f"does not name its {node.event}")


def _timer(node: Element, drawing: Drawing) -> Iterator[Repair]:
    timer = node.timer
    assert timer is not None
    if timer.text and not _is_wrong(timer):
        return
    code, time = ("timer-wrong-time" if timer.text else "timer-without-time"), duration_in(node.name)
    if time:
        message = f"The timer “{node.label}” had no time that can be counted: its label says {time}."
        yield Repair(node.id, code, message, partial(_set_time, drawing, node.id, time), timer.text, time)
    else:
        why = f"waits until “{timer.text}”, which is no time" if timer.text else "does not say when it is due"
        yield _told(node, drawing, code, why)


def _is_wrong(timer: timing.Span | object) -> bool:
    text, kind = str(getattr(timer, "text", "")), str(getattr(timer, "kind", ""))
    time = text if timing.is_literal(text) else constant(text)
    if time is None:
        return not can_be_read(text)
    try:
        KINDS[kind](time)
    except EngineError:
        return True
    return False


def _set_time(drawing: Drawing, node_id: str, time: str) -> None:
    definition = definitions(drawing.written(node_id))[0]
    for child in list(definition):
        definition.remove(child)
    etree.SubElement(definition, bpmn("timeDuration")).text = time


def _names_it(node: Element, drawing: Drawing) -> bool:
    written = drawing.written(node.id)
    if node.event == "conditional":
        text = child_text(written, "bpmn:conditionalEventDefinition/bpmn:condition")
        return bool(text) and can_be_read(text.removeprefix("="))
    definition = written.find(f"bpmn:{node.event}EventDefinition", NAMESPACES)
    return definition is not None and bool(definition.get(f"{node.event}Ref"))


def _told(node: Element, drawing: Drawing, code: str, why: str) -> Repair:
    if _starts_the_case(node, drawing):
        message = f"“{node.label}” {why}: an officer starts the case."
        return Repair(node.id, code, message, partial(_plain, drawing, node.id), node.event, "none")
    message = f"“{node.label}” {why}: {OFFICER}."
    return Repair(node.id, code, message, partial(told, drawing, node.id), node.event or "none", "toldBy = officer")


def _starts_the_case(node: Element, drawing: Drawing) -> bool:
    return node.kind == "startEvent" and drawing.drawn.scope_of[node.id] not in drawing.drawn.event_sub_processes


def _plain(drawing: Drawing, node_id: str) -> None:
    """Make a start event one without a definition; what was drawn is kept in words."""
    node = drawing.written(node_id)
    for definition in definitions(node):
        said = " ".join(" ".join(str(text) for text in definition.itertext()).split())
        if said:
            document(node, f"As drawn, it starts: {said}")
        remove(definition)
