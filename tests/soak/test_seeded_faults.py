"""A harness that has never found anything proves nothing: each fault, put into the workers, must turn it red."""

import pytest

from tests.soak import faults
from tests.soak.conftest import Run

KILLS = 30
ONLY_SQLITE, ONLY_POSTGRESQL = {"default_sqlite_transactions"}, {"no_row_lock"}

pytestmark = [pytest.mark.soak, pytest.mark.slow]


@pytest.mark.parametrize("fault", sorted(faults.FAULTS))
def test_the_harness_finds(fault: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(KILLS, fault=fault, patience=15.0)

    with capsys.disabled():
        print(f"\n{fault}: {len(outcome.faults)} findings, such as: {' | '.join(outcome.faults[:2])}"[:300])
    assert outcome.faults != []


@pytest.fixture
def database_url(request: pytest.FixtureRequest, fault: str) -> str:
    """One database for each fault, in turns; the one that has it where only one can."""
    is_second = sorted(faults.FAULTS).index(fault) % 2 == 1
    name = "postgresql" if fault in ONLY_POSTGRESQL or (is_second and fault not in ONLY_SQLITE) else "sqlite"
    return request.getfixturevalue(f"{name}_url")
