"""Activities that are done several times: while a condition holds, so often, for each item, or until it is said."""

import time
from xml.sax.saxutils import escape

import pytest

from engine.runtime import choosing
from tests.diagrams import category, extensions, timer, times
from tests.integration.runtime.walking import Walker

STEP = extensions('<zeebe:script expression="=1"/>')
COUNT = extensions('<zeebe:script expression="=if n = null then 1 else n + 1" resultVariable="n"/>')


@pytest.fixture(params=["kept in memory", "restarted before each step"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "restarted before each step")


def again(condition: str = "", marks: str = "") -> str:
    text = f"<bpmn:loopCondition>={escape(condition)}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics{marks}>{text}</bpmn:standardLoopCharacteristics>"


def looped(marker: str, *, kind: str = "user", inside: str = "") -> dict[str, bytes]:
    return category(f"start > each:{kind} > after > end", inside={"each": marker + inside})


def test_without_a_condition_an_officer_says_after_each_round_whether_once_more(restarts: bool) -> None:
    walker = Walker(looped(again()), restarts=restarts)

    for _ in range(3):
        assert walker.do("each", 0).open == ["each"]
        assert [way[0] for way in _asked(walker)] == ["done", "again"]
        assert walker.do("each", choice="again").open == ["each"]
        assert _asked(walker) == []
    walker.do("each")

    assert walker.do("each", choice="done").open == ["after"]


def test_a_round_that_is_tested_before_is_asked_for_before_the_first() -> None:
    walker = Walker(looped(again(marks=' testBefore="true"')))

    assert [way[0] for way in _asked(walker)] == ["done", "again"]
    assert walker.do("each", choice="done").open == ["after"]


def test_what_is_done_several_times_for_nothing_that_is_named_asks_an_officer_too(restarts: bool) -> None:
    walker = Walker(looped("<bpmn:multiInstanceLoopCharacteristics/>"), restarts=restarts)

    walker.do("each")

    assert walker.do("each", choice="done").open == ["after"]


@pytest.mark.parametrize(
    ("marker", "rounds"),
    [
        (again("n < 3"), 3),
        (again("n < 0"), 1),
        (again("n < 0", ' testBefore="true"'), 0),
        (again("n = null or n < 2", ' testBefore="true"'), 2),
        (again("true", ' loopMaximum="4"'), 4),
        (again(marks=' loopMaximum="2"'), 2),
    ],
)
def test_rounds_are_counted_and_conditions_asked_before_or_after(marker: str, rounds: int) -> None:
    walker = Walker(looped(marker, kind="script", inside=COUNT))

    assert (walker.seen.open, walker.failures) == (["after"], [])
    assert walker.instance.document.get("n") == (rounds or None)


def test_a_loop_over_a_sub_process_with_a_boundary_timer_goes_round_and_is_left(restarts: bool) -> None:
    marker = again("more = true")
    late = timer("late", "each", "chase", duration="PT9H")
    files = category(
        "start > each:subProcess > after > end ; chase > end",
        inside={"each": f'{marker}<bpmn:userTask id="a"/><bpmn:userTask id="b"/>'},
        boundary=late,
    )
    walker, left = Walker(files, restarts=restarts), Walker(files, restarts=restarts)
    for _ in range(4):
        walker.do("a", more=True)
        assert walker.do("b").open == ["a", "b"]
    walker.do("a", more=False)

    assert walker.do("b").open == ["after"]
    assert left.wait(10).open == ["chase"]


@pytest.mark.parametrize("marks", ["", ' isSequential="true"'])
@pytest.mark.parametrize("kind", ["user", "subProcess", "call"])
def test_no_items_are_passed_at_once(kind: str, marks: str) -> None:
    inside = times(0, marks)
    called = extensions('<zeebe:calledElement processId="sample"/>') if kind == "call" else ""

    assert Walker(looped(called + inside, kind=kind)).seen.open == ["after"]


@pytest.mark.parametrize(
    ("condition", "marks", "done", "open_after"),
    [
        ("numberOfCompletedInstances / numberOfInstances >= 0.5", "", 2, ["after"]),
        ("numberOfCompletedInstances / numberOfInstances >= 0.5", ' isSequential="true"', 2, ["after"]),
        ("numberOfActiveInstances = 1", "", 3, ["after"]),
        ("numberOfActiveInstances = 1", ' isSequential="true"', 3, ["each"]),
        ("numberOfTerminatedInstances > 0", "", 3, ["each"]),
        ("enough = true", "", 3, ["each"]),
    ],
)
def test_a_completion_condition_knows_how_many_instances_there_are(
    condition: str, marks: str, done: int, open_after: list[str], restarts: bool
) -> None:
    ends = f"<bpmn:completionCondition>={escape(condition)}</bpmn:completionCondition>"
    marker = times(4, marks).replace("</bpmn:loopCardinality>", f"</bpmn:loopCardinality>{ends}")
    walker = Walker(looped(marker), restarts=restarts)

    for _ in range(done):
        walker.do("each")

    assert walker.seen.open == open_after
    assert "numberOfInstances" not in str(walker.instance.document.touched())


@pytest.mark.parametrize("marks", ["", ' isSequential="true"'])
def test_three_thousand_items_take_less_than_two_seconds(marks: str) -> None:
    began_at = time.process_time()

    walker = Walker(looped(times(3_000, marks), kind="script", inside=STEP))

    assert (walker.seen.open, walker.failures) == (["after"], [])
    print(f"3,000 items{marks}: {time.process_time() - began_at:.2f} s")


def _asked(walker: Walker) -> list[list[str]]:
    offers = [choosing.offer(token) for token in walker.open_tokens()]
    return [way for offer in offers if offer is not None for way in offer["ways"]]
