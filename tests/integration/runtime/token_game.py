"""A small token game of BPMN 2.0, chapter 13, against which random diagrams are held; it knows nothing of the engine.

It plays what `blocks.flowing` draws: tasks, gateways, links, event-based gateways and boundary events with timers,
loops, sub-processes with and without start and end events, called processes, conditional and several flows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from tests.integration.runtime.walking import STARTED_AT

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
ACTIVITIES = ("userTask", "scriptTask", "subProcess", "callActivity")
Node = etree._Element


@dataclass(eq=False)
class Scope:
    """A running process or sub-process: what is active in it, and the tokens that wait at its joins, by flow."""

    node: Node
    owner: Act | None
    acts: list[Act] = field(default_factory=list)
    arrived: dict[str, Counter[str]] = field(default_factory=dict)
    is_over: bool = False


@dataclass(eq=False)
class Act:
    """Something in a scope that takes time: an activity with the events on its border, or an event that is awaited."""

    node: Node
    scope: Scope
    due: dict[str, datetime] = field(default_factory=dict)  # event to its time
    frame: Act | None = None  # the loop that this is a round of
    left: int = 0  # rounds of a loop that are still to begin
    inner: Scope | None = None


class TokenGame:
    """A case, told what people do and what time it is."""

    def __init__(self, diagram: bytes) -> None:
        self.at, self.document = STARTED_AT, dict[str, Any]()
        self.passed: Counter[str] = Counter()
        root = etree.fromstring(diagram)
        self.nodes: dict[str, Node] = {node.get("id", ""): node for node in root.iter() if isinstance(node.tag, str)}
        self.out: dict[str, list[Node]] = {}
        for flow in root.iter(f"{BPMN}sequenceFlow"):
            self.out.setdefault(flow.get("sourceRef", ""), []).append(flow)
        self.into = Counter(flow.get("targetRef", "") for flows in self.out.values() for flow in flows)
        self.borders: dict[str, list[Node]] = {}
        for event in root.iter(f"{BPMN}boundaryEvent"):
            self.borders.setdefault(event.get("attachedToRef", ""), []).append(event)
        self.top = Scope(self.nodes["sample"], None)
        self._begin(self.top)
        self._settle()

    @property
    def open(self) -> list[str]:
        """Return the user tasks that are open."""
        return sorted(act.node.get("id", "") for act in self._acts() if _kind(act.node) == "userTask" and not act.left)

    @property
    def completed(self) -> bool:
        """Say whether the case is over."""
        return self.top.is_over

    def do(self, element_id: str, **answers: Any) -> None:
        """Complete the oldest open task at an element."""
        self.passed.clear()
        self.document |= answers
        self._done(next(act for act in self._acts() if act.node.get("id") == element_id and not act.left))
        self._settle()

    def wait(self, hours: float) -> None:
        """Let time pass, and fire what is due, the earliest first, of those due at once the inner."""
        self.passed.clear()
        self.at += timedelta(hours=hours)
        while due := [
            (at, -_depth(act.scope), n, act, e) for n, (act, e, at) in enumerate(self._timers()) if at <= self.at
        ]:
            *_, act, event = min(due, key=lambda each: each[:3])
            self._fire(act, event)
            self._settle()

    def _acts(self) -> list[Act]:
        found, scopes = [], [self.top]
        while scopes:
            for act in scopes.pop(0).acts:
                found.append(act)
                if act.inner is not None:
                    scopes.append(act.inner)
        return [act for act in found if not _is_frame(act)]

    def _timers(self) -> list[tuple[Act, str, datetime]]:
        scopes, found = [self.top], []
        while scopes:
            for act in scopes.pop(0).acts:
                found += [(act, event, at) for event, at in act.due.items()]
                scopes += [act.inner] if act.inner is not None else []
        return found

    # Entering and leaving

    def _begin(self, scope: Scope) -> None:
        inside = [node for node in scope.node if _kind(node) and not self.into[node.get("id", "")]]
        starts = [node for node in inside if _kind(node) == "startEvent"]
        for node in starts or [n for n in inside if _kind(n) != "boundaryEvent" and not _is_link_catch(n)]:
            self._enter(scope, node, "")

    def _enter(self, scope: Scope, node: Node, flow: str) -> None:
        kind, node_id = _kind(node), node.get("id", "")
        if scope.is_over:
            return
        if kind in ACTIVITIES:
            self._activate(scope, node)
        elif kind in ("parallelGateway", "inclusiveGateway") and self.into[node_id] > 1:
            scope.arrived.setdefault(node_id, Counter())[flow] += 1
            if kind == "parallelGateway" and len(scope.arrived[node_id]) == self.into[node_id]:
                self._join(scope, node)
        elif kind == "eventBasedGateway":
            awaited = [self.nodes[flow.get("targetRef", "")] for flow in self.out[node_id]]
            scope.acts.append(Act(node, scope, {e.get("id", ""): self.at + _duration(e) for e in awaited}))
        else:
            self._leave(scope, node)

    def _leave(self, scope: Scope, node: Node) -> None:
        self.passed[node.get("id", "")] += 1
        if (link := _link(node)) and _kind(node) == "intermediateThrowEvent":
            self._enter(scope, next(n for n in scope.node if _is_link_catch(n) and _link(n) == link), "")
            return
        for flow in self._taken(node):
            self._enter(scope, self.nodes[flow.get("targetRef", "")], flow.get("id", ""))

    def _taken(self, node: Node) -> list[Node]:
        flows = self.out.get(node.get("id", ""), [])
        if not any(flow.find(f"{BPMN}conditionExpression") is not None for flow in flows):
            return flows
        holding = [flow for flow in flows if flow.get("id") != node.get("default") and self._holds(flow)]
        holding = holding or [flow for flow in flows if flow.get("id") == node.get("default")]
        return holding[:1] if _kind(node) == "exclusiveGateway" else holding

    def _holds(self, flow: Node) -> bool:
        name, value = (flow.findtext(f"{BPMN}conditionExpression") or "")[1:].split(" = ")
        return bool(self.document.get(name) == int(value))

    def _join(self, scope: Scope, node: Node) -> None:
        arrived = scope.arrived[node.get("id", "")]
        arrived -= Counter(list(arrived))  # one from each flow; what is left waits for the next
        scope.arrived[node.get("id", "")] = arrived
        self._leave(scope, node)

    # Activities

    def _activate(self, scope: Scope, node: Node) -> None:
        borders = self.borders.get(node.get("id", ""), [])
        act = Act(node, scope, {event.get("id", ""): self.at + _duration(event) for event in borders})
        scope.acts.append(act)
        rounds = _rounds(node)
        if rounds is None:
            self._start(act)
            return
        act.left = rounds
        for _ in range(1 if _is_one_by_one(node) else rounds):
            self._round(act)
        if rounds == 0:
            self._finish(act)

    def _round(self, frame: Act) -> None:
        if frame.left and frame in frame.scope.acts:
            act = Act(frame.node, frame.scope, frame=frame)
            frame.scope.acts.append(act)
            self._start(act)

    def _start(self, act: Act) -> None:
        match _kind(act.node):
            case "scriptTask":
                self._done(act)
            case "subProcess":
                act.inner = Scope(act.node, act)
                self._begin(act.inner)
            case "callActivity":
                act.inner = Scope(self.nodes[_called(act.node)], act)
                self._begin(act.inner)

    def _done(self, act: Act) -> None:
        """A task is done, or a sub-process over: the next round begins, or the activity is left."""
        if act not in act.scope.acts:
            return
        act.scope.acts.remove(act)
        frame = act.frame
        if frame is None:
            self._leave(act.scope, act.node)
            return
        self.passed[act.node.get("id", "")] += 1
        frame.left -= 1
        if frame.left == 0:
            self._finish(frame)
        elif _is_one_by_one(frame.node):
            self._round(frame)

    def _finish(self, frame: Act) -> None:
        frame.scope.acts.remove(frame)
        self.passed[frame.node.get("id", "")] -= 1  # its rounds were counted, and the frame stands for none
        self._leave(frame.scope, frame.node)

    def _fire(self, act: Act, event: str) -> None:
        node = self.nodes[event]
        del act.due[event]
        if _kind(act.node) == "eventBasedGateway":
            act.scope.acts.remove(act)
            self.passed[act.node.get("id", "")] += 1
        elif node.get("cancelActivity") != "false":
            act.scope.acts[:] = [each for each in act.scope.acts if each is not act and each.frame is not act]
        self._leave(act.scope, node)

    # What nothing moves any more

    def _settle(self) -> None:
        """Join what waits at inclusive gateways, and end the scopes in which nothing is left, the innermost first."""
        while self._settled_one():
            pass

    def _settled_one(self) -> bool:
        scopes = [self.top]
        for scope in scopes:
            scopes += [act.inner for act in scope.acts if act.inner is not None]
        for scope in reversed(scopes):
            for join_id, arrived in scope.arrived.items():
                node = self.nodes[join_id]
                if arrived and _kind(node) == "inclusiveGateway" and not self._may_still_come(scope, node, arrived):
                    self._join(scope, node)
                    return True
            if not scope.is_over and not scope.acts and not any(scope.arrived.values()):
                scope.is_over = True
                if scope.owner is not None:
                    self._done(scope.owner)
                return True
        return False

    def _may_still_come(self, scope: Scope, join: Node, arrived: Counter[str]) -> bool:
        """Say whether a token elsewhere can reach a flow of the join that has none, and none of those that have one."""
        elsewhere = [act.node for act in scope.acts if act.frame is None]
        elsewhere += [self.nodes[i] for i, tokens in scope.arrived.items() if tokens and i != join.get("id")]
        for node in elsewhere:
            reached = self._flows_reached(node, join)
            if any(not arrived[flow] for flow in reached) and not any(arrived[flow] for flow in reached):
                return True
        return False

    def _flows_reached(self, node: Node, join: Node) -> set[str]:
        found, seen, waiting = set(), set(), [node.get("id", "")]
        while waiting:
            here = waiting.pop()
            if here in seen or here == join.get("id"):
                continue
            seen.add(here)
            for flow in self.out.get(here, []):
                if flow.get("targetRef") == join.get("id"):
                    found.add(flow.get("id", ""))
                waiting.append(flow.get("targetRef", ""))
            waiting += [event.get("id", "") for event in self.borders.get(here, [])]
            if link := _link(self.nodes[here]):
                waiting += [i for i, n in self.nodes.items() if _is_link_catch(n) and _link(n) == link]
        return found


def _kind(node: Node) -> str:
    """Return the kind of a flow node; "" for what is none."""
    name = etree.QName(node).localname
    is_node = name in ACTIVITIES or name.endswith(("Gateway", "Event"))
    return name if is_node else ""


def _is_frame(act: Act) -> bool:
    return _rounds(act.node) is not None and act.frame is None


def _depth(scope: Scope) -> int:
    return 0 if scope.owner is None else 1 + _depth(scope.owner.scope)


def _link(node: Node) -> str:
    definition = node.find(f"{BPMN}linkEventDefinition")
    return definition.get("name", "") if definition is not None else ""


def _is_link_catch(node: Node) -> bool:
    return _kind(node) == "intermediateCatchEvent" and bool(_link(node))


def _duration(event: Node) -> timedelta:
    text = event.findtext(f"{BPMN}timerEventDefinition/{BPMN}timeDuration") or ""
    return timedelta(hours=int(text[2:-1]))


def _called(node: Node) -> str:
    return str(next(node.iter(f"{ZEEBE}calledElement")).get("processId"))


def _rounds(node: Node) -> int | None:
    """Return how often an activity is done; none for one without a loop."""
    standard = node.find(f"{BPMN}standardLoopCharacteristics")
    if standard is not None:
        return int(standard.get("loopMaximum", "1"))
    several = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if several is None:
        return None
    items = next(several.iter(f"{ZEEBE}loopCharacteristics")).get("inputCollection", "")[2:-1]
    return len(items.split(",")) if items else 0


def _is_one_by_one(node: Node) -> bool:
    several = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    return several is None or several.get("isSequential") == "true"
