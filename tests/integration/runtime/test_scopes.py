"""Sub-processes and what crosses their borders: errors, escalations, event sub-processes, terminate ends, restarts."""

from itertools import pairwise

import pytest

from tests.diagrams import category, extensions, timer
from tests.integration.runtime.walking import Walker

ROOTS = (
    '<bpmn:error id="no_money" name="No money" errorCode="E1"/><bpmn:error id="other" name="Other" errorCode="E2"/>'
    '<bpmn:escalation id="ask_boss" name="Ask the boss" escalationCode="S1"/><bpmn:signal id="stop" name="stop"/>'
)
FAILS = '<bpmn:errorEventDefinition errorRef="no_money"/>'


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def inside(name: str, steps: str, end: str = "", more: str = "") -> str:
    """Return the content of a sub-process: start, `steps` as user tasks one after the other, an end event."""
    nodes = [f"{name}_start", *steps.split(), f"{name}_end"]
    flows = "".join(f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(nodes))
    tasks = "".join(f'<bpmn:userTask id="{step}"/>' for step in steps.split())
    return (
        f'<bpmn:startEvent id="{name}_start"/>{tasks}<bpmn:endEvent id="{name}_end">{end}</bpmn:endEvent>{flows}{more}'
    )


def boundary(name: str, on: str, to: str, definition: str, *, interrupts: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{str(interrupts).lower()}">{definition}'
        f'</bpmn:boundaryEvent><bpmn:sequenceFlow id="{name}_flow" sourceRef="{name}" targetRef="{to}"/>'
    )


def event_subprocess(name: str, definition: str, *, interrupts: bool) -> str:
    return (
        f'<bpmn:subProcess id="{name}" triggeredByEvent="true"><bpmn:startEvent id="{name}_start" '
        f'isInterrupting="{str(interrupts).lower()}">{definition}</bpmn:startEvent><bpmn:userTask id="{name}_ask"/>'
        f'<bpmn:endEvent id="{name}_end"/>'
        f'<bpmn:sequenceFlow id="{name}_f1" sourceRef="{name}_start" targetRef="{name}_ask"/>'
        f'<bpmn:sequenceFlow id="{name}_f2" sourceRef="{name}_ask" targetRef="{name}_end"/></bpmn:subProcess>'
    )


AFTER_AN_HOUR = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"


def test_an_error_is_caught_at_the_sub_process_that_it_left_and_at_no_other(restarts: bool) -> None:
    files = category(
        "start > fork+ ; fork+ > pay:subProcess > end_paid ; fork+ > move:subProcess > end_moved ; "
        "refund > end_refunded ; stay > end_stayed",
        inside={"pay": inside("pay", "send_bill", FAILS), "move": inside("move", "pack")},
        boundary=boundary("unpaid", "pay", "refund", FAILS) + boundary("unmoved", "move", "stay", FAILS),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("send_bill")

    assert (walker.seen.open, walker.failures) == (["pack", "refund"], [])


def test_an_error_goes_outwards_through_a_sub_process_that_does_not_catch_it(restarts: bool) -> None:
    inner = f'<bpmn:subProcess id="inner">{inside("inner", "ask", FAILS)}</bpmn:subProcess>'
    outer = (
        f'<bpmn:startEvent id="o_start"/>{inner}<bpmn:endEvent id="o_end"/>'
        '<bpmn:sequenceFlow id="o1" sourceRef="o_start" targetRef="inner"/>'
        '<bpmn:sequenceFlow id="o2" sourceRef="inner" targetRef="o_end"/>'
    )
    files = category(
        "start > outer:subProcess > end ; repair > end_repaired",
        inside={"outer": outer},
        boundary=boundary("failed", "outer", "repair", FAILS),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert (walker.seen.open, walker.seen.waiting) == (["repair"], [])
    walker.do("repair")
    assert walker.seen.completed


def test_an_error_that_nobody_catches_is_an_incident(restarts: bool) -> None:
    files = category(
        "start > pay:subProcess > end ; repair > end_repaired",
        inside={"pay": inside("pay", "ask", FAILS)},
        boundary=boundary("failed", "pay", "repair", '<bpmn:errorEventDefinition errorRef="other"/>'),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.failures == ["Nobody catches the error “E1”."]
    assert not walker.seen.completed


def test_an_escalation_starts_its_path_and_the_sub_process_goes_on(restarts: bool) -> None:
    throws = (
        '<bpmn:startEvent id="p_start"/><bpmn:intermediateThrowEvent id="tell">'
        '<bpmn:escalationEventDefinition escalationRef="ask_boss"/></bpmn:intermediateThrowEvent>'
        '<bpmn:userTask id="ask"/><bpmn:endEvent id="p_end"/>'
        '<bpmn:sequenceFlow id="p1" sourceRef="p_start" targetRef="tell"/>'
        '<bpmn:sequenceFlow id="p2" sourceRef="tell" targetRef="ask"/>'
        '<bpmn:sequenceFlow id="p3" sourceRef="ask" targetRef="p_end"/>'
    )
    files = category(
        "start > begin > pay:subProcess > end ; decide > end_decided",
        inside={"pay": throws},
        boundary=boundary(
            "told", "pay", "decide", '<bpmn:escalationEventDefinition escalationRef="ask_boss"/>', interrupts=False
        ),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("begin")

    assert walker.seen.open == ["ask", "decide"]
    walker.do("ask")
    walker.do("decide")
    assert walker.seen.completed


def test_a_signal_is_caught_by_everybody_in_the_case_who_waits(restarts: bool) -> None:
    catch = '<bpmn:signalEventDefinition signalRef="stop"/>'
    files = category(
        "start > fork+ ; fork+ > ask > shout:intermediateThrowEvent > end ; "
        "fork+ > one:intermediateCatchEvent > after_one > end_one ; fork+ > sub:subProcess > end_sub ; told > end_told",
        inside={"shout": catch, "one": catch, "sub": inside("sub", "wait")},
        boundary=boundary("stopped", "sub", "told", catch),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.seen.open == ["after_one", "told"]


def test_a_terminate_end_in_one_branch_ends_the_case(restarts: bool) -> None:
    files = category(
        "start > fork+ ; fork+ > stop_all > end_all ; fork+ > work > join+ ; fork+ > sub:subProcess > join+ ; "
        "join+ > end",
        inside={"end_all": "<bpmn:terminateEventDefinition/>", "sub": inside("sub", "wait")},
        boundary=timer("late", "work", "join_all", duration="P1D"),
    )
    walker = Walker(files, restarts=restarts)

    walker.do("stop_all")

    assert (walker.seen.open, walker.seen.waiting, walker.seen.completed) == ([], [], True)
    assert walker.instance.kept.timers == {}


def test_an_event_sub_process_that_never_begins_does_not_keep_the_case_open(restarts: bool) -> None:
    files = category("start > ask > end", boundary=event_subprocess("late", AFTER_AN_HOUR, interrupts=False))
    walker = Walker(files, restarts=restarts)
    assert walker.seen.waiting == ["late_start"]

    walker.do("ask")

    assert (walker.seen.completed, walker.instance.kept.timers) == (True, {})


@pytest.mark.parametrize("interrupts", [True, False])
def test_an_event_sub_process_ends_the_rest_only_when_it_interrupts(interrupts: bool, restarts: bool) -> None:
    files = category(
        "start > fork+ ; fork+ > ask > join+ ; fork+ > sub:subProcess > join+ ; join+ > end",
        inside={"sub": inside("sub", "wait")},
        boundary=event_subprocess("late", AFTER_AN_HOUR, interrupts=interrupts),
    )
    walker = Walker(files, restarts=restarts)

    walker.wait(2)

    assert walker.seen.open == (["late_ask"] if interrupts else ["ask", "late_ask", "wait"])
    walker.do("late_ask")
    assert walker.seen.completed is interrupts


def test_an_event_sub_process_waits_for_its_message(restarts: bool) -> None:
    files = category(
        "start > ask > end",
        boundary=event_subprocess("paid", '<bpmn:messageEventDefinition messageRef="m"/>', interrupts=True),
        roots='<bpmn:message id="m" name="paid"/>',
    )
    walker = Walker(files, restarts=restarts)

    assert walker.send("paid")

    assert walker.seen.open == ["paid_ask"]


def test_an_event_sub_process_begins_at_its_error_and_not_before(restarts: bool) -> None:
    more = event_subprocess("failed", FAILS, interrupts=True)
    files = category(
        "start > outer:subProcess > end",
        inside={"outer": inside("outer", "ask other_ask", FAILS, more)},
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)
    assert walker.seen.open == ["ask"]

    walker.do("ask")
    walker.do("other_ask")

    assert (walker.seen.open, walker.failures) == (["failed_ask"], [])
    walker.do("failed_ask")
    assert walker.seen.completed


def test_timers_in_nested_sub_processes_fire_after_a_restart() -> None:
    chase = (
        '<bpmn:userTask id="chase"/><bpmn:endEvent id="end_chase"/>'
        '<bpmn:sequenceFlow id="c1" sourceRef="chase" targetRef="end_chase"/>'
    )
    late = timer("late", "ask", "chase", duration="PT2H", interrupts=False)
    outer = (
        f'<bpmn:startEvent id="o_start"/><bpmn:subProcess id="inner">{inside("inner", "ask", "", late + chase)}'
        '</bpmn:subProcess><bpmn:endEvent id="o_end"/>'
        '<bpmn:sequenceFlow id="o1" sourceRef="o_start" targetRef="inner"/>'
        '<bpmn:sequenceFlow id="o2" sourceRef="inner" targetRef="o_end"/>'
    )
    files = category(
        "start > outer:subProcess > end ; give_up > end_given_up",
        inside={"outer": outer},
        boundary=timer("too_late", "outer", "give_up", duration="PT5H"),
    )
    walker = Walker(files, restarts=True)

    walker.wait(3)
    assert walker.seen.open == ["ask", "chase"]
    walker.wait(3)

    assert walker.seen.open == ["give_up"]
    walker.do("give_up")
    assert walker.seen.completed


def test_items_of_a_sub_process_are_done_side_by_side_and_one_ends_by_its_own_timer(restarts: bool) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2, 3]" inputElement="work" outputCollection="done" '
        'outputElement="=work * 10"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    )
    files = category("start > each:subProcess > after > end", inside={"each": loop + inside("each", "ask check")})
    walker = Walker(files, restarts=restarts)
    assert walker.seen.open == ["ask", "ask", "ask"]

    for element in ("ask", "ask", "check", "check", "ask", "check"):
        walker.do(element)

    assert walker.seen.open == ["after"]
    assert walker.instance.document.get("done") == [10, 20, 30]
    assert walker.tokens("after")[0].data == {}, "the name of the item ends with the loop"


def test_a_called_process_may_be_called_twice_at_once(restarts: bool) -> None:
    calls = extensions('<zeebe:calledElement processId="called"/>')
    files = category(
        "start > fork+ ; fork+ > one:call > join+ ; fork+ > two:call > join+ ; join+ > end",
        inside={"one": calls, "two": calls},
    )
    called = f'<bpmn:process id="called" isExecutable="true">{inside("called", "ask")}</bpmn:process>'
    files["sample.bpmn"] = files["sample.bpmn"].replace(b"</bpmn:process>", f"</bpmn:process>{called}".encode())
    walker = Walker(files, restarts=restarts)
    assert walker.seen.open == ["ask", "ask"]

    walker.do("ask")
    walker.do("ask")

    assert walker.seen.completed
