"""A harness that has never found anything proves nothing: each fault, put into the workers, must turn it red."""

import random
import re
from typing import Any

import pytest

from tests.soak import faults
from tests.soak.conftest import Run
from tests.soak.site.nodes import Site

KILLS = 30
ONLY_SQLITE, ONLY_POSTGRESQL = {"default_sqlite_transactions"}, {"no_row_lock"}

# What each fault does, so that none is found for another reason, such as a slow machine.
SIGNS = {
    "no_row_lock": "answered 500|IntegrityError|DataError|OperationalError|holds {|lost:|too many:",
    "default_sqlite_transactions": "IntegrityError|OperationalError|ProgrammingError|holds {",
    "outbox_in_a_second_transaction": "lost: e-mail",
    "snapshot_in_a_second_transaction": "Error|holds {| is open",
    "jobs_in_a_second_transaction": " is open",
    "letter_filed_in_its_own_transaction": "too many: letter",
    "leases_never_end": "× job is left|× unsent message is left",
    "completion_key_ignored": "lost: acknowledged answer",
    "cache_not_checked": "Error|holds {| is open",
    "mail_without_a_name": "too many: e-mail",
    "files_written_in_place": "cannot be read|is not what was put",
    "answered_before_the_commit": "lost:|holds {| is open|was never answered",
}

pytestmark = [pytest.mark.soak, pytest.mark.slow]


@pytest.mark.parametrize("fault", sorted(faults.FAULTS))
def test_the_harness_finds(fault: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(KILLS, fault=fault, patience=15.0)

    signs = [found for found in outcome.faults if re.search(SIGNS[fault], found)]
    with capsys.disabled():
        print(f"\n{fault}: {len(outcome.faults)} findings, such as: {signs[:1] or outcome.faults[:1]}"[:300])
    assert signs != []


@pytest.mark.parametrize("fault", sorted(faults.OF_NODES))
def test_the_harness_of_whole_nodes_finds(fault: str, site_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    def kill(site: Site) -> dict[str, Any]:
        site.kill_at_random(KILLS, random.Random(1))
        return {"kills": site.kills}

    outcome = site_run(kill, fault=fault, patience=120.0)

    signs = [found for found in outcome.faults if re.search(SIGNS[fault], found)]
    with capsys.disabled():
        print(f"\n{fault}, nodes: {len(outcome.faults)} findings, such as: {signs[:1] or outcome.faults[:1]}"[:300])
    assert signs != []


@pytest.fixture
def database_url(request: pytest.FixtureRequest, fault: str) -> str:
    """One database for each fault, in turns; the one that has it where only one can."""
    is_second = sorted({*faults.FAULTS, *faults.OF_NODES}).index(fault) % 2 == 0
    name = "postgresql" if fault in ONLY_POSTGRESQL or (is_second and fault not in ONLY_SQLITE) else "sqlite"
    return request.getfixturevalue(f"{name}_url")
