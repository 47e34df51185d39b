"""Random sound diagrams run the same here and on stock SpiffWorkflow, restarted or not, collapsed or not."""

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from SpiffWorkflow.exceptions import SpiffWorkflowException

from tests.environment.pace import examples
from tests.integration.runtime.blocks import Again, Block, Fork, Some, blocks
from tests.integration.runtime.drawing import decisions, draw, files
from tests.integration.runtime.stock import StockWalker
from tests.integration.runtime.walking import Walker

MAX_ACTS = 12
QUIET = list(HealthCheck)


@pytest.mark.drawn
@settings(max_examples=examples(200), derandomize=True, deadline=None, suppress_health_check=QUIET, database=None)
@given(blocks(), st.data())
def test_a_random_diagram_runs_as_on_stock_spiffworkflow(block: Block, data: st.DataObject) -> None:
    _walk(block, data)


@pytest.mark.soak
@settings(max_examples=1_000, deadline=None, suppress_health_check=QUIET, database=None)
@given(blocks(size=20), st.data())
def test_a_thousand_random_diagrams_run_as_on_stock_spiffworkflow(block: Block, data: st.DataObject) -> None:
    _walk(block, data)


def _walk(block: Block, data: st.DataObject) -> None:
    category = files(block)
    note(category["sample.bpmn"].decode())
    plain = Walker(category)
    others = [Walker(plain.definition, restarts=True), Walker(plain.definition, collapses=False)]
    stock: StockWalker | None = StockWalker(draw(block, "stock"))
    fields = decisions(category["sample.bpmn"])
    for _ in range(MAX_ACTS):
        for other in [*others, *([stock] if stock is not None else [])]:
            assert plain.seen == other.seen, (other, plain.failures)
        if not (plain.seen.open or plain.seen.waiting):
            break
        act, hours, answers = _decide(data, plain, fields)
        if _joins_in_laps(block) and any(answers[name] == 1 for name in answers if name.startswith("again_")):
            stock = None  # in the next lap it counts the tokens that its joins have used up in this one
        for walker in (plain, *others):
            _act(walker, act, hours, answers)
        try:
            if stock is not None:
                _act(stock, act, hours, answers)
        except SpiffWorkflowException as fault:
            note(f"stock failed: {fault}")
            stock = None  # ours go on, and are held against each other
    assert plain.seen.completed or plain.seen.open or plain.seen.waiting, "stuck"


def _joins_in_laps(block: Block, *, in_lap: bool = False) -> bool:
    """Say whether a gateway that joins stands in a loop."""
    if in_lap and isinstance(block, Fork | Some):
        return True
    within = in_lap or isinstance(block, Again)
    parts = [getattr(block, "body", None), getattr(block, "path", None)]
    parts += [*getattr(block, "parts", ()), *getattr(block, "branches", ())]
    return any(_joins_in_laps(part, in_lap=within) for part in parts if part is not None)


def _decide(data: st.DataObject, walker: Walker, fields: list[str]) -> tuple[str, int, dict[str, int]]:
    act = data.draw(st.sampled_from([*walker.seen.open, *(["wait"] if walker.seen.waiting else [])]), label="act")
    hours = data.draw(st.integers(1, 3), label="hours") if act == "wait" else 0
    return act, hours, {} if hours else {field: data.draw(st.integers(0, 3), label=field) for field in fields}


def _act(walker: Walker | StockWalker, act: str, hours: int, answers: dict[str, int]) -> None:
    if act == "wait":
        walker.wait(hours)
    else:
        walker.do(act, **answers)
