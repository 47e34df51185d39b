"""Complex gateways: they go on when enough tokens have come, and take in those of the same time that come later."""

import pytest

from tests.diagrams import asking_officer, category
from tests.integration.runtime.walking import Walker

THREE = (
    "start > back:exclusiveGateway > both+ > one > enough:complexGateway ; both+ > two > enough ; "
    "both+ > three > enough"
)
MAYBE = THREE.replace("three > enough", "three > which? -[late = true]-> enough ; which? > aside")


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def activation(text: str, more: str = "") -> dict[str, str]:
    return {"enough": f"{more}<bpmn:activationCondition>={text}</bpmn:activationCondition>"}


def test_it_goes_on_once_with_two_of_three_and_takes_in_the_third(restarts: bool) -> None:
    files = category(f"{THREE} ; enough > after > end", inside=activation("activationCount &gt;= 2"))
    walker = Walker(files, restarts=restarts)
    assert walker.do("two").open == ["one", "three"]
    assert walker.do("one").open == ["after", "three"]

    assert walker.do("three").open == ["after"]
    walker.do("after")

    assert walker.seen.completed and walker.failures == []


def test_the_case_is_over_when_what_may_come_late_never_comes(restarts: bool) -> None:
    files = category(f"{MAYBE} ; enough > after", inside=activation("activationCount &gt;= 2"))
    walker = Walker(files, restarts=restarts)
    for element in ("one", "two", "after"):
        walker.do(element)
    assert walker.seen.open == ["three"] and not walker.seen.completed

    walker.do("three", late=False)
    walker.do("aside")

    assert walker.seen.completed and walker.failures == []


def test_it_begins_anew_in_the_next_lap(restarts: bool) -> None:
    flows = f"{THREE} ; enough > after > again? ; again? -[done = true]-> end ; again? > back"
    walker = Walker(category(flows, inside=activation("activationCount = 2")), restarts=restarts)

    for _ in range(12):
        walker.do("three")
        walker.do("one")
        assert walker.do("two").open == ["after"]
        assert walker.do("after", done=False).open == ["one", "three", "two"]
    assert walker.token_count() < 60


def test_its_condition_may_ask_the_case_and_one_that_never_holds_is_an_incident(restarts: bool) -> None:
    files = category(f"{THREE} ; enough > after", inside=activation("urgent = true or activationCount = 4"))
    walker, stuck = Walker(files, restarts=restarts), Walker(files, restarts=restarts)
    walker.do("one")
    assert walker.do("two", urgent=True).open == ["after", "three"]

    for element in ("one", "two", "three"):
        stuck.do(element)

    assert set(stuck.failed_at) == {"enough"} and "can never move on" in stuck.failures[0]


def test_without_a_condition_it_waits_for_all_that_can_still_come(restarts: bool) -> None:
    walker = Walker(category(f"{MAYBE} ; enough > after"), restarts=restarts)
    walker.do("one")
    assert walker.do("two").open == ["three"]

    assert walker.do("three", late=False).open == ["after", "aside"]


def test_it_splits_by_every_way_that_holds_and_by_those_without_a_condition() -> None:
    flows = "start > ask > odd:complexGateway -[a = 1]-> one ; odd -[a = 2]-> two ; odd > three"
    files = category(flows)
    bare = {**files, "sample.bpmn": files["sample.bpmn"].replace(b' default="f4"', b"")}

    assert Walker(bare).do("ask", a=2).open == ["three", "two"]
    assert Walker(files).do("ask", a=2).open == ["two"], "the third is the default"


def test_an_officer_may_decide_it(restarts: bool) -> None:
    inside = activation("activationCount &gt;= 1", asking_officer())
    walker = Walker(category(f"{THREE} ; enough > left ; enough > right", inside=inside), restarts=restarts)
    assert walker.do("two").open == ["enough", "one", "three"]

    assert walker.do("enough", choice=["f9"]).open == ["one", "right", "three"]
    walker.do("one")
    walker.do("three")
    assert walker.seen.open == ["right"]
