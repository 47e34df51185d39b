"""The faults that soak tests put into nodes still fit the code that they break."""

import subprocess
import sys
from pathlib import Path

SEED_ALL = "from tests.soak import faults\nfor name in faults.SEEDS: faults.seed(name)"


def test_each_fault_can_be_seeded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEED_ALL], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
