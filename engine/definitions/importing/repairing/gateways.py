"""Repairs of gateways: an officer chooses where no condition does, and joins wait for what can still come."""

from collections.abc import Iterator
from functools import partial

from engine.definitions.checks import gateways as checks
from engine.definitions.elements import Element
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.expressions import can_be_read
from engine.definitions.importing.tree import (
    Node,
    add_flow,
    add_node,
    bpmn,
    document,
    drop_attributes,
    incoming,
    outgoing,
    property_of,
    remove,
    set_property,
)

CHOOSING = ("exclusiveGateway", "inclusiveGateway")
EVENTS = ("intermediateCatchEvent", "receiveTask")
DECIDED = "decidedBy"


def find(drawing: Drawing) -> Iterator[Repair]:
    """Propose who chooses, which flow is the default, and how a join does not wait for ever."""
    for node in drawing.nodes:
        if node.default_flow and node.default_flow not in {flow.id for flow in node.outgoing}:
            message = f"The default flow “{node.default_flow}” does not leave “{node.label}”: there is none now."
            make = partial(drop_attributes, drawing.written(node.id), "default")
            yield Repair(node.id, "unknown-default", message, make, node.default_flow, "", "dropped")
        elif node.kind == "eventBasedGateway":
            yield from _events(drawing, node)
        elif property_of(drawing.written(node.id), DECIDED):
            continue
        elif node.kind in CHOOSING and len(node.outgoing) > 1:
            yield from _choice(drawing, node)
        elif any(flow.condition and not can_be_read(flow.condition) for flow in node.outgoing):
            yield _unread(drawing, node)


def _choice(drawing: Drawing, node: Element) -> Iterator[Repair]:
    bare = [flow for flow in node.outgoing if not flow.condition and flow.id != node.default_flow]
    unread = [flow for flow in node.outgoing if flow.condition and not can_be_read(flow.condition)]
    if unread:
        why = f"the condition “{unread[0].condition}” cannot be read"
        yield _decided(drawing, node, "expression", why)
    elif len(bare) == 1 and not node.default_flow and len(node.outgoing) > 1:
        way = bare[0].name or (f"to {_target(drawing, bare[0].target)}" if bare[0].target else bare[0].id)
        message = f"The way “{way}” out of “{node.label}” has no condition: it is taken when no other one is."
        make = partial(drawing.written(node.id).set, "default", bare[0].id)
        yield Repair(node.id, "no-condition", message, make, "", f"default = {bare[0].id}")
    elif bare:
        yield _decided(drawing, node, "no-condition", "nothing says which way to take")


def _decided(drawing: Drawing, node: Element, code: str, why: str) -> Repair:
    ways = [flow.name or _target(drawing, flow.target) for flow in node.outgoing]
    message = f"At “{node.label}” {why}: an officer chooses between {_list(ways)}."
    before = "; ".join(flow.condition for flow in node.outgoing if flow.condition)
    return Repair(node.id, code, message, partial(_decide, drawing, node.id), before, "decidedBy = officer")


def _target(drawing: Drawing, node_id: str) -> str:
    return drawing.drawn.nodes[node_id].label if node_id in drawing.drawn.nodes else node_id


def _list(ways: list[str]) -> str:
    shown = [f"“{way}”" for way in ways[:5]]
    rest = f" and {len(ways) - 5} more" if len(ways) > 5 else ""
    return ", ".join(shown) + rest


def _decide(drawing: Drawing, node_id: str) -> None:
    node = drawing.written(node_id)
    set_property(node, DECIDED, "officer")
    drop_attributes(node, "default")
    for flow in outgoing(drawing.root, node):
        _in_words(flow)


def _in_words(flow: Node) -> None:
    """Take the condition off a flow and keep it as documentation."""
    for condition in flow.findall(bpmn("conditionExpression")):
        text = (condition.text or "").strip()
        if text:
            document(flow, f"As drawn, the condition was: {text.removeprefix('=').strip()}")
        remove(condition)


def _unread(drawing: Drawing, node: Element) -> Repair:
    """Repair a condition on a flow that leaves a step, or the one way out of a gateway."""
    text = next(flow.condition for flow in node.outgoing if flow.condition and not can_be_read(flow.condition))
    if len(node.outgoing) == 1:
        flow = outgoing(drawing.root, drawing.written(node.id))[0]
        message = f"The condition of the one way out of “{node.label}” cannot be read: the way is always taken."
        return Repair(node.id, "expression", message, partial(_in_words, flow), text, "")
    message = f"The condition “{text}” behind “{node.label}” cannot be read: an officer chooses the way on."
    make = partial(_choose_behind, drawing, node.id)
    return Repair(node.id, "expression", message, make, text, "decidedBy = officer")


def _choose_behind(drawing: Drawing, node_id: str) -> None:
    node = drawing.written(node_id)
    leaving = outgoing(drawing.root, node)
    gateway = add_node(node, "inclusiveGateway", drawing.ids.fresh(f"{node_id}_ways"))
    for flow in leaving:
        flow.set("sourceRef", gateway.get("id", ""))
        _in_words(flow)
    drop_attributes(node, "default")
    add_flow(drawing.root, node, gateway, ids=drawing.ids)
    set_property(gateway, DECIDED, "officer")


def _events(drawing: Drawing, node: Element) -> Iterator[Repair]:
    targets = [drawing.drawn.nodes[edge.target] for edge in drawing.drawn.out.get(node.id, ())]
    wrong = [target for target in targets if target.kind not in EVENTS]
    if wrong and len(wrong) == len(targets):
        message = f"“{node.label}” waits for events, and leads to steps only: an officer chooses the way on."
        yield Repair(node.id, "not-an-event", message, partial(_exclusive, drawing, node.id), node.kind, CHOOSING[0])
    elif wrong:
        message = f"“{node.label}” waits for events, and leads to “{wrong[0].label}”: an officer says when it is due."
        make = partial(_events_between, drawing, node.id)
        yield Repair(node.id, "not-an-event", message, make, "", "toldBy = officer")


def _exclusive(drawing: Drawing, node_id: str) -> None:
    node = drawing.written(node_id)
    node.tag = bpmn("exclusiveGateway")
    drop_attributes(node, "eventGatewayType", "instantiate")
    if len(outgoing(drawing.root, node)) > 1:
        _decide(drawing, node_id)


def _events_between(drawing: Drawing, node_id: str) -> None:
    """Put an event that an officer tells of before each step that the gateway leads to."""
    for flow in outgoing(drawing.root, drawing.written(node_id)):
        target = drawing.drawn.nodes[flow.get("targetRef", "")]
        if target.kind not in EVENTS:
            name = flow.get("name") or target.label
            wait = add_node(drawing.written(node_id), EVENTS[0], drawing.ids.fresh(f"{target.id}_is_due"), name)
            set_property(wait, "toldBy", "officer")
            flow.set("targetRef", wait.get("id", ""))
            add_flow(drawing.root, wait, drawing.written(target.id), ids=drawing.ids)


def joins(drawing: Drawing) -> Iterator[Repair]:
    """Let joins that would wait for ever wait for what can still come."""
    for node in drawing.nodes:
        if node.kind == "parallelGateway" and list(checks.deadlocks(node, drawing.drawn)):
            message = (
                f"“{node.label}” waited for ways of which only one is taken: it now waits for what can still come."
            )
            make = partial(_inclusive, drawing, node.id)
            yield Repair(node.id, "deadlock", message, make, node.kind, "inclusiveGateway")


def _inclusive(drawing: Drawing, node_id: str) -> None:
    node = drawing.written(node_id)
    if len(outgoing(drawing.root, node)) < 2:
        node.tag = bpmn("inclusiveGateway")
        return
    join = add_node(node, "inclusiveGateway", drawing.ids.fresh(f"{node_id}_join"))
    for flow in incoming(drawing.root, node):
        flow.set("targetRef", join.get("id", ""))
    add_flow(drawing.root, join, node, ids=drawing.ids)
