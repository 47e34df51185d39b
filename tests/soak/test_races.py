"""Two officers answer one task at the same moment, five hundred times: one does it, the other is told who did."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import cases, staff
from engine.permissions import PLATFORM
from models.case import CaseEvent
from models.work import UserTask
from tests.bench import diagrams
from tests.factories import Factories
from tests.soak.site.nodes import Site, site
from tests.soak.site.officers import Answer, Line

PAIRS, DOUBLE_CLICKS = 500, 100
TASKS, FIELDS = 8, 20

pytestmark = [pytest.mark.soak, pytest.mark.slow]


def test_of_two_officers_who_answer_at_once_one_wins_and_the_other_is_told(
    factories: Factories, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens, tasks = _prepare(factories, PAIRS)

    with site(factories.engine.url.render_as_string(hide_password=False), tmp_path) as installation:
        installation.start(web=_nodes(factories), workers=0)
        pairs = _race(installation, tokens, tasks, keys=lambda: (os.urandom(8).hex(), os.urandom(8).hex()))

    outcomes = [tuple(sorted(answer.status for answer in pair)) for pair in pairs]
    losers = [answer.body["detail"] for pair in pairs for answer in pair if answer.status == 409]
    with capsys.disabled():
        print(f"\n{factories.engine.dialect.name}: {len(pairs)} pairs, {outcomes.count((200, 409))} with one winner")
    assert set(outcomes) == {(200, 409)}
    assert all("Officer" in told or "completed" in told for told in losers)
    assert _completions(factories) == PAIRS


def test_a_double_click_is_one_answer_given_twice(factories: Factories, tmp_path: Path) -> None:
    tokens, tasks = _prepare(factories, DOUBLE_CLICKS)

    with site(factories.engine.url.render_as_string(hide_password=False), tmp_path) as installation:
        installation.start(web=_nodes(factories), workers=0)
        pairs = _race(installation, [tokens[0]] * 2, tasks, keys=lambda: (os.urandom(8).hex(),) * 2)

    assert {answer.status for pair in pairs for answer in pair} == {200}
    assert all(first.body["opened"] == second.body["opened"] for first, second in pairs)
    assert sum(answer.is_repeat for pair in pairs for answer in pair) == DOUBLE_CLICKS
    assert _completions(factories) == DOUBLE_CLICKS


def _prepare(factories: Factories, number: int) -> tuple[list[str], list[int]]:
    """Return the tokens of two officers, and the open tasks of so many cases."""
    factories.deploy(diagrams.category(TASKS, FIELDS))
    users = [factories.user("officer", "administrator") for _ in range(2)]
    with factories.transaction() as session:
        tokens = [staff.make_token(session, user.id, "soak", by=PLATFORM) for user in users]
    by = factories.actor(users[0])
    for _ in range(number):
        with factories.transaction() as session:
            cases.start(session, f"bench_{TASKS}_{FIELDS}", fields=diagrams.initial(FIELDS), by=by)
    with factories.transaction() as session:
        tasks = list(session.scalars(select(UserTask.id)))
    factories.engine.dispose()
    return tokens, tasks


def _nodes(factories: Factories) -> int:
    return 1 if factories.engine.dialect.name == "sqlite" else 2


def _race(
    installation: Site, tokens: list[str], tasks: list[int], *, keys: Callable[[], tuple[str, ...]]
) -> list[tuple[Answer, Answer]]:
    """Have two officers, each at a node of their own, answer each task at the same moment."""
    ports = installation.ports
    lines = [Line([ports[n % len(ports)]], token) for n, token in enumerate(tokens)]
    start = threading.Barrier(2)

    def answer(line: Line, task_id: int, key: str) -> Answer:
        start.wait()
        answers = dict.fromkeys(diagrams.answers_of(1), 600)
        return line.ask("POST", f"/api/v1/tasks/{task_id}/completion", {"answers": answers}, key=key)

    with ThreadPoolExecutor(2) as both:
        pairs = [list(both.map(answer, lines, [task_id] * 2, keys())) for task_id in tasks]
    for line in lines:
        line.hang_up()
    return [(first, second) for first, second in pairs]


def _completions(factories: Factories) -> int:
    with factories.transaction() as session:
        wanted = select(func.count()).select_from(CaseEvent).where(CaseEvent.type == "task_completed")
        return int(session.scalar(wanted) or 0)
