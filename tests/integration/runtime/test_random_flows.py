"""Random diagrams with every kind of flow run as a token game of BPMN's chapter 13 says, restarted or not.

Stock SpiffWorkflow is the measure for the blocks that it runs (see `test_same_as_stock.py`). Where it differs from the
specification the token game is: there a link ends the token; conditions on the only flow out of a task are not read; a
sub-process without an end never ends; an event-based gateway keeps one time for all its timers; a standard loop needs a
condition; joins in a loop count tokens that were used up in the lap before.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.environment.pace import examples
from tests.integration.runtime.blocks import Block, flowing
from tests.integration.runtime.drawing import decisions, files
from tests.integration.runtime.token_game import TokenGame
from tests.integration.runtime.walking import Walker

MAX_ACTS = 12
QUIET = list(HealthCheck)


@settings(max_examples=examples(150), derandomize=True, deadline=None, suppress_health_check=QUIET, database=None)
@given(flowing(), st.data())
def test_a_random_diagram_runs_as_the_token_game_says(block: Block, data: st.DataObject) -> None:
    _walk(block, data)


@pytest.mark.soak
@settings(max_examples=1_000, deadline=None, suppress_health_check=QUIET, database=None)
@given(flowing(size=20), st.data())
def test_a_thousand_random_diagrams_run_as_the_token_game_says(block: Block, data: st.DataObject) -> None:
    _walk(block, data)


def _walk(block: Block, data: st.DataObject) -> None:
    category = files(block)
    note(category["sample.bpmn"].decode())
    plain, game = Walker(category), TokenGame(category["sample.bpmn"])
    walkers = [plain, Walker(plain.definition, restarts=True), Walker(plain.definition, collapses=False)]
    fields = decisions(category["sample.bpmn"])
    for _ in range(MAX_ACTS):
        for walker in walkers:
            assert walker.failures == []
            assert walker.seen == plain.seen
        assert _told(plain) == (game.open, game.completed, +game.passed)
        acts = [*plain.seen.open, *(["wait"] if plain.seen.waiting else [])]
        if not acts:
            break
        act = data.draw(st.sampled_from(acts), label="act")
        hours = data.draw(st.integers(1, 3), label="hours") if act == "wait" else 0
        answers = {} if hours else {name: data.draw(_values(name), label=name) for name in fields}
        for each in (*walkers, game):
            _act(each, act, hours, answers)
    assert plain.seen.completed or plain.seen.open or plain.seen.waiting, "stuck"


def _values(field: str) -> st.SearchStrategy[int]:
    """Return the values of a field that decides: ways that may be taken together are taken more often than not."""
    return st.sampled_from([1, 1, 0]) if field.startswith("some_") else st.integers(0, 3)


def _told(walker: Walker) -> tuple[list[str], bool, dict[str, int]]:
    return walker.seen.open, walker.seen.completed, walker.seen.passed


def _act(case: Walker | TokenGame, act: str, hours: int, answers: dict[str, Any]) -> None:
    if hours:
        case.wait(hours)
    else:
        case.do(act, **answers)
