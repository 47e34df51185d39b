"""Errors and escalations go outwards to what catches them, and ends end what they should."""

import pytest

from tests.diagrams import category
from tests.integration.runtime.pieces import (
    ROOTS,
    TERMINATE,
    boundary,
    error,
    escalation,
    event_subprocess,
    steps,
)
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


THROW = "intermediateThrowEvent"


@pytest.mark.parametrize("kind", ["escalation", "escalation end"])
@pytest.mark.parametrize("interrupts", [True, False])
def test_an_escalation_begins_an_event_sub_process(kind: str, interrupts: bool, restarts: bool) -> None:
    if kind == "escalation":
        inner = steps("sub", f"ask tell:{THROW} more", inside={"tell": escalation("ask_boss")})
    else:
        inner = steps("sub", "ask", end=escalation("ask_boss"))
    files = category(
        "start > fork+ ; fork+ > sub:subProcess > join+ ; fork+ > work > join+ ; join+ > end",
        inside={"sub": inner},
        boundary=event_subprocess("boss", escalation("ask_boss"), interrupts=interrupts),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)
    assert walker.seen.open == ["ask", "work"]

    walker.do("ask")

    rest = [] if interrupts else ["more", "work"] if kind == "escalation" else ["work"]
    assert walker.seen.open == ["boss_ask", *rest]


def test_an_error_is_caught_by_its_code_before_an_event_that_catches_all(restarts: bool) -> None:
    files = category(
        "start > sub:subProcess > end ; all > end_all ; one > end_one",
        inside={"sub": steps("sub", "ask", end=error("no_money"))},
        boundary=boundary("any", "sub", "all", error()) + boundary("exact", "sub", "one", error("no_money")),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.seen.open == ["one"]


def test_an_error_is_thrown_outwards_from_the_event_sub_process_that_caught_it(restarts: bool) -> None:
    more = event_subprocess("failed", error("no_money"), end=error("no_money"))
    files = category(
        "start > sub:subProcess > end ; repair > end_repaired",
        inside={"sub": steps("sub", "ask", end=error("no_money"), more=more)},
        boundary=boundary("failed_outside", "sub", "repair", error("no_money")),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")
    assert walker.seen.open == ["failed_ask"]
    walker.do("failed_ask")

    assert (walker.seen.open, walker.failures) == (["repair"], [])


def test_an_error_beside_an_activity_is_not_caught_on_its_border(restarts: bool) -> None:
    files = category(
        "start > sub:subProcess > end",
        inside={
            "sub": steps(
                "sub",
                "ask",
                end=error("no_money"),
                more='<bpmn:userTask id="beside"/><bpmn:userTask id="wrong"/><bpmn:parallelGateway id="p"/>'
                + boundary("on_beside", "beside", "wrong", error("no_money"))
                + '<bpmn:sequenceFlow id="p1" sourceRef="p" targetRef="beside"/>'
                '<bpmn:sequenceFlow id="p2" sourceRef="beside" targetRef="sub_end"/>'
                '<bpmn:sequenceFlow id="p4" sourceRef="wrong" targetRef="sub_end"/>'
                '<bpmn:sequenceFlow id="p3" sourceRef="p" targetRef="ask"/>',
            ).replace('sourceRef="sub_start" targetRef="ask"', 'sourceRef="sub_start" targetRef="p"')
        },
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.failures == ["Nobody catches the error “E1”."]


def test_an_error_end_of_the_whole_process_ends_the_case(restarts: bool) -> None:
    files = category(
        "start > fork+ ; fork+ > ask > end_failed ; fork+ > work > end", inside={"end_failed": error("no_money")},
        roots=ROOTS,
    )  # fmt: skip
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert (walker.seen.completed, walker.seen.open, walker.failures) == (True, [], [])


def test_a_terminate_end_ends_its_sub_process_only(restarts: bool) -> None:
    inner = steps("sub", "ask", end=TERMINATE, more='<bpmn:userTask id="beside"/><bpmn:parallelGateway id="p"/>')
    inner = inner.replace('sourceRef="sub_start" targetRef="ask"', 'sourceRef="sub_start" targetRef="p"')
    inner += (
        '<bpmn:sequenceFlow id="p1" sourceRef="p" targetRef="beside"/><bpmn:endEvent id="e2"/>'
        '<bpmn:sequenceFlow id="p2" sourceRef="beside" targetRef="e2"/>'
        '<bpmn:sequenceFlow id="p3" sourceRef="p" targetRef="ask"/>'
    )
    files = category(
        "start > fork+ ; fork+ > sub:subProcess > next > end ; fork+ > work > end_work", inside={"sub": inner}
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.seen.open == ["next", "work"]
