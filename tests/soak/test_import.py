"""A large file with many faults: each is named, and nothing else."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.importing import running
from engine.importing.faults import Fault
from engine.importing.targets import target
from engine.permissions import PLATFORM
from models.accounts import RentAccount
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


@pytest.mark.soak
def test_a_million_transactions_are_posted_within_three_minutes(factories: Factories, tmp_path: Path) -> None:
    factories.tenancy()
    with factories.transaction() as session:
        name = session.scalars(select(RentAccount.reference)).one()
    path, begun = tmp_path / "transactions.csv", time.perf_counter()
    with path.open("w") as file:
        file.write("account,posted_on,kind,amount,description,source_reference\n")
        file.writelines(
            f"{name},202{n % 6}-01-{n % 28 + 1:02d},payment,-{n % 300}.40,Week {n % 52},N{n}\n" for n in range(10**6)
        )

    wanted = running.Wanted(target("transactions"), path)
    done = running.run(factories.sessions, wanted, by=PLATFORM, on_fault=lambda fault: None)

    assert (done.added, done.refused) == (10**6, 0)
    assert time.perf_counter() - begun < 180
