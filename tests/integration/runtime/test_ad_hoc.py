"""Ad-hoc sub-processes: activities in any order and as often as is wanted, until it is enough."""

import pytest

from tests.diagrams import category, extensions, times
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1" resultVariable="sent"/>')
TASKS = '<bpmn:userTask id="a" name="Ask"/><bpmn:userTask id="b" name="Look"/>'
ROW = (
    '<bpmn:userTask id="a"/><bpmn:userTask id="a2"/><bpmn:sequenceFlow id="fa" sourceRef="a" targetRef="a2"/>'
    '<bpmn:userTask id="b"/>'
)


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def ad_hoc(inside: str, *, condition: str = "", attributes: str = "") -> dict[str, bytes]:
    ends = f"<bpmn:completionCondition>={condition}</bpmn:completionCondition>" if condition else ""
    flows = "start > any:adHocSubProcess > after > end"
    return category(flows, inside={"any": inside + ends}, attributes={"any": attributes})


def test_its_tasks_are_open_in_any_order_until_an_officer_says_that_it_is_done(restarts: bool) -> None:
    walker = Walker(ad_hoc(TASKS), restarts=restarts)
    assert walker.seen.open == ["a", "any", "b"]

    walker.do("b")
    walker.do("any", choice="b")
    assert walker.seen.open == ["a", "any", "b"], "one more time"
    walker.do("b")
    walker.do("a")
    assert walker.seen.open == ["any"]

    assert walker.do("any", choice="done").open == ["after"]
    walker.do("after")
    assert walker.seen.completed


def test_what_is_still_open_is_withdrawn_when_it_is_done() -> None:
    walker = Walker(ad_hoc(TASKS))

    assert walker.do("any", choice="done").open == ["after"]


def test_what_is_still_open_is_waited_for_when_the_diagram_says_so(restarts: bool) -> None:
    walker = Walker(ad_hoc(ROW, attributes='cancelRemainingInstances="false"'), restarts=restarts)
    walker.do("any", choice="done")
    assert walker.seen.open == ["a", "b"]

    walker.do("a")
    walker.do("b")
    assert walker.seen.open == ["a2"]
    walker.do("a2")

    assert walker.seen.open == ["after"]


def test_its_completion_condition_ends_it(restarts: bool) -> None:
    walker = Walker(ad_hoc(TASKS, condition="enough = true"), restarts=restarts)
    assert walker.seen.open == ["a", "b"]

    assert walker.do("a", enough=False).open == ["b"]
    assert walker.do("b", enough=True).open == ["after"]


def test_when_all_is_done_and_the_condition_does_not_hold_an_officer_is_asked(restarts: bool) -> None:
    walker = Walker(ad_hoc(TASKS, condition="enough = true"), restarts=restarts)
    walker.do("a")
    walker.do("b")
    assert walker.seen.open == ["any"]

    assert walker.do("any", choice="a").open == ["a"]
    assert walker.do("a", enough=True).open == ["after"]


def test_a_condition_that_fails_is_an_incident_of_the_sub_process_and_the_answer_stands() -> None:
    walker = Walker(ad_hoc(TASKS, condition="reports >"))

    walker.do("a", reports=3)

    assert walker.failed_at == ["any"] and walker.seen.open == ["b"]
    assert walker.instance.document.get("reports") == 3


def test_in_sequential_order_the_officer_says_what_comes_next(restarts: bool) -> None:
    walker = Walker(ad_hoc(ROW, attributes='ordering="Sequential"'), restarts=restarts)
    assert walker.seen.open == ["any"]

    assert walker.do("any", choice="a").open == ["a"]
    assert walker.do("a").open == ["a2"]
    assert walker.do("a2").open == ["any"]
    assert walker.do("any", choice="b").open == ["b"]
    assert walker.do("b").open == ["any"]
    assert walker.do("any", choice="done").open == ["after"]


def test_what_would_go_on_by_itself_is_begun_by_an_officer(restarts: bool) -> None:
    inside = f'<bpmn:scriptTask id="send" name="Send">{STEP}</bpmn:scriptTask>{TASKS}'
    walker = Walker(ad_hoc(inside, condition="sent = 1"), restarts=restarts)
    assert walker.seen.open == ["a", "any", "b"]
    assert walker.instance.document.get("sent") is None

    assert walker.do("any", choice="send").open == ["after"]


def test_its_activities_may_be_sub_processes_loops_and_joins(restarts: bool) -> None:
    inside = (
        '<bpmn:subProcess id="deep"><bpmn:userTask id="c"/></bpmn:subProcess>'
        f'<bpmn:userTask id="each">{times(2)}</bpmn:userTask>'
        '<bpmn:userTask id="x"/><bpmn:userTask id="y"/><bpmn:inclusiveGateway id="join"/><bpmn:userTask id="z"/>'
        '<bpmn:sequenceFlow id="fx" sourceRef="x" targetRef="join"/>'
        '<bpmn:sequenceFlow id="fy" sourceRef="y" targetRef="join"/>'
        '<bpmn:sequenceFlow id="fz" sourceRef="join" targetRef="z"/>'
    )
    walker = Walker(ad_hoc(inside), restarts=restarts)
    assert walker.seen.open == ["any", "each", "each", "x", "y"]

    walker.do("any", choice="deep")
    walker.do("each")
    walker.do("x")
    assert walker.seen.open == ["any", "c", "each", "y"]
    walker.do("y")
    assert walker.seen.open == ["any", "c", "each", "z"]

    assert walker.do("any", choice="done").open == ["after"]


def test_it_stays_small_however_often_an_activity_is_done() -> None:
    walker = Walker(ad_hoc(TASKS))
    counts = []

    for _ in range(60):
        walker.do("a")
        walker.do("any", choice="a")
        counts.append(walker.token_count())

    assert max(counts[30:]) <= max(counts[:30]) and walker.seen.open == ["a", "any", "b"]


def test_the_way_of_being_done_has_an_id_of_its_own_where_an_activity_is_called_so() -> None:
    walker = Walker(ad_hoc('<bpmn:userTask id="done"/>'))
    assert walker.do("any", choice="done").open == ["any", "done", "done"]

    assert walker.do("any", choice="done:any").open == ["after"]
