"""A diagram that would run for ever is stopped in time, as one incident, and what was done until then stands."""

import pytest

from tests.diagrams import category, extensions, timer
from tests.effort import effort_below
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1"/>')
RUNNING_AWAY = {
    "a loop without anybody": category(
        "start > count:script > again? ; again? -[n < 0]-> end ; again? > count",
        inside={"count": extensions('<zeebe:script expression="=if n = null then 1 else n + 1" resultVariable="n"/>')},
    ),
    "a process that calls itself": category(
        "start > deeper:call > end", inside={"deeper": extensions('<zeebe:calledElement processId="sample"/>')}
    ),
    "a fork that comes back to itself": category(
        "start > back:exclusiveGateway > fork+ ; fork+ > back ; fork+ > once:script > end", inside={"once": STEP}
    ),
    "a fork that comes back to itself twice": category(
        "start > back:exclusiveGateway > fork+ ; fork+ > back ; fork+ > again:exclusiveGateway > back ; "
        "fork+ > ask > end"
    ),
    "an unlikely number of times": category(
        "start > each:script > end",
        inside={
            "each": extensions('<zeebe:script expression="=1"/>')
            + "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=1000000000</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>"
        },
    ),
    "a repetition without time between": category(
        "start > ask > end ; note > end_noted",
        boundary=timer("tick", on="ask", to="note", cycle="R/PT0S", interrupts=False),
    ),
}


@pytest.mark.parametrize("files", RUNNING_AWAY.values(), ids=RUNNING_AWAY.keys())
def test_a_runaway_is_one_incident_with_little_effort(files: dict[str, bytes]) -> None:
    with effort_below(120):
        walker = Walker(files)

    assert len(walker.instance.failures) == 1, walker.failures
    assert walker.token_count() < 21_000


def test_two_thousand_steps_in_a_line_are_no_runaway() -> None:
    steps = [f"step_{number}" for number in range(2_000)]
    line = " > ".join(f"{name}:script" for name in steps)

    walker = Walker(
        category(
            f"start > {line} > ask > back? ; back? -[again = true]-> step_0 ; back? > end",
            inside=dict.fromkeys(steps, STEP),
        )
    )

    assert (walker.seen.open, walker.failures) == (["ask"], [])
    assert walker.do("ask", again=True).open == ["ask"]
    assert walker.token_count() < 40


def test_a_process_called_through_a_long_chain_of_others_is_built() -> None:
    names = [f"p{number}" for number in range(1_200)]
    called = "".join(_calling(name, after) for name, after in zip(names, [*names[1:], "p0"], strict=True))
    files = category("start > call:call > end", inside={"call": extensions('<zeebe:calledElement processId="p0"/>')})
    files["sample.bpmn"] = files["sample.bpmn"].replace(b"</bpmn:process>", f"</bpmn:process>{called}".encode())

    walker = Walker(files)

    assert "called more than 50 deep" in walker.failures[0]


def _calling(name: str, other: str) -> str:
    return (
        f'<bpmn:process id="{name}" isExecutable="true"><bpmn:startEvent id="{name}_s"/>'
        f'<bpmn:callActivity id="{name}_c"><bpmn:extensionElements><zeebe:calledElement processId="{other}"/>'
        f'</bpmn:extensionElements></bpmn:callActivity><bpmn:endEvent id="{name}_e"/>'
        f'<bpmn:sequenceFlow id="{name}_1" sourceRef="{name}_s" targetRef="{name}_c"/>'
        f'<bpmn:sequenceFlow id="{name}_2" sourceRef="{name}_c" targetRef="{name}_e"/></bpmn:process>'
    )
