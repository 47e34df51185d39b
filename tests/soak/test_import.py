"""A large file with many faults: each is named, and nothing else."""

from pathlib import Path

import pytest

from engine.importing import running
from engine.importing.faults import Fault
from engine.importing.targets import target
from engine.permissions import PLATFORM
from tests.factories import Factories
from tests.integration.importing import planting


@pytest.mark.soak
def test_a_hundred_thousand_lines_with_a_thousand_faults_name_all_thousand(
    factories: Factories, tmp_path: Path
) -> None:
    path, faults = tmp_path / "people.csv", list[Fault]()
    places = planting.write(path, 100_000, 1_000, seed=7)

    done = running.run(factories.sessions, running.Wanted(target("people"), path), by=PLATFORM, on_fault=faults.append)

    assert {(fault.line, fault.column) for fault in faults} == places
    assert (len(faults), done.added, done.refused) == (1_000, 99_000, 1_000)
