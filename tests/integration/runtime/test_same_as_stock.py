"""Random sound diagrams run the same here and on stock SpiffWorkflow, restarted or not, collapsed or not."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.integration.runtime.drawing import Block, blocks, decisions, draw, files
from tests.integration.runtime.stock import StockWalker
from tests.integration.runtime.walking import Walker

MAX_ACTS = 12


def _check(block: Block, data: st.DataObject) -> None:
    definition = files(block)
    note(definition["sample.bpmn"].decode())
    ours = [Walker(definition), Walker(definition, restarts=True), Walker(definition, collapses=False)]
    stock = StockWalker(draw(block, "stock"))
    fields = decisions(definition["sample.bpmn"])
    _compare(ours, stock)
    for _ in range(MAX_ACTS):
        if stock.seen.completed or not (stock.seen.open or stock.seen.waiting):
            break
        _act(data, ours, stock, fields)
        _compare(ours, stock)


def _act(data: st.DataObject, ours: list[Walker], stock: StockWalker, fields: list[str]) -> None:
    act = data.draw(st.sampled_from([*stock.seen.open, *(["wait"] if stock.seen.waiting else [])]))
    note(act)
    if act == "wait":
        hours = data.draw(st.integers(1, 3))
        for walker in (*ours, stock):
            walker.wait(hours)
        return
    answers = {field: data.draw(st.integers(0, 3)) for field in fields}
    note(str(answers))
    for walker in (*ours, stock):
        walker.do(act, **answers)


def _compare(ours: list[Walker], stock: StockWalker) -> None:
    seen: list[Any] = [walker.seen for walker in ours]
    assert seen == [stock.seen] * len(ours), [walker.failures for walker in ours]


_PROPERTY = dict(deadline=None, suppress_health_check=list(HealthCheck), print_blob=False, database=None)


@settings(max_examples=200, derandomize=True, **_PROPERTY)
@given(blocks(), st.data())
def test_a_random_diagram_runs_as_on_stock_spiffworkflow(block: Block, data: st.DataObject) -> None:
    _check(block, data)


@pytest.mark.soak
@settings(max_examples=1_000, **_PROPERTY)
@given(blocks(size=20), st.data())
def test_a_thousand_random_diagrams_run_as_on_stock_spiffworkflow(block: Block, data: st.DataObject) -> None:
    _check(block, data)
