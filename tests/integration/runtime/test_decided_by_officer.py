"""Gateways that an officer decides join, loop and survive a restart as others do."""

import pytest

from tests.diagrams import asking_officer, category
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def test_an_officer_takes_the_case_round_and_out_of_a_loop(restarts: bool) -> None:
    files = category("start > ask > more? > ask ; more? > last", inside={"more_choice": asking_officer()})
    walker = Walker(files, restarts=restarts)

    for _ in range(30):
        walker.do("ask")
        assert walker.do("more_choice", choice="f2").open == ["ask"]
    walker.do("ask")
    walker.do("more_choice", choice="f3")

    assert walker.seen.open == ["last"] and walker.token_count() < 40


def test_an_inclusive_gateway_first_joins_and_then_asks(restarts: bool) -> None:
    flows = (
        "start > both+ > one > some:inclusiveGateway ; both+ > two > some ; some > left > all:inclusiveGateway > last ;"
        "some > right > all ; some > middle > all"
    )
    walker = Walker(category(flows, inside={"some": asking_officer()}), restarts=restarts)
    walker.do("two")
    assert walker.seen.open == ["one"]
    assert walker.do("one").open == ["some"]

    walker.do("some", choice=["f5", "f8"])
    assert walker.seen.open == ["left", "right"]
    walker.do("left")
    assert walker.seen.open == ["right"]
    walker.do("right")

    assert walker.seen.open == ["last"]


def test_a_gateway_with_one_way_on_asks_nobody(restarts: bool) -> None:
    files = category("start > only? > ask", inside={"only_choice": asking_officer()})

    assert Walker(files, restarts=restarts).seen.open == ["ask"]


def test_two_flows_that_lead_to_the_same_task_are_two_choices() -> None:
    files = category("start > big? > ask ; big? > ask", inside={"big_choice": asking_officer()})
    walker = Walker(files)

    assert walker.do("big_choice", choice="f2").open == ["ask"]
