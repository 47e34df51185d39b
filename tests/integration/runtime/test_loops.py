"""Cases that go round and round stay as small and as quick as in their first lap."""

import time

import pytest

from tests.diagrams import category, timer
from tests.integration.runtime.test_scopes import AFTER_AN_HOUR, event_subprocess
from tests.integration.runtime.walking import Walker

DUE = timer("late", "ask", "chase", duration="P30D")
REMINDER = timer("remind", "ask", "chase", duration="P30D", interrupts=False)
LAP = "ask > again? ; again? -[done = true]-> finish:exclusiveGateway > last ; again? > ask ; chase > end_chased"
SHAPES = {
    "with a boundary timer": category(f"start > {LAP} ; last > end", boundary=DUE),
    "with a reminder": category(f"start > {LAP} ; last > end", boundary=REMINDER),
    "beside a branch that waits": category(
        f"start > fork+ ; fork+ > wait > join+ ; fork+ > {LAP} ; last > join+ ; join+ > end", boundary=REMINDER
    ),
    "beside an event sub-process": category(
        f"start > {LAP} ; last > end", boundary=DUE + event_subprocess("late_case", AFTER_AN_HOUR, interrupts=False)
    ),
    "through a fork and a join": category(
        "start > back:exclusiveGateway > fork+ ; fork+ > ask > join+ ; fork+ > join+ ; join+ > again? ; "
        "again? -[done = true]-> last > end ; again? > back"
    ),
    "through two items": category(
        f"start > {LAP} ; last > end".replace("again? > ask", "again? > each:manualTask > ask"),
        inside={
            "each": "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=0</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>"
        },
        boundary=DUE,
    ),
}


@pytest.mark.parametrize("files", SHAPES.values(), ids=SHAPES.keys())
def test_a_lap_leaves_nothing_behind(files: dict[str, bytes]) -> None:
    walker = Walker(files)
    counts, sizes = _laps(walker, 30), []

    for _ in range(30):
        counts += _laps(walker, 1)
        sizes.append(len(walker.snapshot()))

    assert max(counts[30:]) <= max(counts[:30])
    assert max(sizes) < 1_400
    walker.do("ask", done=True)
    assert "last" in walker.seen.open


@pytest.mark.soak
@pytest.mark.parametrize("files", SHAPES.values(), ids=SHAPES.keys())
def test_ten_thousand_laps_cost_the_same_from_first_to_last(
    files: dict[str, bytes], request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    walker, young = Walker(files), Walker(files)
    _laps(walker, 9_900)
    _laps(young, 50)
    size = len(young.snapshot())

    first, last = _side_by_side(young, walker)

    with capsys.disabled():
        print(
            f"\n{request.node.callspec.id}: first 100 laps {first:.3f} s, last 100 {last:.3f} s, "
            f"ratio {last / first:.2f}, snapshot {size} bytes"
        )
    assert last <= 1.2 * first
    assert abs(len(walker.snapshot()) - size) < 600
    walker.do("ask", done=True)
    assert "last" in walker.seen.open


def _laps(walker: Walker, count: int) -> list[int]:
    counts = []
    for _ in range(count):
        walker.do("ask", done=False)
        counts.append(walker.token_count())
    return counts


def _side_by_side(young: Walker, old: Walker) -> tuple[float, float]:
    """Return the processor time of 100 laps of each, in turns; the best go counts: the machine is shared."""
    goes: list[tuple[float, float]] = [(_seconds(young, 10), _seconds(old, 10)) for _ in range(40)]
    return 10 * min(go[0] for go in goes), 10 * min(go[1] for go in goes)


def _seconds(walker: Walker, laps: int) -> float:
    began_at = time.thread_time()
    _laps(walker, laps)
    return time.thread_time() - began_at
