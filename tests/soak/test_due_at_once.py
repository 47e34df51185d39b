"""A thousand timers are due at the same moment, with three nodes to fire them: each is fired once, and soon."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import cases
from engine.instants import unmoved_now
from models.case import Case, CaseEvent
from models.work import Timer
from tests.diagrams import category
from tests.factories import Factories
from tests.soak.site.nodes import site

TIMERS = 1_000
NODES = 3
AHEAD = timedelta(seconds=45)  # time to start the cases and the nodes
WITHIN = 30.0
PATIENCE = 120.0

AT_THE_SAME_TIME = (
    "<bpmn:timerEventDefinition><bpmn:timeDate>=date and time(at)</bpmn:timeDate></bpmn:timerEventDefinition>"
)

pytestmark = [pytest.mark.soak, pytest.mark.slow]


@pytest.fixture
def database_url(durable_url: str) -> str:
    """A PostgreSQL server as in use: SQLite has one node."""
    return durable_url


def test_a_thousand_timers_due_at_once_are_each_fired_once(
    factories: Factories, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    due_at = unmoved_now() + AHEAD
    _start_cases(factories, due_at)

    with site(factories.engine.url.render_as_string(hide_password=False), tmp_path) as installation:
        installation.start(web=0, workers=NODES)
        _wait_for_all(factories, due_at)

    late = _seconds_after(factories, due_at)
    with capsys.disabled():
        print(f"\n{len(late)} timers fired by {NODES} nodes, the last {max(late):.1f} s after it was due")
    assert len(late) == TIMERS
    assert min(late) >= 0
    assert max(late) <= WITHIN
    assert _open_cases(factories) == 0


def _start_cases(factories: Factories, due_at: datetime) -> None:
    flows = "start > wait:intermediateCatchEvent > end"
    factories.deploy(category(flows, key="punctual", inside={"wait": AT_THE_SAME_TIME}))
    by = factories.actor(factories.user("officer"))
    for _ in range(TIMERS):
        with factories.transaction() as session:
            cases.start(session, "punctual", fields={"at": due_at.isoformat()}, by=by)
    factories.engine.dispose()


def _wait_for_all(factories: Factories, due_at: datetime) -> None:
    give_up_at = due_at + timedelta(seconds=PATIENCE)
    while unmoved_now() < give_up_at:
        with factories.transaction() as session:
            if not session.scalar(select(func.count()).select_from(Timer)):
                return
        time.sleep(0.5)


def _seconds_after(factories: Factories, due_at: datetime) -> list[float]:
    with factories.transaction() as session:
        fired = session.scalars(select(CaseEvent.at).where(CaseEvent.type == "timer_fired"))
        return [(at - due_at).total_seconds() for at in fired]


def _open_cases(factories: Factories) -> int:
    with factories.transaction() as session:
        return int(session.scalar(select(func.count()).select_from(Case).where(Case.status == "open")) or 0)
