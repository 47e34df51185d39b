"""Small diagrams, and how far a case of each has come when its state is written down."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.diagrams import asking_officer, category, extensions, timer
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1"/>')
COUNT = extensions('<zeebe:script expression="=if n = null then 1 else n + 1" resultVariable="n"/>')
INNER = (
    '<bpmn:startEvent id="in_start"/><bpmn:userTask id="in_first"/><bpmn:userTask id="in_second"/>'
    '<bpmn:endEvent id="in_end"/><bpmn:sequenceFlow id="in_1" sourceRef="in_start" targetRef="in_first"/>'
    '<bpmn:sequenceFlow id="in_2" sourceRef="in_first" targetRef="in_second"/>'
    '<bpmn:sequenceFlow id="in_3" sourceRef="in_second" targetRef="in_end"/>'
)
CALLED = f'<bpmn:process id="other" isExecutable="true">{INNER.replace("in_", "called_")}</bpmn:process>'
LATER = "<bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>"


@dataclass(frozen=True)
class Shape:
    """A category, and what is done before its state is written."""

    files: dict[str, bytes]
    until: Callable[[Walker], object]


def _items(is_sequential: bool) -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(is_sequential).lower()}"><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=[10, 20, 30]" inputElement="cost" outputCollection="costs" '
        'outputElement="=cost + 1"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    )


SHAPES = {
    "straight": Shape(category("start > first > second > end"), lambda case: case.do("first")),
    "loop": Shape(
        category("start > ask > count:script > enough? ; enough? -[n >= 45]-> last > end ; enough? > ask",
                 inside={"count": COUNT}),
        lambda case: [case.do("ask") for _ in range(40)],
    ),
    "parallel": Shape(
        category("start > fork+ ; fork+ > one > join+ ; fork+ > two > three > join+ ; join+ > last > end"),
        lambda case: [case.do("one"), case.do("two")],
    ),
    "inclusive": Shape(
        category("start > some:inclusiveGateway ; some -[a = null]-> one > all:inclusiveGateway ; "
                 "some -[b = null]-> two > all ; some > three > all ; all > last > end"),
        lambda case: case.do("two"),
    ),
    "sub_process": Shape(
        category("start > inner:subProcess > call:call > last > end", roots=CALLED, inside={
            "inner": INNER, "call": extensions('<zeebe:calledElement processId="other"/>')}),
        lambda case: [case.do("in_first"), case.do("in_second"), case.do("called_first")],
    ),
    "timer": Shape(
        category("start > ask > later:intermediateCatchEvent > end ; chase > end_chased", inside={"later": LATER},
                 boundary=timer("remind", "ask", "chase", cycle="R3/PT12H", interrupts=False)),
        lambda case: case.wait(13),
    ),
    "timer_in_the_flow": Shape(
        category("start > ask > later:intermediateCatchEvent > last > end", inside={"later": LATER}),
        lambda case: [case.do("ask"), case.wait(24)],
    ),
    "one_after_the_other": Shape(
        category("start > each > last > end", inside={"each": _items(is_sequential=True)}),
        lambda case: case.do("each"),
    ),
    "all_at_once": Shape(
        category("start > each > last > end", inside={"each": _items(is_sequential=False)}),
        lambda case: case.do("each", 1),
    ),
    "officer_decides": Shape(
        category("start > ask > big? ; big? > repair > end ; big? > decline > end",
                 inside={"big_choice": asking_officer()}),
        lambda case: case.do("ask"),
    ),
    "several_flows": Shape(
        category("start > ask ; ask > one > end_one ; ask > two"), lambda case: [case.do("ask"), case.do("one")]
    ),
    "failed": Shape(
        category("start > fork+ ; fork+ > write:service > last > end ; fork+ > ask > end",
                 inside={"write": extensions('<zeebe:taskDefinition type="merge_document"/>')}),
        lambda case: None,
    ),
}  # fmt: skip
