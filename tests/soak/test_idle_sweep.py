"""A million timers that wait: looking for those that are due costs next to nothing, and finds the one that is."""

import time
from statistics import median

import pytest
from sqlalchemy import text

from engine import cases, timers
from engine.instants import now
from models.work import Timer
from tests.diagrams import category
from tests.factories import Factories

WAITING = 1_000_000
MILLISECONDS = 20
_ROWS = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) "
    "INSERT INTO timer (case_id, token_id, element_id, due_at) SELECT 1 + n % {cases}, printf('%032x', n), 'later', "
    "strftime('%Y-%m-%d %H:%M:%S.000000', 'now', '+' || (1 + n % 3000) || ' hours') FROM s",
    "postgresql": "INSERT INTO timer (case_id, token_id, element_id, due_at) SELECT 1 + n % {cases}, "
    "lpad(to_hex(n), 32, '0'), 'later', now() + (1 + n % 3000) * interval '1 hour' FROM generate_series(1, {count}) n",
}


@pytest.mark.soak
def test_an_idle_sweep_over_a_million_waiting_timers_takes_no_longer_than_20_ms(factories: Factories) -> None:
    by = factories.actor(factories.user("officer", "administrator"))
    factories.deploy(category("start > ask > end"))
    with factories.transaction() as session:
        started = [cases.start(session, "sample", by=by).id for _ in range(20)]
    with factories.transaction() as session:
        dialect = session.connection().dialect.name
        if dialect == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text(_ROWS[dialect].format(count=WAITING, cases=len(started))))
    took = []

    for _ in range(50):
        began = time.perf_counter()
        assert timers.sweep(factories.sessions) == 0
        took.append((time.perf_counter() - began) * 1000)
    with factories.transaction() as session:
        session.add(Timer(case_id=started[3], token_id="f" * 32, element_id="gone", due_at=now()))
    with factories.transaction() as session:
        found = [row.case_id for row in timers._due(session)]

    print(f"\n{dialect}: idle sweep over {WAITING:,} timers: median {median(took):.2f} ms, worst {max(took):.2f} ms")
    assert found == [started[3]]
    assert median(took) <= MILLISECONDS
