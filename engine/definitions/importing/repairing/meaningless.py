"""Repairs of what events wait for or throw where it means nothing: links without a partner, cancelling of nothing."""

from collections.abc import Iterator
from functools import partial

from engine.definitions.checks import structure, triggers
from engine.definitions.checks.context import Context
from engine.definitions.elements import EVENTS, Element
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.people import told
from engine.definitions.importing.tree import definitions, document, drop_attributes, remove
from engine.definitions.xml import local_name

MEANINGLESS = ("link-without-target", "no-handler", "not-a-transaction", "no-cancel-event", "not-run")


def find(drawing: Drawing) -> Iterator[Repair]:
    """Take out definitions that mean nothing where they stand; where something was waited for, an officer tells."""
    seen = set()
    context = Context(is_lone=True)
    for fault in (*triggers.check(drawing.drawn, context), *structure.not_run(drawing.drawn)):
        node = drawing.drawn.nodes.get(fault.element)
        if node is None or node.kind not in EVENTS or node.id in seen:
            continue
        if fault.code in MEANINGLESS or fault.code == "no-definition":
            seen.add(node.id)
            yield _plain(drawing, node, fault.code, fault.message)
        elif fault.code == "unknown-step":
            message = f"{fault.message.rstrip('.')}: it now undoes every step."
            make = partial(_undo_all, drawing, node.id)
            yield Repair(node.id, fault.code, message, make, "", "", "dropped")
    yield from _links(drawing)


def _plain(drawing: Drawing, node: Element, code: str, why: str) -> Repair:
    after = "toldBy = officer" if _waits(node, drawing) else "none"
    outcome = "an officer says when it has happened" if _waits(node, drawing) else "it is now a plain event"
    message = f"{why.rstrip('.')}: {outcome}."
    return Repair(node.id, code, message, partial(_make_plain, drawing, node), node.event, after)


def _waits(node: Element, drawing: Drawing) -> bool:
    if node.kind == "startEvent":
        return drawing.drawn.scope_of[node.id] in drawing.drawn.event_sub_processes
    return node.kind in ("intermediateCatchEvent", "boundaryEvent")


def _make_plain(drawing: Drawing, node: Element) -> None:
    written = drawing.written(node.id)
    for definition in definitions(written):
        document(written, f"As drawn, it was of the kind {local_name(definition).removesuffix('EventDefinition')}.")
        remove(definition)
    if _waits(node, drawing):
        told(drawing, node.id)
    if node.kind == "boundaryEvent" and node.event == "compensate":
        written.set("cancelActivity", "false")  # it never ended the step


def _undo_all(drawing: Drawing, node_id: str) -> None:
    for definition in definitions(drawing.written(node_id)):
        drop_attributes(definition, "activityRef")


def _links(drawing: Drawing) -> Iterator[Repair]:
    """Yield a repair for each event that catches a link which nothing throws."""
    throwing = (node for node in drawing.nodes if node.kind in triggers.THROWS)
    thrown = {target for node in throwing for target in drawing.drawn.linked(node)}
    for node in drawing.nodes:
        if node.kind == "intermediateCatchEvent" and node.event == "link" and node.id not in thrown:
            yield _plain(drawing, node, "link-without-source", f"Nothing throws the link of “{node.label}”")
