"""Diagrams of which states are kept that the release before wrote: gateways, loops, calls, several starts."""

from tests.diagrams import category, extensions

LOOP = (
    "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>=more = true</bpmn:loopCondition>"
    "</bpmn:standardLoopCharacteristics>"
)
EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
INSIDE = (
    '<bpmn:startEvent id="i_start"/><bpmn:userTask id="deep"/><bpmn:endEvent id="i_end"/>'
    '<bpmn:sequenceFlow id="i1" sourceRef="i_start" targetRef="deep"/>'
    '<bpmn:sequenceFlow id="i2" sourceRef="deep" targetRef="i_end"/>'
)
CALLED = f'<bpmn:process id="called" isExecutable="true">{INSIDE}</bpmn:process>'
# By name: the diagram, and the tasks that were done before its state was written.
DIAGRAMS = {
    "gateways": (
        category(
            "start > ask > some:inclusiveGateway -[a = 1]-> one > all:inclusiveGateway > big? -[b = 1]-> last > end ; "
            "some -[c = 1]-> two > all ; some > three > all ; big? > ask"
        ),
        [("ask", {"a": 1, "c": 1}), ("two", {})],
    ),
    "join": (category("start > fork+ > one > join+ > last > end ; fork+ > two > join+"), [("one", {})]),
    "loop": (category("start > each > last > end", inside={"each": LOOP}), [("each", {"more": True})]),
    "items": (category("start > each:subProcess > last > end", inside={"each": EACH + INSIDE}), [("deep", {})]),
    "call": (
        category(
            "start > call:call > last > end",
            inside={"call": extensions('<zeebe:calledElement processId="called"/>')},
            roots=CALLED,
        ),
        [],
    ),
    "starts": (
        category(
            "start > one > meet? > last > end ; start_letter > two > meet?",
            inside={"start_letter": '<bpmn:messageEventDefinition messageRef="m"/>'},
            roots='<bpmn:message id="m" name="letter"/>',
        ),
        [],
    ),
}
