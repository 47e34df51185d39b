"""Checks the gateways: that each way out can be chosen, and that no join waits for what never comes."""

from collections.abc import Iterator
from itertools import combinations

from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.graph import Edge, Graph
from engine.definitions.elements import CHOOSING, DECIDED_BY, OFFICER, Element, Flow
from engine.definitions.faults import Fault


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with the gateways of a diagram."""
    for node in drawn.nodes.values():
        if node.kind == "complexGateway":
            yield from _complex(node, drawn)
        elif node.kind in CHOOSING and len(node.outgoing) > 1 and node.properties.get(DECIDED_BY) != OFFICER:
            yield from _choice(node, context)
        yield from _decided(node)
        if node.default_flow and node.default_flow not in {flow.id for flow in node.outgoing}:
            message = f"The default flow “{node.default_flow}” does not leave “{node.label}”."
            yield fault(node, "unknown-default", message, "Choose one of the flows that leave it.")
        if node.kind == "eventBasedGateway":
            yield from _waits(node, drawn)
        if node.kind == "parallelGateway" and len(drawn.into.get(node.id, ())) > 1:
            yield from _join(node, drawn)


def _complex(node: Element, drawn: Graph) -> Iterator[Fault]:
    """Tell how a complex gateway is run that does not say when it goes on."""
    if not node.activation and len(drawn.into.get(node.id, ())) > 1:
        message = f"“{node.label}” has no activation condition, so it waits for every token that can still come."
        yield fault(node, "no-activation", message, "Give it one, such as =activationCount >= 2.", "info")


def _choice(node: Element, context: Context) -> Iterator[Fault]:
    bare = [flow for flow in node.outgoing if not flow.condition and flow.id != node.default_flow]
    for flow in bare:
        message = f"The way {_way(flow)} out of “{node.label}” has no condition, so nothing says when to take it."
        remedy = "Write its condition, make it the default flow, or let an officer decide (decidedBy = officer)."
        yield Fault(flow.id, "no-condition", context.unmapped, message, remedy, node.line)
    if not bare and not node.default_flow:
        message = f"“{node.label}” has no default flow: when no condition holds, the case stops with an incident."
        yield fault(node, "no-default", message, "Make one of its flows the default.", "warning")


def _decided(node: Element) -> Iterator[Fault]:
    """Tell of a gateway that names a decider whom the platform does not know, or where nothing is to be decided."""
    said = node.properties.get(DECIDED_BY)
    if said is None:
        return
    if node.kind not in CHOOSING:
        message = f"“{node.label}” says who decides ({DECIDED_BY}), and only exclusive and inclusive gateways decide."
        yield fault(node, "decided-by", message, f"Take out the property {DECIDED_BY}.", "warning")
    elif said != OFFICER:
        message = f"“{node.label}” is decided by “{said}”, which is not known."
        yield fault(node, "decided-by", message, f"Write {DECIDED_BY} = {OFFICER}, or take it out.")


def _way(flow: Flow) -> str:
    return f"“{flow.name}”" if flow.name else f"to “{flow.target}”"


def _waits(node: Element, drawn: Graph) -> Iterator[Fault]:
    for edge in drawn.out.get(node.id, ()):
        target = drawn.nodes[edge.target]
        if target.kind not in ("intermediateCatchEvent", "receiveTask"):
            message = f"“{node.label}” waits for the first of several events, but leads to “{target.label}”."
            remedy = "Let it lead to events only (a timer, a message), or draw an exclusive gateway."
            yield fault(node, "not-an-event", message, remedy)


def _join(node: Element, drawn: Graph) -> Iterator[Fault]:
    for chooser in deadlocks(node, drawn):
        where = f"“{chooser.label}” takes only one of the ways" if chooser else "only one of its ways is taken"
        message = f"“{node.label}” waits for all its incoming flows, but {where}: the case would stop here."
        yield fault(node, "deadlock", message, "Make it an exclusive gateway, or split with a parallel one.")


def deadlocks(join: Element, drawn: Graph) -> Iterator[Element | None]:
    """Yield once, with the choice that feeds two of its flows if there is one, when a join waits for what never comes.

    That is when two of its incoming flows never carry tokens at the same time.
    """
    into = drawn.into.get(join.id, [])
    before = {edge: drawn.leading_to([edge.source], without=join.id) for edge in into}
    splits = [_beginning(join, drawn), *(_ways(node, drawn) for node in drawn.nodes.values() if _splits(node, drawn))]
    for one, other in combinations(into, 2):
        ends = ((one, before[one]), (other, before[other]))
        if not any(_feeds_both(ways, *ends) for ways in splits):
            yield _chooser(drawn, *ends)
            return


def _beginning(join: Element, drawn: Graph) -> list[Edge]:
    """Return the ways on which tokens begin together: where no start is drawn, at every step that nothing leads to."""
    scope = drawn.scope_of[join.id]
    is_drawn = any(drawn.nodes[node_id].kind == "startEvent" for node_id in drawn.scopes[scope])
    return [] if is_drawn else [Edge("", "", head) for head in drawn.heads(scope)]


def _splits(node: Element, drawn: Graph) -> bool:
    """Say whether several tokens may leave a node: the events on its boundary count unless they interrupt it."""
    if node.kind in ("exclusiveGateway", "eventBasedGateway"):
        return False
    going_on = any(not drawn.nodes[i].is_interrupting for i in drawn.boundaries.get(node.id, ()))
    return len(drawn.out.get(node.id, ())) > 1 or going_on


End = tuple[Edge, set[str]]  # a flow into the join, and the nodes from which tokens come to it


def _chooser(drawn: Graph, one: End, other: End) -> Element | None:
    choosing = [n for n in drawn.nodes.values() if n.kind in ("exclusiveGateway", "eventBasedGateway")]
    return next((n for n in choosing if _feeds_both(_ways(n, drawn), one, other)), None)


def _feeds_both(ways: list[Edge], one: End, other: End) -> bool:
    """Say whether one of the ways leads to `one`, and another one to `other`."""
    to_one = {number for number, way in enumerate(ways) if _leads(way, *one)}
    to_other = {number for number, way in enumerate(ways) if _leads(way, *other)}
    return bool(to_one and to_other) and len(to_one | to_other) > 1


def _ways(node: Element, drawn: Graph) -> list[Edge]:
    going_on = [Edge("", node.id, event) for event in drawn.boundaries.get(node.id, ())]
    return [*drawn.out.get(node.id, ()), *going_on]


def _leads(way: Edge, flow: Edge, before: set[str]) -> bool:
    return way == flow or way.target in before
