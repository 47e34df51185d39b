"""Links, signals, conditions, several definitions of one event, and event sub-processes of every kind."""

import pytest

from tests.diagrams import category, extensions, timer
from tests.integration.runtime.pieces import (
    ROOTS,
    TERMINATE,
    after,
    boundary,
    condition,
    error,
    escalation,
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


CATCH, THROW, GATEWAY = "intermediateCatchEvent", "intermediateThrowEvent", "eventBasedGateway"


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


def test_a_condition_that_holds_already_lets_the_case_pass(restarts: bool) -> None:
    files = category(f"start > wait:{CATCH} > ask > end", inside={"wait": condition("rent > 5")})

    assert Walker(files, restarts=restarts, rent=6).seen.open == ["ask"]
    assert Walker(files, restarts=restarts, rent=5).seen.waiting == ["wait"]


def test_a_condition_is_met_by_an_answer_and_by_a_correction(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > end_asked ; fork+ > wait:{CATCH} > go_on > end",
        inside={"wait": condition("rent > 5")},
    )
    answered, corrected = Walker(files, restarts=restarts), Walker(files, restarts=restarts)

    answered.do("ask", rent=6)
    corrected.change(other=1)
    assert corrected.seen.waiting == ["wait"]
    corrected.change(rent=7)

    assert answered.seen.open == ["go_on"]
    assert corrected.seen.open == ["ask", "go_on"]


def test_a_condition_on_the_border_interrupts_its_task_but_not_by_the_answer_to_it(restarts: bool) -> None:
    files = category(
        "start > work > end ; stop_it > end_stopped",
        boundary=boundary("too_much", "work", "stop_it", condition("rent > 5")),
    )
    answered, corrected = Walker(files, restarts=restarts), Walker(files, restarts=restarts)

    assert answered.do("work", rent=9).completed
    assert corrected.change(rent=9).open == ["stop_it"]


def test_a_condition_that_interrupts_nothing_counts_each_time_it_becomes_true(restarts: bool) -> None:
    files = category(
        "start > work > end ; note > end_note",
        boundary=boundary("too_much", "work", "note", condition("rent > 5"), interrupts=False),
    )
    walker = Walker(files, restarts=restarts)

    counts = [walker.change(rent=rent).open.count("note") for rent in (6, 7, 5, 8, 8, 4, 9)]

    assert counts == [1, 1, 1, 2, 2, 2, 3]


def test_a_condition_begins_an_event_sub_process_each_time_it_becomes_true(restarts: bool) -> None:
    files = category("start > work > end", boundary=event_subprocess("much", condition("rent > 5"), interrupts=False))
    walker = Walker(files, restarts=restarts)

    counts = [walker.change(rent=rent).open.count("much_ask") for rent in (6, 7, 5, 8)]

    assert counts == [1, 1, 1, 2]
    for element in ("much_ask", "work", "much_ask"):
        walker.do(element)
    assert walker.seen.completed


def test_a_condition_that_cannot_be_worked_out_is_an_incident_there(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > end_asked ; fork+ > wait:{CATCH} > go_on > end",
        inside={"wait": condition("assert(rent, rent != 1) > 5")},
    )
    walker = Walker(files, restarts=restarts)

    walker.change(rent=1)

    assert walker.failed_at == ["wait"]
    assert walker.seen.open == ["ask"]


def test_conditions_are_looked_at_only_when_a_field_has_changed(restarts: bool, monkeypatch) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > then > end_asked ; fork+ > wait:{CATCH} > go_on > end",
        inside={"wait": condition("rent > 5")},
    )
    walker = Walker(files, restarts=restarts)
    asked: list[str] = []
    monkeypatch.setattr(type(walker.instance), "holds", lambda self, token, text: bool(asked.append(text)))

    walker.do("ask")
    walker.do("then", rent=1)

    assert len(asked) == 1 + restarts, "and once after a restart"


def test_the_first_of_several_definitions_counts(restarts: bool) -> None:
    files = category(
        f"start > wait:{CATCH} > ask > end",
        inside={"wait": message("m") + signal("go") + after(2) + condition("rent > 5")},
        roots=ROOTS,
    )
    ways = [
        lambda walker: walker.send("paid", rent=1),
        lambda walker: walker.hear("go"),
        lambda walker: walker.wait(3),
        lambda walker: walker.change(rent=6),
    ]
    for way in ways:
        walker = Walker(files, restarts=restarts)
        assert walker.seen.waiting == ["wait"]

        way(walker)

        assert (walker.seen.open, walker.seen.waiting) == (["ask"], [])


def test_all_of_several_definitions_must_come(restarts: bool) -> None:
    files = category(
        f"start > wait:{CATCH} > ask > end",
        inside={"wait": message("m") + signal("go") + after(2) + condition("rent > 5")},
        attributes={"wait": 'parallelMultiple="true"'},
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    for way in (
        lambda: walker.change(rent=6),
        lambda: walker.send("paid", amount=2),
        lambda: walker.wait(3),
        lambda: walker.send("paid", amount=3),
    ):
        way()
        assert walker.seen.open == []
    assert walker.instance.kept.timers == {}, "its time has come, once"
    walker.hear("go", colour="green")

    assert walker.seen.open == ["ask"]
    assert [walker.instance.document.get(key) for key in ("amount", "colour")] == [2, "green"]


def test_an_event_with_several_definitions_throws_each(restarts: bool) -> None:
    files = category(
        f"start > fork+ ; fork+ > ask > loud:{THROW} > end ; fork+ > one:{CATCH} > after_one > end_one",
        inside={"loud": message("m") + message("m2") + signal("go"), "one": signal("go")},
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    walker.do("ask")

    assert walker.seen.open == ["after_one"]
    assert [sent["name"] for sent in walker.messages] == ["paid", "moved"]


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (lambda walker: walker.send("paid"), "by_message"),
        (lambda walker: walker.hear("go"), "by_signal"),
        (lambda walker: walker.wait(2), "by_time"),
        (lambda walker: walker.change(rent=6), "by_condition"),
        (lambda walker: walker.send("moved"), "by_task"),
    ],
)
def test_an_event_gateway_takes_whatever_comes_first(act, path: str, restarts: bool) -> None:
    files = category(
        f"start > which:{GATEWAY} ; which > a:{CATCH} > by_message > end1 ; which > b:{CATCH} > by_signal > end2 ; "
        f"which > c:{CATCH} > by_time > end3 ; which > d:{CATCH} > by_condition > end4 ; "
        "which > e:receiveTask > by_task > end5",
        inside={"a": message("m"), "b": signal("go"), "c": after(1), "d": condition("rent > 5")},
        attributes={"e": 'messageRef="m2"'},
        roots=ROOTS,
    )
    walker = Walker(files, restarts=restarts)

    act(walker)

    assert (walker.seen.open, walker.seen.waiting) == ([path], [])


def test_a_case_that_is_started_by_hand_passes_its_start_event(restarts: bool) -> None:
    for definition in (message("m"), signal("go"), after(1), condition("rent > 5")):
        files = category("start > ask > end", inside={"start": definition}, roots=ROOTS)

        walker = Walker(files, restarts=restarts)

        assert (walker.seen.open, walker.seen.waiting) == (["ask"], [])


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


def test_a_reminder_and_a_condition_on_the_same_event_each_happen_once_and_again(restarts: bool) -> None:
    files = category(
        "start > work > end ; note > end_note",
        boundary=boundary("both", "work", "note", after(1) + condition("rent > 5"), interrupts=False)
        + timer("late", "work", "note", duration="PT9H", interrupts=False),
    )
    walker = Walker(files, restarts=restarts)

    counts = [walker.wait(2).open.count("note"), walker.wait(2).open.count("note")]
    counts += [walker.change(rent=rent).open.count("note") for rent in (6, 5, 7)]

    assert counts == [1, 1, 2, 2, 3]


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
