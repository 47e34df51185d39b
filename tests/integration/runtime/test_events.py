"""Links, signals and messages, and what begins an event sub-process."""

import pytest

from tests.diagrams import category, extensions, timer
from tests.integration.runtime.pieces import (
    ROOTS,
    after,
    boundary,
    condition,
    event_subprocess,
    link,
    message,
    signal,
    steps,
)
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


CATCH, THROW = "intermediateCatchEvent", "intermediateThrowEvent"


def test_links_that_several_steps_throw_lead_to_the_one_that_catches_them(restarts: bool) -> None:
    files = category(
        f"start > big? ; big? -[n = 1]-> a:{THROW} ; big? > b:{THROW} ; c:{CATCH} > ask > end",
        inside={"a": link("On"), "b": link("On"), "c": link("On")},
    )
    for n in (1, 2):
        walker = Walker(files, restarts=restarts, n=n)

        assert walker.seen.open == ["ask"]
        assert walker.seen.passed["c"] == 1
        walker.do("ask")
        assert walker.seen.completed


def test_a_link_inside_a_sub_process_stays_in_it(restarts: bool) -> None:
    inner = (
        f'<bpmn:startEvent id="s"/><bpmn:intermediateThrowEvent id="t">{link("On")}</bpmn:intermediateThrowEvent>'
        f'<bpmn:intermediateCatchEvent id="c">{link("On")}</bpmn:intermediateCatchEvent><bpmn:userTask id="ask"/>'
        '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="i1" sourceRef="s" targetRef="t"/>'
        '<bpmn:sequenceFlow id="i2" sourceRef="c" targetRef="ask"/>'
        '<bpmn:sequenceFlow id="i3" sourceRef="ask" targetRef="e"/>'
    )
    files = category(
        f"start > sub:subProcess > end ; outer:{CATCH} > wrong > end_wrong", inside={"sub": inner, "outer": link("On")}
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.seen.completed


def test_a_signal_end_event_is_heard_by_all_who_wait_in_the_case(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > end_loud ; fork+ > one:{CATCH} > after_one > end_one ; "
        "fork+ > sub:subProcess > end_sub ; told > end_told",
        inside={"end_loud": signal("stop"), "one": signal("stop"), "sub": steps("sub", "wait")},
        boundary=boundary("heard", "sub", "told", signal("stop"))
        + event_subprocess("all", signal("stop"), interrupts=False),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.seen.open == ["after_one", "all_ask", "told"]
    assert [sent["name"] for sent in walker.signals] == ["stop"]


def test_a_boundary_event_that_interrupts_nothing_hears_every_signal(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > work > end ; fork+ > back:exclusiveGateway > ask > loud:{THROW} > again? ; "
        "again? -[stop = 1]-> end_loud ; again? > back ; note > end_note",
        inside={"loud": signal("go")},
        boundary=boundary("heard", "work", "note", signal("go"), interrupts=False),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    counts = [walker.do("ask").open.count("note") for _ in range(3)]

    assert counts == [1, 2, 3]
    assert walker.seen.waiting == ["heard"]
    walker.do("work")
    assert walker.seen.waiting == []
    for _ in range(3):
        walker.do("note")
    walker.do("ask", stop=1)
    assert walker.seen.completed


def test_a_message_reaches_a_boundary_event_that_interrupts_nothing_again_and_again(restarts: bool) -> None:
    files = category(
        "start > work > end ; note > end_note",
        boundary=boundary("paid", "work", "note", message("m"), interrupts=False),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    assert walker.send("paid", amount=1)
    assert walker.send("paid", amount=2)

    assert walker.seen.open == ["note", "note", "work"]
    assert walker.instance.document.get("amount") == 2


def test_a_loop_of_many_messages_leaves_no_tokens_behind(restarts: bool) -> None:
    files = category(
        "start > work > end ; note > end_note",
        boundary=boundary("paid", "work", "note", message("m"), interrupts=False),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)
    counts = []
    for _ in range(60):
        walker.send("paid")
        walker.do("note")
        counts.append(walker.token_count())

    assert max(counts[30:]) <= max(counts[:30])
    walker.do("work")
    assert walker.seen.completed


def test_a_case_that_is_started_by_hand_passes_its_start_event(restarts: bool) -> None:
    for definition in (message("m"), signal("go"), after(1), condition("rent > 5")):
        files = category("start > ask > end", inside={"start": definition}, roots=ROOTS)

        walker = Walker(files, restarts=restarts)

        assert (walker.seen.open, walker.seen.waiting) == (["ask"], [])


def test_an_event_sub_process_without_an_event_begins_by_nothing(restarts: bool) -> None:
    files = category("start > work > end", boundary=event_subprocess("odd", ""))
    walker = Walker(files, restarts=restarts)

    assert walker.seen.open == ["work"]
    assert walker.do("work").completed


def test_a_message_begins_an_event_sub_process_each_time_when_it_interrupts_nothing(restarts: bool) -> None:
    files = category(
        "start > work > end", boundary=event_subprocess("paid", message("m"), interrupts=False), roots=ROOTS
    )
    walker = Walker(files, restarts=restarts)

    assert [walker.send("paid") for _ in range(3)] == [True, True, True]

    assert walker.seen.open == ["paid_ask", "paid_ask", "paid_ask", "work"]


def test_a_send_task_that_names_a_message_sends_it(restarts: bool) -> None:
    files = category(
        "start > tell:sendTask > ask > end", attributes={"tell": 'messageRef="m"'}, roots=ROOTS,
    )  # fmt: skip
    walker = Walker(files, restarts=restarts)

    assert walker.seen.open == ["ask"]
    assert [sent["name"] for sent in walker.messages] == ["paid"]


def test_a_send_task_with_a_service_is_done_by_it() -> None:
    files = category(
        "start > tell:sendTask > ask > end",
        inside={"tell": extensions('<zeebe:taskDefinition type="send_email"/>')},
        attributes={"tell": 'messageRef="m"'},
        roots=ROOTS,
    )

    assert Walker(files).failed_at == ["tell"], "it was given no text"


@pytest.mark.parametrize("kind", ["receiveTask", "subProcess"])
def test_a_loop_that_is_interrupted_waits_for_nothing_any_more(kind: str, restarts: bool) -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="n"/></bpmn:extensionElements>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    inner = steps("each", f"wait:{CATCH}", inside={"wait": message("m")}) if kind == "subProcess" else ""
    files = category(
        f"start > each:{kind} > end ; late > end_late",
        inside={"each": loop + inner},
        attributes={"each": 'messageRef="m"'},
        boundary=timer("stop", "each", "late", duration="PT1H"),
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)
    assert len(walker.instance.kept.messages) == 2

    assert walker.wait(2).open == ["late"]

    assert (walker.instance.kept.messages, walker.seen.waiting) == ({}, [])
    assert not walker.send("paid")
    assert walker.do("late").completed
