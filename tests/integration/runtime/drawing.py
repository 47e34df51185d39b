"""Writes the blocks of random diagrams as BPMN, in our dialect and in stock's."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from lxml import etree

from tests.integration.runtime.blocks import (
    Again,
    Ask,
    Beside,
    Block,
    Called,
    Choice,
    Each,
    Fan,
    Fork,
    Guarded,
    Inner,
    Linked,
    Loose,
    Race,
    Rounds,
    Row,
    Script,
    Some,
    Timed,
    Told,
    Undoable,
    Undone,
    Ways,
)

Dialect = Literal["ours", "stock"]
Node = etree._Element
Condition = tuple[str, int]  # a field, and the value at which the flow is taken
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def files(block: Block) -> dict[str, bytes]:
    """Return the category that runs `block`."""
    settings = '[category]\nkey = "sample"\nname = "Sample"\nreference_prefix = "SAMPLE"\nprocess = "sample"\n'
    return {"category.toml": settings.encode(), "sample.bpmn": draw(block, "ours")}


def draw(block: Block, dialect: Dialect) -> bytes:
    """Return the BPMN of `block`."""
    root = etree.Element(_bpmn("definitions"), nsmap={"bpmn": BPMN, "zeebe": ZEEBE}, id="sample_file")
    root.set("targetNamespace", "http://bpmn.io/schema/bpmn")
    _Pen(dialect, root).process("sample", block)
    return etree.tostring(root)


def decisions(diagram: bytes) -> list[str]:
    """Return the fields by which a diagram of ours decides: 0, 1, 2 … choose the branch."""
    return sorted({name.decode() for name in re.findall(rb"=((?:which|some|again)_\w+) = ", diagram)})


def _is_looped(block: Block) -> bool:
    return isinstance(block, Each | Rounds)


def _bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


@dataclass
class _Pen:
    """Writes blocks as BPMN; names are numbered in the order of drawing, the same in both dialects."""

    dialect: Dialect
    root: Node
    number: int = 0

    def process(self, process_id: str, block: Block) -> None:
        self.content(etree.SubElement(self.root, _bpmn("process"), id=process_id, isExecutable="true"), block)

    def content(self, scope: Node, block: Block) -> None:
        """Draw start, block and end of a process or sub-process."""
        start, end = self.node(scope, "startEvent", "start"), self.node(scope, "endEvent", "end")
        first, last = self.block(scope, block)
        self.flow(start, first)
        self.flow(last, end)

    def block(self, scope: Node, block: Block) -> tuple[Node, Node]:
        """Draw a block; return the node that it begins with and the one that it ends with."""
        match block:
            case Row():
                return self.row(scope, block)
            case Choice():
                return self.choice(scope, block)
            case Fork():
                return self.split(scope, "parallelGateway", block.branches)
            case Some():
                return self.split(scope, "inclusiveGateway", block.branches)
            case Again():
                return self.again(scope, block)
            case Timed():
                return self.timed(scope, block)
            case Guarded():
                return self.guarded(scope, block)
            case Told():
                return self.thrown(scope, block.kind)
            case Undone():
                return self.thrown(scope, "compensate")
            case Undoable():
                return self.undoable(scope, block)
            case Linked():
                return self.linked(scope, block)
            case Race():
                return self.race(scope, block)
            case Ways() | Fan():
                return self.fan(scope, block)
        activity = self.activity(scope, block)
        return activity, activity

    def row(self, scope: Node, block: Row) -> tuple[Node, Node]:
        ends = [self.block(scope, part) for part in block.parts]
        for (_, before), (after, _) in pairwise(ends):
            self.flow(before, after)
        return ends[0][0], ends[-1][1]

    def choice(self, scope: Node, block: Choice) -> tuple[Node, Node]:
        split, merge = self.node(scope, "exclusiveGateway", "split"), self.node(scope, "exclusiveGateway", "merge")
        field = f"which_{split.get('id')}"
        for number, branch in enumerate(block.branches):
            self.branch(split, merge, branch, (field, number), number == len(block.branches) - 1)
        if block.stops:
            end = self.node(scope, "endEvent", "stop")
            etree.SubElement(end, _bpmn("terminateEventDefinition"))
            self.flow(split, end, (field, len(block.branches)))
        return split, merge

    def split(self, scope: Node, kind: str, branches: tuple[Block, ...]) -> tuple[Node, Node]:
        split, merge = self.node(scope, kind, "split"), self.node(scope, kind, "merge")
        for number, branch in enumerate(branches):
            condition = (f"some_{split.get('id')}_{number}", 1) if kind == "inclusiveGateway" else None
            self.branch(split, merge, branch, condition, number == len(branches) - 1)
        return split, merge

    def branch(self, split: Node, merge: Node, block: Block, condition: Condition | None, is_last: bool) -> None:
        first, last = self.block(split.getparent(), block)
        if condition is not None and is_last:
            split.set("default", self.flow(split, first))
        else:
            self.flow(split, first, condition)
        self.flow(last, merge)

    def again(self, scope: Node, block: Again) -> tuple[Node, Node]:
        back, asks = self.node(scope, "exclusiveGateway", "back"), self.node(scope, "exclusiveGateway", "asks")
        first, last = self.block(scope, Row((Ask(), block.body)))
        after = self.node(scope, "exclusiveGateway", "after")
        self.flow(back, first)
        self.flow(last, asks)
        self.flow(asks, back, (f"again_{asks.get('id')}", 1))
        asks.set("default", self.flow(asks, after))
        return back, after

    def timed(self, scope: Node, block: Timed) -> tuple[Node, Node]:
        activity = self.activity(scope, block.body)
        timer = self.node(scope, "boundaryEvent", "timer")
        timer.set("attachedToRef", activity.get("id"))
        timer.set("cancelActivity", str(block.interrupts).lower())
        text = f"PT{block.hours}H"
        definition = etree.SubElement(timer, _bpmn("timerEventDefinition"))
        etree.SubElement(definition, _bpmn("timeDuration")).text = text if self.dialect == "ours" else f'"{text}"'
        after = self.node(scope, "exclusiveGateway" if block.interrupts else "endEvent", "after")
        first, last = self.block(scope, block.path)
        self.flow(timer, first)
        self.flow(last, after)
        if not block.interrupts:
            return activity, activity
        self.flow(activity, after)
        return activity, after

    def guarded(self, scope: Node, block: Guarded) -> tuple[Node, Node]:
        activity = self.activity(scope, block.body)
        event = self.node(scope, "boundaryEvent", "event")
        event.set("attachedToRef", activity.get("id"))
        event.set("cancelActivity", str(block.interrupts).lower())
        self.definition(event, block.kind)
        after = self.node(scope, "exclusiveGateway" if block.interrupts else "endEvent", "after")
        first, last = self.block(scope, block.path)
        self.flow(event, first)
        self.flow(last, after)
        if not block.interrupts:
            return activity, activity
        self.flow(activity, after)
        return activity, after

    def linked(self, scope: Node, block: Linked) -> tuple[Node, Node]:
        first, before = self.block(scope, block.before)
        throws, catches = (
            self.node(scope, "intermediateThrowEvent", "to"),
            self.node(scope, "intermediateCatchEvent", "at"),
        )
        for event in (throws, catches):
            etree.SubElement(event, _bpmn("linkEventDefinition")).set("name", f"link_{throws.get('id')}")
        after, last = self.block(scope, block.after)
        self.flow(before, throws)
        self.flow(catches, after)
        return first, last

    def race(self, scope: Node, block: Race) -> tuple[Node, Node]:
        split, merge = self.node(scope, "eventBasedGateway", "race"), self.node(scope, "exclusiveGateway", "merge")
        for number, branch in enumerate(block.branches):
            hours = len(block.branches) - number if block.is_last_first else number + 1
            event = self.node(scope, "intermediateCatchEvent", "after")
            definition = etree.SubElement(event, _bpmn("timerEventDefinition"))
            etree.SubElement(definition, _bpmn("timeDuration")).text = f"PT{hours}H"
            first, last = self.block(scope, branch)
            self.flow(split, event)
            self.flow(event, first)
            self.flow(last, merge)
        return split, merge

    def fan(self, scope: Node, block: Ways | Fan) -> tuple[Node, Node]:
        """Draw the flows out of a task: with conditions that an inclusive gateway joins, or taken all."""
        is_chosen = isinstance(block, Ways)
        task = self.node(scope, "userTask", "ask")
        merge = self.node(scope, "inclusiveGateway" if is_chosen else "parallelGateway", "merge")
        for number, branch in enumerate(block.branches):
            condition = (f"some_{task.get('id')}_{number}", 1) if is_chosen else None
            self.branch(task, merge, branch, condition, number == len(block.branches) - 1)
        return task, merge

    def thrown(self, scope: Node, kind: str) -> tuple[Node, Node]:
        event = self.node(scope, "intermediateThrowEvent", "tell")
        self.definition(event, kind)
        return event, event

    def undoable(self, scope: Node, block: Undoable) -> tuple[Node, Node]:
        activity, handler = self.activity(scope, block.body), self.activity(scope, block.handler)
        handler.set("isForCompensation", "true")
        event = self.node(scope, "boundaryEvent", "undo")
        event.set("attachedToRef", activity.get("id"))
        self.definition(event, "compensate")
        line = self.node(scope, "association", "line")
        line.set("sourceRef", event.get("id"))
        line.set("targetRef", handler.get("id"))
        return activity, activity

    def beside(self, scope: Node, block: Beside) -> Node:
        activity = self.node(scope, "subProcess", "inner")
        self.content(activity, block.body)
        extra = self.node(activity, "subProcess", "beside")
        extra.set("triggeredByEvent", "true")
        self.content(extra, block.path)
        start = extra.find(_bpmn("startEvent"))
        start.set("isInterrupting", str(block.interrupts).lower())
        self.definition(start, block.kind)
        return activity

    def definition(self, event: Node, kind: str) -> None:
        """Define an event; there is one signal, one message, one escalation and one field that conditions ask."""
        definition = etree.SubElement(event, _bpmn(f"{kind}EventDefinition"))
        if kind == "conditional":
            etree.SubElement(definition, _bpmn("condition")).text = "=level > 1"
        elif kind != "compensate":
            definition.set(f"{kind}Ref", f"the_{kind}")
            if self.root.find(_bpmn(kind)) is None:
                etree.SubElement(self.root, _bpmn(kind), id=f"the_{kind}", name=kind)

    def activity(self, scope: Node, block: Block) -> Node:
        match block:
            case Beside():
                return self.beside(scope, block)
            case Each():
                # A loop has one marker: a loop of loops is one of sub-processes.
                activity = self.activity(scope, Inner(block.body) if _is_looped(block.body) else block.body)
                self.loop(activity, block)
                return activity
            case Rounds():
                activity = self.activity(scope, Inner(block.body) if _is_looped(block.body) else block.body)
                marker = etree.SubElement(activity, _bpmn("standardLoopCharacteristics"))
                marker.set("loopMaximum", str(block.most))
                return activity
            case Loose():
                activity = self.node(scope, "subProcess", "inner")
                self.block(activity, block.body)
                return activity
            case Ask():
                return self.node(scope, "userTask", "ask")
            case Script():
                return self.script(scope)
            case Called():
                return self.call(scope, block)
        activity = self.node(scope, "subProcess", "inner")
        self.content(activity, block.body if isinstance(block, Inner) else block)
        return activity

    def script(self, scope: Node) -> Node:
        activity = self.node(scope, "scriptTask", "script")
        if self.dialect == "ours":
            self.zeebe(activity, "script", expression="=1")
        else:
            etree.SubElement(activity, _bpmn("script")).text = "pass"
        return activity

    def call(self, scope: Node, block: Called) -> Node:
        activity = self.node(scope, "callActivity", "call")
        called = f"called_by_{activity.get('id')}"
        self.process(called, block.body)
        if self.dialect == "ours":
            self.zeebe(activity, "calledElement", processId=called)
        else:
            activity.set("calledElement", called)
        return activity

    def loop(self, activity: Node, block: Each) -> None:
        marker = etree.SubElement(activity, _bpmn("multiInstanceLoopCharacteristics"))
        marker.set("isSequential", str(block.is_sequential).lower())
        if self.dialect == "ours":
            self.zeebe(
                marker, "loopCharacteristics", inputCollection=f"={list(range(block.count))}", inputElement="item"
            )
        else:
            etree.SubElement(marker, _bpmn("loopCardinality")).text = str(block.count)

    def zeebe(self, node: Node, name: str, **attributes: str) -> None:
        extensions = etree.SubElement(node, _bpmn("extensionElements"))
        etree.SubElement(extensions, f"{{{ZEEBE}}}{name}", attributes)

    def node(self, scope: Node, kind: str, name: str) -> Node:
        self.number += 1
        return etree.SubElement(scope, _bpmn(kind), id=f"{name}_{self.number}")

    def flow(self, source: Node, target: Node, condition: Condition | None = None) -> str:
        self.number += 1
        flow = etree.SubElement(source.getparent(), _bpmn("sequenceFlow"), id=f"f{self.number}")
        flow.set("sourceRef", source.get("id"))
        flow.set("targetRef", target.get("id"))
        if condition is not None:
            name, value = condition
            text = f"={name} = {value}" if self.dialect == "ours" else f"{name} == {value}"
            etree.SubElement(flow, _bpmn("conditionExpression")).text = text
        return flow.get("id")
