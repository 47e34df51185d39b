"""Events with several definitions: the first counts, or all must come; and gateways that wait for the first."""

import pytest

from tests.diagrams import category, timer
from tests.integration.runtime.pieces import (
    ROOTS,
    after,
    boundary,
    condition,
    message,
    signal,
)
from tests.integration.runtime.walking import Walker


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


CATCH, THROW, GATEWAY = "intermediateCatchEvent", "intermediateThrowEvent", "eventBasedGateway"


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
