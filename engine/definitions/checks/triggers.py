"""Checks what events wait for and throw beside times and messages: links, conditions, compensation, cancellation."""

from collections.abc import Iterator

from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import ACTIVITIES, Element
from engine.definitions.faults import Fault

THROWS = ("intermediateThrowEvent", "endEvent")


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with the definitions of the events of a diagram."""
    for node in drawn.nodes.values():
        if node.is_told:
            continue  # an officer says when it happens, whatever else is drawn
        for trigger in node.triggers:
            if trigger.kind == "conditional" and not trigger.condition:
                message = f"“{node.label}” waits for a condition, and does not say which."
                remedy = "Write it as FEEL, such as =rent_arrears > 500, or let an officer tell."
                yield fault(node, "no-condition", message, remedy, context.unmapped)
            elif trigger.kind == "link" and node.kind in THROWS:
                yield from _link(node, trigger.name, drawn)
            elif trigger.kind == "compensate":
                yield from _compensation(node, trigger.activity, drawn)
            elif trigger.kind == "cancel":
                yield from _cancel(node, drawn)
        yield from _start(node, drawn)
    yield from _handlers(drawn)


def _link(node: Element, name: str, drawn: Graph) -> Iterator[Fault]:
    targets = drawn.linked(node)
    if not targets:
        message = f"The link “{name}” leads nowhere: no event catches it beside “{node.label}”."
        yield fault(node, "link-without-target", message, "Draw a link catch event of the same name.")
    elif len(targets) > 1:
        message = f"{len(targets)} events catch the link “{name}”, so all of them are followed at the same time."
        yield fault(node, "link-twice", message, "Give each link its own name.", "warning")


def _compensation(node: Element, activity: str, drawn: Graph) -> Iterator[Fault]:
    if node.kind == "boundaryEvent":
        if not drawn.undone_by(node):
            message = f"“{node.label}” does not say what undoes its step: no association leads to it."
            yield fault(node, "no-handler", message, "Connect it by an association with the task that undoes the step.")
    elif activity and (activity not in drawn.nodes or drawn.nodes[activity].kind not in ACTIVITIES):
        message = f"“{node.label}” undoes “{activity}”, which is not a step of the diagram."
        yield fault(node, "unknown-step", message, "Choose the step, or leave it empty to undo all.")


def _cancel(node: Element, drawn: Graph) -> Iterator[Fault]:
    inside = node.attached_to if node.kind == "boundaryEvent" else drawn.scope_of[node.id]
    if inside not in drawn.nodes or drawn.nodes[inside].kind != "transaction":
        where = "on the border of" if node.kind == "boundaryEvent" else "in"
        message = f"“{node.label}” cancels a transaction, and is not {where} one."
        yield fault(node, "not-a-transaction", message, "Make the sub-process a transaction, or draw an error event.")
    elif node.kind == "endEvent" and not _may_be_left(inside, drawn):
        message = f"“{node.label}” cancels “{drawn.nodes[inside].label}”, and nothing says how the case goes on then."
        yield fault(node, "no-cancel-event", message, "Draw a cancel event on the border of the transaction.")


def _may_be_left(transaction: str, drawn: Graph) -> bool:
    events = [drawn.nodes[event] for event in drawn.boundaries.get(transaction, ())]
    return any(trigger.kind == "cancel" for event in events for trigger in event.triggers)


def _start(node: Element, drawn: Graph) -> Iterator[Fault]:
    if node.kind != "startEvent":
        return
    scope = drawn.scope_of[node.id]
    if scope in drawn.event_sub_processes and not node.triggers:
        message = f"“{node.label}” does not say which event begins “{drawn.nodes[scope].label}”: it would never begin."
        yield fault(node, "no-definition", message, "Make it a message, a timer, an error, or what it waits for.")
    elif scope in drawn.nodes and scope not in drawn.event_sub_processes and node.triggers:
        message = f"“{node.label}” is passed at once: a sub-process begins when it is reached."
        yield fault(node, "start-passed", message, "Draw an event in the flow if something is waited for.", "info")


def _handlers(drawn: Graph) -> Iterator[Fault]:
    used = {drawn.undone_by(node) for node in drawn.nodes.values() if node.kind == "boundaryEvent"}
    for handler in sorted(drawn.compensators - used):
        node = drawn.nodes[handler]
        message = f"“{node.label}” is there to undo a step, and no event says which: it would never happen."
        yield fault(node, "handler-unused", message, "Connect it with a compensation event on a step.", "warning")
