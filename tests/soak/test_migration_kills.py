"""Processes are killed in the middle of a bulk move: every case is moved once, and none is lost on the way."""

import os
import random
import signal
import time
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import sessionmaker

from engine import cases, jobs, migration_results, migrations
from engine.definitions import deploying
from engine.history.verifying import check_case
from engine.instants import now
from engine.migrations import Wanted
from engine.permissions import PLATFORM
from engine.runtime.cache import instances
from models.case import Case, CaseEvent
from models.database import connect
from models.work import Job
from tests.diagrams import category, timer
from tests.factories import Factories

pytestmark = [pytest.mark.soak, pytest.mark.slow]

CASES, KILLS = 300, 40
OLD = category("start > ask > then > end")
NEW = category("start > ask > more > end", boundary=timer("late", "ask", "more", duration="P5D"))


def test_a_bulk_move_whose_workers_are_killed_moves_every_case_once(
    factories: Factories, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.deploy(OLD)
    ids = [_start(factories) for _ in range(CASES)]
    factories.deploy(NEW)
    with factories.transaction() as session:
        migration, _ = migrations.ask(session, Wanted("sample"), reason="Killed on the way", by=PLATFORM)
    factories.engine.dispose()

    killed = [_killed_worker(database_url) for _ in range(KILLS)]
    instances.clear()
    while _left(factories):
        with factories.transaction() as session:  # the leases of those that died end
            session.execute(update(Job).where(Job.status == "running").values(run_at=now()))
        jobs.run_waiting(factories.sessions)

    with factories.transaction() as session:
        result = migration_results.one(session, migration, by=PLATFORM)
        told = select(CaseEvent.case_id, func.count().label("number")).where(CaseEvent.type == "case_migrated")
        moved = {row.case_id: row.number for row in session.execute(told.group_by(CaseEvent.case_id))}
        faults = [fault for case_id in ids for fault in check_case(session, case_id)]
        versions = set(session.scalars(select(Case.version_id)))
    with capsys.disabled():
        print(f"\n{CASES} cases, {KILLS} kills, of which {sum(killed)} while a job was under way")
    assert result.counts == {"moved": CASES}
    assert moved == dict.fromkeys(ids, 1)
    assert (faults, len(versions)) == ([], 1)
    assert sum(killed) > 0


def _start(factories: Factories) -> int:
    with factories.transaction() as session:
        return cases.start(session, "sample", fields={}, by=PLATFORM).id


def _killed_worker(url: str) -> bool:
    """Let a process work, and kill it; say whether it left a job under way."""
    child = os.fork()
    if child == 0:
        deploying.forget()
        instances.clear()
        _work(url)
    time.sleep(random.uniform(0.05, 0.4))
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    engine = connect(url)
    with engine.begin() as connection:
        running = connection.scalar(select(func.count()).select_from(Job).where(Job.status == "running"))
    engine.dispose()
    return bool(running)


def _work(url: str) -> Any:
    sessions = sessionmaker(connect(url), expire_on_commit=False, autoflush=False)
    while True:
        jobs.run_waiting(sessions)


def _left(factories: Factories) -> int:
    with factories.transaction() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0
