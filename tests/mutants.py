"""Breaks diagrams as nobody would draw them: nodes dropped and rewired, attributes and texts exchanged, bytes cut."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from lxml import etree

from tests.diagrams import bpmn, due, extensions, service, timer

Node = etree._Element
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
COMPLAINT = Path(__file__).parents[1] / "processes" / "complaint" / "complaint.bpmn"
EVENTS = "timer message signal error escalation conditional compensate cancel terminate link".split()
KINDS = """
    task userTask manualTask serviceTask sendTask receiveTask scriptTask businessRuleTask callActivity subProcess
    adHocSubProcess transaction startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent
    exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway sequenceFlow lane dataStore
    multiInstanceLoopCharacteristics standardLoopCharacteristics process conditionExpression extensionElements
""".split()
VALUES = (
    "", " ", "x", "start", "end", "ask", "true", "false", "-1", "0", "999999999999", "=1", "=null", "=1 = 2", "=(",
    "${x}", "#{a.b() && !c}", "R/PT0S", "PT0S", "P1D", "2026-02-30", "0 0 12 * * ?", "a b", "ü€\u2028", "x" * 5_000,
    "=x.y.z", "../../etc", "<a/>", "=for i in 1..1000000000 return i", "__class__", "sample", "officer",
)  # fmt: skip


def seeds() -> list[bytes]:
    """Return small diagrams that hold every kind of element."""
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="{}"><bpmn:extensionElements><zeebe:loopCharacteristics '
        'inputCollection="=[1, 2]" inputElement="n"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    )
    inner = (
        '<bpmn:startEvent id="in_start"/><bpmn:userTask id="in_ask"/><bpmn:endEvent id="in_end"/>'
        '<bpmn:sequenceFlow id="in_1" sourceRef="in_start" targetRef="in_ask"/>'
        '<bpmn:sequenceFlow id="in_2" sourceRef="in_ask" targetRef="in_end"/>'
    )
    roots = (
        '<bpmn:message id="m" name="reply"/><bpmn:signal id="s" name="alarm"/><bpmn:error id="e" errorCode="late"/>'
        '<bpmn:escalation id="x" escalationCode="up"/>'
    )
    catching = {f"catch_{kind}": _event(kind) for kind in EVENTS[:6]}
    chain = " > ".join(f"{name}:intermediateCatchEvent" for name in catching)
    asks_form = extensions('<zeebe:formDefinition formId="f"/><zeebe:assignmentDefinition candidateGroups="Lawyers"/>')
    handler = f'<bpmn:subProcess id="aside" triggeredByEvent="true">{inner.replace("in_", "as_")}</bpmn:subProcess>'
    return [
        bpmn("start > ask > which? ; which? -[a > 1]-> yes > end ; which? > no > which?", inside={"ask": due("=a")}),
        bpmn("start > fork+ ; fork+ > one > join+ ; fork+ > two:script > join+ ; join+ > end"),
        bpmn("start > some:inclusiveGateway ; some -[a]-> one > all:inclusiveGateway > end ; some -[b]-> two > all"),
        bpmn(f"start > {chain} > end", inside=catching, roots=roots),
        bpmn("start > first:eventBasedGateway ; first > catch_timer:intermediateCatchEvent > end ; "
             "first > catch_message:intermediateCatchEvent > end", inside=catching, roots=roots),
        bpmn("start > inner:subProcess > end ; late > end_late", inside={"inner": inner},
             boundary=timer("border", on="inner", to="late", duration="P1D") + handler),
        bpmn("start > each > all > end", inside={"each": loop.format("true"), "all": loop.format("false")}),
        bpmn("start > call:call > write:service > decide:decide > end", inside={
            "call": extensions('<zeebe:calledElement processId="sample"/>'),
            "write": service("merge_document", template="letter"),
            "decide": extensions('<zeebe:calledDecision decisionId="d" resultVariable="r"/>')}),
        bpmn("start > try:transaction > end ; undo > end_undone", inside={"try": inner}, roots=roots,
             boundary='<bpmn:boundaryEvent id="fails" attachedToRef="try"><bpmn:errorEventDefinition errorRef="e"/>'
             '</bpmn:boundaryEvent><bpmn:sequenceFlow id="ff" sourceRef="fails" targetRef="undo"/>'),
        bpmn("start > ask > thrown:intermediateThrowEvent > end", inside={
            "ask": asks_form, "thrown": _event("signal"), "end": _event("terminate")}, roots=roots),
        bpmn("start > any:adHocSubProcess > odd:complexGateway > end", inside={"any": inner.replace("in_start", "q")}),
        COMPLAINT.read_bytes(),
    ]  # fmt: skip


def mutants(count: int, *, seed: int) -> Iterator[bytes]:
    """Yield broken diagrams, the same for the same seed."""
    random, whole = Random(seed), seeds()
    for number in range(count):
        yield _mutant(whole[number % len(whole)], random)


def _mutant(diagram: bytes, random: Random) -> bytes:
    root = etree.fromstring(diagram)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        change = random.choice(_ON_THE_TREE)
        nodes = [node for node in root.iter() if isinstance(node.tag, str) and node is not root]
        if nodes:
            change(random.choice(nodes), nodes, random)
    content = etree.tostring(root)
    return random.choice(_ON_THE_BYTES)(content, random) if random.random() < 0.15 else content


def _event(kind: str) -> str:
    inside = {
        "timer": "<bpmn:timeDuration>P1D</bpmn:timeDuration>",
        "conditional": "<bpmn:condition>=paid</bpmn:condition>",
    }.get(kind, "")
    reference = {"message": "m", "signal": "s", "error": "e", "escalation": "x"}.get(kind, "")
    attribute = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{attribute}>{inside}</bpmn:{kind}EventDefinition>"


def _drop(node: Node, nodes: list[Node], random: Random) -> None:
    node.getparent().remove(node)


def _double(node: Node, nodes: list[Node], random: Random) -> None:
    twin = copy.deepcopy(node)
    if random.random() < 0.5:
        twin.set("id", "twin")
    node.addnext(twin)


def _move(node: Node, nodes: list[Node], random: Random) -> None:
    target = random.choice(nodes)
    if node not in target.iterancestors() and target is not node:
        target.append(node)


def _wrap(node: Node, nodes: list[Node], random: Random) -> None:
    node.append(copy.deepcopy(node))


def _rewire(node: Node, nodes: list[Node], random: Random) -> None:
    flows = [flow for flow in nodes if flow.tag == f"{BPMN}sequenceFlow"]
    if flows:
        flow = random.choice(flows)
        flow.set(random.choice(("sourceRef", "targetRef")), random.choice(nodes).get("id", "nowhere"))


def _drop_attribute(node: Node, nodes: list[Node], random: Random) -> None:
    if node.attrib:
        del node.attrib[random.choice(list(node.attrib))]


def _exchange_attribute(node: Node, nodes: list[Node], random: Random) -> None:
    names = [*node.attrib, "default", "isInterrupting", "triggeredByEvent", "attachedToRef", "isExecutable"]
    node.set(random.choice(names), random.choice((*VALUES, random.choice(nodes).get("id", ""))))


def _exchange_text(node: Node, nodes: list[Node], random: Random) -> None:
    node.text = random.choice(VALUES)


def _rename(node: Node, nodes: list[Node], random: Random) -> None:
    node.tag = f"{BPMN}{random.choice((*KINDS, *(f'{kind}EventDefinition' for kind in EVENTS)))}"


def _change_namespace(node: Node, nodes: list[Node], random: Random) -> None:
    node.tag = f"{{http://example.org/{random.choice('abc')}}}{etree.QName(node).localname}"


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def _spoil(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + random.choice((b"\0", b"\xff", b"<", b"&", b'"', b"&#0;", b"&nbsp;")) + content[at + 1 :]


def _lose_prefix(content: bytes, random: Random) -> bytes:
    return content.replace(b"xmlns:zeebe=", b"xmlns:other=").replace(
        b"bpmn:", random.choice((b"", b"bpmn2:", b"bpmn:"))
    )


_ON_THE_TREE: tuple[Callable[[Node, list[Node], Random], None], ...] = (
    _drop, _double, _move, _wrap, _rewire, _rewire, _drop_attribute, _exchange_attribute, _exchange_attribute,
    _exchange_text, _rename, _rename, _change_namespace,
)  # fmt: skip
_ON_THE_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _spoil, _lose_prefix)
