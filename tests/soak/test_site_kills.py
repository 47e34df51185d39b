"""A site is killed two hundred times, node by node, while officers work on it; nothing is lost and nothing doubled."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.soak.conftest import Run
from tests.soak.site.nodes import Site

KILLS = 200

pytestmark = [pytest.mark.soak, pytest.mark.slow]


def test_killing_nodes_at_random_loses_and_doubles_nothing(
    site_run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def kill(site: Site) -> dict[str, Any]:
        begun = time.monotonic()
        time.sleep(2)
        site.kill_at_random(KILLS, random.Random(1))
        return {
            "kills": site.kills,
            "of whole nodes": site.whole_nodes_killed,
            "seconds": round(time.monotonic() - begun, 1),
        }

    outcome = site_run(kill)

    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {value}" for name, value in outcome.figures.items()))
    assert outcome.faults == []
    assert outcome.figures["kills"] == KILLS
    assert outcome.figures["cases"] >= 20
    assert outcome.figures["requests asked again"] > 0
