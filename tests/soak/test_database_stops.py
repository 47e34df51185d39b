"""PostgreSQL itself fails while officers work, and again while it recovers; nothing acknowledged is lost."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.environment import postgresql
from tests.soak.conftest import Run
from tests.soak.site.nodes import Site

STOPS = 20
WHILE_RECOVERING = 5  # of them

pytestmark = [pytest.mark.soak, pytest.mark.slow]


@pytest.fixture
def database_url(durable_url: str) -> str:
    """The database that this test's site stands on."""
    return durable_url


def test_a_database_that_fails_loses_nothing_that_was_acknowledged(
    site_run: Run, cluster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(site: Site) -> dict[str, Any]:
        chosen, serving_again = random.Random(1), []
        for number in range(STOPS):
            time.sleep(chosen.uniform(0.5, 2.5))
            is_second = number % (STOPS // WHILE_RECOVERING) == 3
            serving_again.append(_fail(cluster, chosen, twice=is_second))
        return {"stops": STOPS + WHILE_RECOVERING, "longest until it served again, s": round(max(serving_again), 1)}

    outcome = site_run(stop)

    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {value}" for name, value in outcome.figures.items()))
    assert outcome.faults == []
    assert outcome.figures["cases"] >= 20
    assert outcome.figures["requests asked again"] > 0


def _fail(cluster: Path, chosen: random.Random, *, twice: bool) -> float:
    """Stop the server at once and start it; `twice`: stop it again while it recovers. Returns the seconds it took."""
    begun = time.monotonic()
    postgresql.crash(cluster)
    if twice:
        postgresql.start_again(cluster, wait=False)
        time.sleep(chosen.uniform(0.0, 0.3))
        postgresql.crash(cluster)
    postgresql.start_again(cluster)
    return time.monotonic() - begun
