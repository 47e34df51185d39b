"""Checks the events: timers that have a time, messages that have a name, boundary events that belong to something."""

from collections.abc import Iterator

from engine.clocks import timing
from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.expressions import constant
from engine.definitions.checks.graph import Graph
from engine.definitions.elements import ACTIVITIES, CATCH_UP, Element
from engine.definitions.faults import Fault
from engine.definitions.xml import NAMESPACES
from engine.errors import EngineError

KINDS = {"date": timing.instant, "duration": timing.span, "cycle": timing.cycle}
EXAMPLES = {
    "date": 'a date such as 2026-12-03, or =due("rule", date)',
    "duration": "a duration such as P3D (three days) or PT4H (four hours)",
    "cycle": "a repetition such as R3/P1D (three times, a day apart)",
}


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with the events of a diagram."""
    for node in drawn.nodes.values():
        if node.is_told:
            yield from _attached(node, drawn)
            yield from _schedule(node)
            continue  # an officer says when it has happened, so nothing else need be said
        if node.kind == "boundaryEvent":
            yield from _boundary(node, drawn)
        if node.kind == "intermediateCatchEvent" and not node.event:
            message = f"“{node.label}” waits for nothing, so it would be passed at once."
            yield fault(node, "no-definition", message, "Say what it waits for: a timer or a message.")
        if node.timer is not None:
            yield from _timer(node)
        yield from _catch_up(node)
        if node.event == "message" or node.kind == "receiveTask":
            yield from _message(node, context)
        yield from _signal(node, drawn)
        yield from _loop(node, drawn)
        yield from _schedule(node)


def _boundary(node: Element, drawn: Graph) -> Iterator[Fault]:
    if not node.event:
        message = f"The event “{node.label}” on the border of a step does not say what it waits for."
        yield fault(node, "no-definition", message, "Make it a timer, a message, an error or an escalation event.")
    yield from _attached(node, drawn)


def _attached(node: Element, drawn: Graph) -> Iterator[Fault]:
    if node.kind != "boundaryEvent":
        return
    if node.attached_to not in drawn.nodes or drawn.nodes[node.attached_to].kind not in ACTIVITIES:
        message = f"The boundary event “{node.label}” is on the border of nothing."
        yield fault(node, "not-attached", message, "Move it onto the border of a task.")


def _catch_up(node: Element) -> Iterator[Fault]:
    """Tell of a way to catch up that there is not, or that would do nothing."""
    said = node.properties.get(CATCH_UP)
    if said is None:
        return
    if said not in ("skip", "each"):
        message = f"“{node.label}” catches up by “{said}”, which is neither skip nor each."
        yield fault(node, "wrong-catch-up", message, "Write skip (once for all missed rounds) or each.")
    elif node.timer is None or node.timer.kind != "cycle":
        message = f"“{node.label}” says how it catches up, and is no repetition: it fires once, however late."
        yield fault(node, "wrong-catch-up", message, "Take catchUp out, or give it a cycle such as R3/P1D.", "warning")


def _timer(node: Element) -> Iterator[Fault]:
    timer = node.timer
    assert timer is not None
    if not timer.text:
        message = f"The timer “{node.label}” does not say when it fires."
        remedy = 'Give it a date such as =due("rule", date), or a duration such as P3D.'
        yield fault(node, "timer-without-time", message, remedy)
        return
    time = timer.text if timing.is_literal(timer.text) else constant(timer.text)
    if time is None:
        return  # an expression whose value only the case knows
    try:
        KINDS[timer.kind](time)
    except EngineError as error:
        message = f"The timer “{node.label}” is a {timer.kind}. {error.message}"
        yield fault(node, "timer-wrong-time", message, f"Write {EXAMPLES[timer.kind]}.")


def _message(node: Element, context: Context) -> Iterator[Fault]:
    if node.message is None or not node.message.name:
        message = f"“{node.label}” does not name its message."
        yield fault(node, "no-message", message, "Choose or create a message in its properties.", context.unmapped)


def _signal(node: Element, drawn: Graph) -> Iterator[Fault]:
    """Tell of a signal that has no name; messages are told by theirs, and errors without one are all errors."""
    definition = drawn.written[node.id].find("bpmn:signalEventDefinition", NAMESPACES)
    if definition is not None and not definition.get("signalRef"):
        message = f"“{node.label}” does not name its signal."
        yield fault(node, "no-reference", message, "Choose or create it in the properties of the event.")


_OFFICER_SAYS = "an officer says each time whether once more"


def _loop(node: Element, drawn: Graph) -> Iterator[Fault]:
    if node.id in drawn.event_sub_processes:
        if node.loop is not None or node.repeat is not None:
            message = f"“{node.label}” comes as often as its event does: the loop that is drawn on it is not run."
            yield fault(
                node, "loop-not-run", message, "Take out the loop, or let its event interrupt nothing.", "warning"
            )
        return
    if node.loop is not None and not node.loop.collection and not node.loop.cardinality:
        message = f"“{node.label}” is done several times, and nothing says for what: {_OFFICER_SAYS}."
        yield fault(node, "loop-without-items", message, "Give it an input collection, such as =works.", "warning")
    marker = drawn.written[node.id].find("bpmn:standardLoopCharacteristics", NAMESPACES)
    if marker is not None and marker.get("loopMaximum") and node.repeat is not None and node.repeat.most is None:
        message = f"“{node.label}” is repeated “{marker.get('loopMaximum')}” times, which is no number."
        yield fault(node, "loop-wrong-number", message, "Write how often at most, such as 3.")
    elif node.repeat is not None and not node.repeat.condition and node.repeat.most is None:
        message = f"“{node.label}” is repeated, and nothing says until when: {_OFFICER_SAYS}."
        yield fault(node, "loop-without-end", message, "Give it a condition or a number of rounds.", "info")
    if node.ad_hoc is not None and not node.ad_hoc.condition:
        message = f"“{node.label}” has no completion condition: an officer says when it is done."
        yield fault(node, "ad-hoc-without-end", message, "Give it a condition, such as =count(reports) > 1.", "info")


def _schedule(node: Element) -> Iterator[Fault]:
    places = (("due date", node.assignment.due_date), ("follow-up date", node.assignment.follow_up_date))
    for what, text in places:
        if not text or text.startswith("="):
            continue
        try:
            (timing.span if text.startswith("P") else timing.instant)(text)
        except EngineError as error:
            remedy = "Write a date, a duration such as P3D, or an expression that begins with “=”."
            yield fault(node, "schedule-wrong-date", f"The {what} of “{node.label}”: {error.message}", remedy)
