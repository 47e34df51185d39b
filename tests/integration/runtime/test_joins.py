"""Gateways that wait for several tokens look at the diagram: who can still come, and who was here in this lap."""

import pytest

from tests.diagrams import category, extensions
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1"/>')


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def test_a_parallel_join_that_a_lap_feeds_does_not_wait_for_the_lap(restarts: bool) -> None:
    flows = "start > join+ ; join+ > ask > check > again? ; again? -[done = true]-> end ; again? > join+"
    walker = Walker(category(flows), restarts=restarts)

    for _ in range(3):
        walker.do("ask")
        walker.do("check", done=False)
        assert walker.seen.open == ["ask"], walker.failures
    walker.do("ask")
    walker.do("check", done=True)

    assert walker.seen.completed


def test_a_token_of_an_earlier_lap_does_not_count_in_the_next(restarts: bool) -> None:
    flows = (
        "start > back:exclusiveGateway > fork+ ; fork+ > left > join+ ; fork+ > right > join+ ; "
        "join+ > again? ; again? -[done = true]-> end ; again? > back"
    )
    walker = Walker(category(flows), restarts=restarts)
    walker.do("left", done=False)
    walker.do("right", done=False)
    assert walker.seen.open == ["left", "right"]

    walker.do("right", done=True)

    assert walker.seen.open == ["left"]
    walker.do("left", done=True)
    assert walker.seen.completed


def test_laps_of_a_fork_that_nobody_is_asked_in_join_once_each(restarts: bool) -> None:
    flows = (
        "start > back:exclusiveGateway > fork+ ; fork+ > left:script > join+ ; fork+ > right:script > more:script > "
        "join+ ; join+ > count:script > again? ; again? -[n >= 300]-> ask > end ; again? > back"
    )
    count = extensions('<zeebe:script expression="=if n = null then 1 else n + 1" resultVariable="n"/>')
    inside = {"left": STEP, "right": STEP, "more": STEP, "count": count}

    walker = Walker(category(flows, inside=inside), restarts=restarts)

    assert (walker.seen.open, walker.failures) == (["ask"], [])
    assert walker.seen.passed["join_all"] == 300


def test_a_second_token_through_a_gateway_leaves_what_the_first_has_led_to(restarts: bool) -> None:
    flows = (
        "start > fork+ ; fork+ > meet:exclusiveGateway ; fork+ > ask > meet ; "
        "meet > split+ ; split+ > one > end_one ; split+ > two > end_two"
    )
    walker = Walker(category(flows), restarts=restarts)
    assert walker.seen.open == ["ask", "one", "two"]

    walker.do("ask")

    assert walker.seen.open == ["one", "one", "two", "two"]
    for element in ("one", "one", "two", "two"):
        walker.do(element)
    assert walker.seen.completed


def test_two_flows_from_one_gateway_into_a_join_are_two_tokens(restarts: bool) -> None:
    walker = Walker(category("start > fork+ ; fork+ > join+ ; fork+ > join+ ; join+ > ask > end"), restarts=restarts)

    assert walker.seen.open == ["ask"]


def test_an_inclusive_join_waits_for_whoever_can_still_come_and_for_nobody_else(restarts: bool) -> None:
    flows = (
        "start > some:inclusiveGateway ; some -[a = 1]-> one > more > all:inclusiveGateway ; some -[b = 1]-> two > "
        "all ; some -[c = 1]-> three > which? ; which? -[d = 1]-> all ; which? > end_early ; all > after > end ; "
        "some > after"
    )
    walker = Walker(category(flows.replace("start >", "start > ask >")), restarts=restarts)
    walker.do("ask", a=1, b=1, c=1)
    assert walker.seen.open == ["one", "three", "two"]

    walker.do("two")
    walker.do("one")
    assert walker.seen.open == ["more", "three"]
    walker.do("more")
    assert walker.seen.open == ["three"]
    walker.do("three", d=0)

    assert walker.seen.open == ["after"], "the third branch ended early and can no longer come"


def test_an_inclusive_join_behind_a_boundary_event_waits_for_its_path(restarts: bool) -> None:
    from tests.diagrams import timer

    flows = "start > some+ ; some+ > one > all:inclusiveGateway ; some+ > two > all ; chase > all ; all > after > end"
    files = category(flows, boundary=timer("late", "one", "chase", duration="PT1H", interrupts=False))
    walker = Walker(files, restarts=restarts)
    walker.wait(2)
    assert walker.seen.open == ["chase", "one", "two"]

    walker.do("one")
    walker.do("two")
    assert walker.seen.open == ["chase"]

    walker.do("chase")
    assert walker.seen.open == ["after"]


def test_a_hundred_parallel_pairs_in_a_row_run_to_the_end(restarts: bool) -> None:
    pairs = [f"fork{n}+ ; fork{n}+ > a{n}:script > join{n}+ ; fork{n}+ > b{n}:script > join{n}+" for n in range(100)]
    flows = "start > " + " ; ".join(f"{pair} ; join{n}+ > fork{n + 1}+" for n, pair in enumerate(pairs))
    inside = {f"{side}{n}": STEP for n in range(100) for side in "ab"}

    walker = Walker(category(f"{flows} > end", inside=inside), restarts=restarts)

    assert walker.seen.completed
