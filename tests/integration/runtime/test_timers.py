"""Timers fire in the order of their times, also when nobody looked for days."""

import pytest

from tests.diagrams import category, timer
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def after(hours: int) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDuration>PT{hours}H</bpmn:timeDuration></bpmn:timerEventDefinition>"


def two_timers(first: int, second: int) -> dict[str, bytes]:
    flows = "start > which:eventBasedGateway ; which > a:intermediateCatchEvent > first > end ; "
    return category(
        flows + "which > b:intermediateCatchEvent > second > end_second", inside={"a": after(first), "b": after(second)}
    )


@pytest.mark.parametrize(("hours", "path"), [((10, 1), "second"), ((1, 10), "first")])
@pytest.mark.parametrize("late", [2, 20])
def test_each_timer_of_an_event_gateway_has_its_own_time(
    hours: tuple[int, int], path: str, late: int, restarts: bool
) -> None:
    walker = Walker(two_timers(*hours), restarts=restarts)
    assert len(set(walker.instance.kept.timers.values())) == 2
    assert walker.wait(0.5).open == []

    walker.wait(late)

    assert walker.seen.open == [path]
    assert walker.instance.kept.timers == {}


@pytest.mark.parametrize("comes", [True, False])
def test_an_event_gateway_takes_the_message_or_the_time(comes: bool, restarts: bool) -> None:
    files = category(
        "start > which:eventBasedGateway ; which > a:intermediateCatchEvent > chase > end ; "
        "which > b:intermediateCatchEvent > thank > end_paid",
        inside={"a": after(10), "b": '<bpmn:messageEventDefinition messageRef="m"/>'},
        roots='<bpmn:message id="m" name="paid"/>',
    )
    walker = Walker(files, restarts=restarts)

    taken = walker.send("paid", amount=5) if comes else walker.wait(11) is not None

    assert taken
    assert walker.seen.open == (["thank"] if comes else ["chase"])
    assert walker.instance.document.get("amount") == (5 if comes else None)


def test_an_interrupting_timer_takes_away_the_reminder_that_would_have_come_later(restarts: bool) -> None:
    files = category(
        "start > ask > end ; chase > end_chased ; remind > end_reminded",
        boundary=timer("reminder", "ask", "remind", duration="PT10H", interrupts=False)
        + timer("deadline", "ask", "chase", duration="PT1H"),
    )
    walker = Walker(files, restarts=restarts)

    walker.wait(20)

    assert walker.seen.open == ["chase"]
    assert "reminder" not in walker.seen.passed


def test_a_reminder_that_was_due_before_the_deadline_is_given_first(restarts: bool) -> None:
    files = category(
        "start > ask > end ; chase > end_chased ; remind > end_reminded",
        boundary=timer("deadline", "ask", "chase", duration="PT10H")
        + timer("reminder", "ask", "remind", duration="PT1H", interrupts=False),
    )
    walker = Walker(files, restarts=restarts)

    walker.wait(20)

    assert walker.seen.open == ["chase", "remind"]


def test_a_time_that_is_always_past_does_not_hang_the_step() -> None:
    past = "<bpmn:timerEventDefinition><bpmn:timeDate>2020-01-01</bpmn:timeDate></bpmn:timerEventDefinition>"
    files = category(
        "start > back:exclusiveGateway > wait:intermediateCatchEvent > again? ; again? -[a = 1]-> end ; again? > back",
        inside={"wait": past},
    )

    walker = Walker(files)

    [sentence] = walker.failures
    assert "runs away" in sentence


def test_the_last_round_of_a_repetition_leaves_what_the_others_began(restarts: bool) -> None:
    files = category(
        "start > ask > end ; look:subProcess > end_looked",
        inside={
            "look": '<bpmn:startEvent id="s"/><bpmn:userTask id="check"/><bpmn:endEvent id="e"/>'
            '<bpmn:sequenceFlow id="q1" sourceRef="s" targetRef="check"/>'
            '<bpmn:sequenceFlow id="q2" sourceRef="check" targetRef="e"/>'
        },
        boundary=timer("tick", "ask", "look", cycle="R3/PT1H", interrupts=False),
    )
    walker = Walker(files, restarts=restarts)

    opened = [walker.wait(1.1).open.count("check") for _ in range(5)]

    assert opened == [1, 2, 3, 3, 3]
    for element in ("check", "check", "check", "ask"):
        walker.do(element)
    assert walker.seen.completed


def test_of_two_timers_that_are_due_at_once_the_inner_fires_first(restarts: bool) -> None:
    inner = (
        '<bpmn:startEvent id="s"/><bpmn:userTask id="ask"/><bpmn:endEvent id="e"/><bpmn:endEvent id="noted"/>'
        '<bpmn:sequenceFlow id="q1" sourceRef="s" targetRef="ask"/>'
        '<bpmn:sequenceFlow id="q2" sourceRef="ask" targetRef="e"/>'
        + timer("inner", "ask", "noted", duration="PT1H", interrupts=False)
    )
    files = category(
        "start > look:subProcess > end ; late > end_late",
        inside={"look": inner},
        boundary=timer("outer", "look", "late", duration="PT1H"),
    )
    walker = Walker(files, restarts=restarts)

    walker.wait(1)

    assert {"inner", "outer"} <= walker.seen.passed.keys()
    assert walker.seen.open == ["late"]


def test_a_cron_comes_at_its_times_of_the_clock_until_its_task_is_done(restarts: bool) -> None:
    files = category(
        "start > ask > end ; remind > reminded",
        boundary=timer("cron", "ask", "remind", cycle="0 0 9 ? * MON-FRI", interrupts=False),
    )
    walker = Walker(files, restarts=restarts)  # begins on a Thursday at nine

    seen = [walker.wait(24).open.count("remind") for _ in range(4)]
    walker.do("ask")

    assert seen == [1, 1, 1, 2]  # Friday, then Monday
    assert walker.instance.kept.timers == {}


def test_a_cron_of_years_that_are_past_is_an_incident_with_an_example() -> None:
    cycle = "<bpmn:timeCycle>0 0 9 1 1 ? 2020</bpmn:timeCycle>"
    inside = {"wait": f"<bpmn:timerEventDefinition>{cycle}</bpmn:timerEventDefinition>"}

    walker = Walker(category("start > wait:intermediateCatchEvent > end", inside=inside))

    assert walker.failed_at == ["wait"]
    assert "never comes" in walker.failures[0]
