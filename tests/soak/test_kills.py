"""Two hundred workers are killed in the middle of what they do, and nothing is lost and nothing doubled."""

import pytest

from tests.soak.conftest import Run

KILLS = 200

pytestmark = [pytest.mark.soak, pytest.mark.slow]


def test_killing_workers_at_random_loses_and_doubles_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(KILLS)

    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {value}" for name, value in outcome.figures.items()))
    assert outcome.faults == []
    assert outcome.figures["in_step"] == KILLS
    assert outcome.figures["cases"] >= 20
    assert outcome.figures["asked again"] > 0  # some were killed between their commit and its answer
