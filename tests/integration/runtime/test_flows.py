"""Flows that leave and reach activities without a gateway, and conditions on them, as BPMN says."""

import pytest

from tests.diagrams import bpmn, category, extensions, timer, times
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1"/>')
WAYS = "start > ask -[a = 1]-> one ; ask -[b = 1]-> two ; ask -[c = 1]-> three"


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


@pytest.mark.parametrize("kind", ["user", "script", "subProcess", "intermediateThrowEvent"])
def test_all_flows_out_of_an_activity_or_event_are_followed(kind: str, restarts: bool) -> None:
    flows = f"start > begin > first:{kind} > one > join+ > end ; first > two > join+"
    walker = Walker(category(flows, inside={"first": STEP if kind == "script" else ""}), restarts=restarts)
    walker.do("begin")
    if kind == "user":
        walker.do("first")
    assert walker.seen.open == ["one", "two"]

    walker.do("two")
    walker.do("one")

    assert walker.seen.completed


def test_all_flows_out_of_a_start_event_are_followed() -> None:
    assert Walker(category("start > one ; start > two ; start > three")).seen.open == ["one", "three", "two"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [({"a": 1}, ["one"]), ({"b": 1, "c": 1}, ["three", "two"]), ({"a": 1, "b": 1, "c": 1}, ["one", "three", "two"])],
)
def test_of_conditional_flows_out_of_an_activity_all_that_hold_are_followed(
    answers: dict[str, int], expected: list[str], restarts: bool
) -> None:
    walker = Walker(category(WAYS), restarts=restarts)

    walker.do("ask", **answers)

    assert walker.seen.open == expected


def test_the_default_flow_of_an_activity_is_followed_when_no_other_is() -> None:
    assert Walker(category(f"{WAYS} ; ask > other")).do("ask", a=2).open == ["other"]
    assert Walker(category(f"{WAYS} ; ask > other")).do("ask", a=1).open == ["one"]


def test_a_flow_without_a_condition_is_followed_beside_conditional_ones() -> None:
    files = category(f"{WAYS} ; ask > always")
    files["sample.bpmn"] = files["sample.bpmn"].replace(b' default="f4"', b"")

    assert Walker(files).do("ask", a=2).open == ["always"]
    assert Walker(files).do("ask", a=1).open == ["always", "one"]


def test_the_condition_on_an_only_flow_is_asked(restarts: bool) -> None:
    assert Walker(category("start > ask -[a = 1]-> one"), restarts=restarts).do("ask", a=1).open == ["one"]

    walker = Walker(category("start > ask -[a = 1]-> one"), restarts=restarts)
    walker.do("ask", a=2)

    assert (walker.seen.open, walker.failed_at) == ([], ["ask"])
    assert walker.failures == ["No condition on the ways out of “Ask” holds, and none is the default: “One” (a = 1)."]


def test_conditional_flows_out_of_a_service_that_fails_to_choose_do_not_run_it_twice() -> None:
    count = extensions('<zeebe:script expression="=if n = null then 1 else n + 1" resultVariable="n"/>')
    flows = "start > count:script -[a = 1]-> one ; count -[a = 2]-> two"
    walker = Walker(category(flows, inside={"count": count}))
    assert walker.instance.document.get("n") == 1 and len(walker.failures) == 1

    walker.instance.document.put("a", 2)
    walker.retry()

    assert (walker.seen.open, walker.instance.document.get("n")) == (["two"], 1)


def test_a_condition_that_gives_no_yes_is_no_yes() -> None:
    flows = 'start > ask > which? -["no"]-> one ; which? -[1]-> two ; which? > three'

    assert Walker(category(flows)).do("ask").open == ["three"]


def test_each_token_that_reaches_an_activity_runs_it(restarts: bool) -> None:
    flows = "start > one > meet > end ; start > two > meet ; start > three > meet ; chase > end_chased"
    late = timer("late", "meet", "chase", duration="PT1H", interrupts=False)
    walker = Walker(category(flows, boundary=late), restarts=restarts)
    for element in ("one", "two", "three"):
        walker.do(element)
    assert (walker.seen.open, walker.seen.waiting) == (["meet"] * 3, ["late"] * 3)

    walker.do("meet", 1)
    walker.wait(2)

    assert walker.seen.open == ["chase", "chase", "meet", "meet"]
    for element in walker.seen.open:
        assert not walker.seen.completed
        walker.do(element)
    assert walker.seen.completed


@pytest.mark.parametrize(
    ("gateway", "way", "after"),
    [
        ("meet?", "-[a = 1]->", ["after", "after"]),
        ("meet+", ">", ["after", "more"]),
        ("meet:inclusiveGateway", "-[a = 1]->", ["after", "more"]),
    ],
)
def test_a_gateway_both_joins_and_splits(gateway: str, way: str, after: list[str], restarts: bool) -> None:
    name = gateway.split(":")[0]
    flows = f"start > one > {gateway} {way} after ; start > two > {name} ; {name} {way} more"
    walker = Walker(category(flows), restarts=restarts)
    walker.do("one", a=1)
    walker.do("two")

    assert walker.seen.open == after


@pytest.mark.parametrize("gateway", ["only?", "only+", "only:inclusiveGateway"])
def test_a_gateway_with_one_flow_in_and_one_out_is_passed(gateway: str) -> None:
    assert Walker(category(f"start > {gateway} > ask > end")).seen.open == ["ask"]


def test_a_receive_task_may_follow_an_event_based_gateway(restarts: bool) -> None:
    flows = "start > first:eventBasedGateway > letter:receiveTask > read ; first > wait:intermediateCatchEvent > chase"
    files = category(
        flows,
        inside={
            "wait": "<bpmn:timerEventDefinition><bpmn:timeDuration>PT5H</bpmn:timeDuration></bpmn:timerEventDefinition>"
        },
        attributes={"letter": 'messageRef="m"'},
        roots='<bpmn:message id="m" name="letter"/>',
    )
    taken, late = Walker(files, restarts=restarts), Walker(files, restarts=restarts)

    assert taken.send("letter") and taken.seen.open == ["read"]
    assert late.wait(6).open == ["chase"] and not late.send("letter")


def test_the_activity_s_own_choice_stands_nowhere_in_the_trail() -> None:
    walker = Walker(category(f"{WAYS} ; ask > other"))
    walker.do("ask", a=1)

    assert {move.element_id for move in walker.instance.workflow.moves} == {"ask", "one"}
    assert [move.via for move in walker.instance.workflow.moves if move.element_id == "one"] == ["ask"]


def test_a_loop_that_fans_out_and_one_with_conditions_run_behind_their_last_item() -> None:
    files = {"sample.bpmn": bpmn("start > each -[a = 1]-> one ; each -[b = 1]-> two", inside={"each": times(2)})}
    walker = Walker(category("start > x") | files)
    walker.do("each", a=1)
    assert walker.seen.open == ["each"]

    walker.do("each", b=1)

    assert walker.seen.open == ["one", "two"]
