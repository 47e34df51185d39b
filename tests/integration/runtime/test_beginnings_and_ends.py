"""Where a process begins and ends when its diagram has no event for it, as BPMN says."""

import pytest

from engine.runtime import choosing
from tests.diagrams import category, extensions, timer, times
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1"/>')


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def test_without_a_start_event_every_node_that_no_flow_leads_to_begins(restarts: bool) -> None:
    walker = Walker(category("one > join+ ; two > join+ ; join+ > three > end"), restarts=restarts)
    assert walker.seen.open == ["one", "two"]

    walker.do("two")
    walker.do("one")
    walker.do("three")

    assert walker.seen.completed


def test_what_waits_beside_the_flow_does_not_begin_with_it() -> None:
    beside = (
        '<bpmn:subProcess id="beside" triggeredByEvent="true"><bpmn:startEvent id="b_start">'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '</bpmn:startEvent><bpmn:userTask id="b_ask"/>'
        '<bpmn:sequenceFlow id="b_flow" sourceRef="b_start" targetRef="b_ask"/></bpmn:subProcess>'
        '<bpmn:userTask id="undo" isForCompensation="true"/>'
    )
    late = timer("late", "ask", "chase", duration="PT5H")

    walker = Walker(category("ask > after ; chase", boundary=beside + late))

    assert (walker.seen.open, walker.seen.waiting) == (["ask"], ["b_start", "late"])


def test_a_path_without_an_end_event_ends_where_nothing_follows(restarts: bool) -> None:
    walker = Walker(category("start > both+ > one ; both+ > two > more"), restarts=restarts)
    walker.do("one")
    walker.do("two")
    assert (walker.seen.open, walker.seen.completed) == (["more"], False)

    walker.do("more")

    assert (walker.seen.completed, walker.failures) == (True, [])


@pytest.mark.parametrize(
    "last", ["odd?", "odd+", "odd:inclusiveGateway", "odd:intermediateThrowEvent", "odd:script", "odd:subProcess"]
)
def test_any_kind_of_node_may_be_the_last(last: str) -> None:
    walker = Walker(category(f"start > ask > {last}", inside={"odd": STEP if last == "odd:script" else ""}))

    walker.do("ask")

    assert (walker.seen.completed, walker.failures) == (True, [])


@pytest.mark.parametrize("interrupts", [True, False])
def test_a_boundary_event_that_nothing_follows_ends_its_path(interrupts: bool, restarts: bool) -> None:
    late = timer("late", "ask", "x", duration="PT1H", interrupts=interrupts).split("<bpmn:sequenceFlow")[0]
    walker = Walker(category("start > ask > after", boundary=late), restarts=restarts)

    walker.wait(2)

    assert walker.seen.completed is interrupts
    assert walker.seen.open == ([] if interrupts else ["ask"])
    if not interrupts:
        walker.do("ask")
        walker.do("after")
        assert walker.seen.completed


def test_a_sub_process_begins_and_ends_without_events_too(restarts: bool) -> None:
    deep = '<bpmn:subProcess id="deep"><bpmn:userTask id="c"/></bpmn:subProcess>'
    inside = f'<bpmn:userTask id="a"/><bpmn:userTask id="b"/>{deep}'
    walker = Walker(category("start > inner:subProcess > after > end", inside={"inner": inside}), restarts=restarts)
    assert walker.seen.open == ["a", "b", "c"]

    for element in ("c", "a", "b"):
        assert walker.seen.open != ["after"]
        walker.do(element)
    assert walker.seen.open == ["after"]

    walker.do("after")
    assert walker.seen.completed


def test_an_empty_sub_process_is_passed_at_once() -> None:
    walker = Walker(category("start > inner:subProcess > after > end"))

    assert walker.seen.open == ["after"]


def test_a_loop_over_a_sub_process_without_events_runs_once_for_each_item(restarts: bool) -> None:
    inside = {"inner": f'{times(3)}<bpmn:userTask id="a"/><bpmn:userTask id="b"/>'}
    walker = Walker(category("start > inner:subProcess > after", inside=inside), restarts=restarts)
    assert walker.seen.open == ["a", "a", "a", "b", "b", "b"]

    for _ in range(3):
        walker.do("a")
        walker.do("b")

    assert walker.seen.open == ["after"]


def test_a_process_that_a_message_can_start_too_begins_by_hand_at_its_plain_start_event(restarts: bool) -> None:
    message = '<bpmn:messageEventDefinition messageRef="m"/>'
    files = category(
        "start > ask > both? > end ; start_letter > read > both?",
        inside={"start_letter": message},
        roots='<bpmn:message id="m" name="letter"/>',
    )

    walker = Walker(files, restarts=restarts)

    assert (walker.seen.open, walker.seen.waiting) == (["ask"], [])
    walker.do("ask")
    assert walker.seen.completed


def test_reminders_without_an_end_event_leave_nothing_behind() -> None:
    remind = timer("remind", "ask", "x", cycle="R/PT1H", interrupts=False).split("<bpmn:sequenceFlow")[0]
    walker = Walker(category("start > ask", boundary=remind))
    counts = []

    for _ in range(40):
        walker.wait(1)
        counts.append(walker.token_count())

    assert max(counts[20:]) <= max(counts[:20]) and walker.seen.open == ["ask"]
    walker.do("ask")
    assert walker.seen.completed


def test_of_several_plain_start_events_an_officer_says_at_which_a_case_begins(restarts: bool) -> None:
    walker = Walker(category("start_call > one > end ; start_visit > two > end"), restarts=restarts)
    (token,) = walker.open_tokens()
    assert choosing.offer(token) == {
        "many": False,
        "ways": [["start_call", "Start call"], ["start_visit", "Start visit"]],
    }

    assert walker.do("start_call", choice="start_visit").open == ["two"]
    assert walker.do("two").completed


def test_a_sub_process_with_several_start_events_asks_too_and_one_that_is_told_where_does_not(restarts: bool) -> None:
    inside = (
        '<bpmn:startEvent id="s1"/><bpmn:startEvent id="s2"/><bpmn:userTask id="a"/><bpmn:userTask id="b"/>'
        '<bpmn:sequenceFlow id="i1" sourceRef="s1" targetRef="a"/>'
        '<bpmn:sequenceFlow id="i2" sourceRef="s2" targetRef="b"/>'
    )
    walker = Walker(category("start > inner:subProcess > after", inside={"inner": inside}), restarts=restarts)

    assert walker.do("s1", choice="s2").open == ["b"]
    assert walker.do("b").open == ["after"]

    files = category("start_call > one > end ; start_visit > two > end")
    assert Walker(files, begin_at="start_visit").seen.open == ["two"]
