"""Random diagrams with events of every kind run the same restarted or not, collapsed or not, and come to an end."""

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.environment.pace import examples
from tests.integration.runtime.blocks import Block, eventful
from tests.integration.runtime.drawing import files
from tests.integration.runtime.walking import Walker

MAX_ACTS = 10
MOST_TO_DO = 400
QUIET = list(HealthCheck)


@settings(max_examples=examples(90), derandomize=True, deadline=None, suppress_health_check=QUIET, database=None)
@given(eventful(), st.data())
def test_a_random_diagram_with_events_comes_to_an_end(block: Block, data: st.DataObject) -> None:
    _walk(block, data)


@pytest.mark.soak
@settings(max_examples=2_000, deadline=None, suppress_health_check=QUIET, database=None)
@given(eventful(size=20), st.data())
def test_two_thousand_random_diagrams_with_events_come_to_an_end(block: Block, data: st.DataObject) -> None:
    _walk(block, data)


def _walk(block: Block, data: st.DataObject) -> None:
    category = files(block)
    note(category["sample.bpmn"].decode())
    plain = Walker(category)
    walkers = [plain, Walker(plain.definition, restarts=True), Walker(plain.definition, collapses=False)]
    for _ in range(MAX_ACTS):
        _require_equal(walkers)
        if plain.seen.completed or _runs_away(plain):
            return
        act = data.draw(st.sampled_from([*plain.seen.open, "send", "hear", "change"]), label="act")
        level = data.draw(st.integers(1, 2), label="level") if act == "change" else 0
        for walker in walkers:
            _act(walker, act, level)
    _finish(walkers)
    assert plain.seen.completed or _runs_away(plain)


def _finish(walkers: list[Walker]) -> None:
    """Do whatever is open, the oldest first: no diagram of blocks can stop for another reason."""
    for _ in range(MOST_TO_DO):
        _require_equal(walkers)
        if not walkers[0].seen.open or _runs_away(walkers[0]):
            return
        element = walkers[0].seen.open[0]
        for walker in walkers:
            walker.do(element)


def _require_equal(walkers: list[Walker]) -> None:
    plain = walkers[0]
    for walker in walkers:
        assert walker.failures == [] or _runs_away(walker), walker.failures
        assert walker.seen == plain.seen or _runs_away(walker), walker


def _runs_away(walker: Walker) -> bool:
    """Say whether the diagram ends by its own doing: what a signal begins may throw that signal."""
    return any("runs away" in failure for failure in walker.failures)


def _act(walker: Walker, act: str, level: int) -> None:
    match act:
        case "send":
            walker.send("message")
        case "hear":
            walker.hear("signal")
        case "change":
            walker.change(level=level)
        case _:
            walker.do(act)
