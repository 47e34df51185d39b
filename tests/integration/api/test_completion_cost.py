"""What a completion costs over HTTP: few statements, one commit, and little time beside the engine's own."""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from engine import tasks
from tests.bench import diagrams
from tests.factories import Factories
from tests.integration.api.conftest import Program

MOST_STATEMENTS = 12
MOST_MILLISECONDS = 3.0
NOT_COUNTED = ("BEGIN", "PRAGMA", "SET TRANSACTION")  # they open the transaction


@pytest.fixture
def eight_tasks(factories: Factories, program: Program) -> Callable[[], list[int]]:
    """Start a case of eight tasks in a row; each call gives the id of its first task."""
    factories.deploy(diagrams.category(8, 20))

    def start() -> Any:
        case = program.post("/cases", {"category": "bench_8_20", "fields": diagrams.initial(20)}, status=201)
        return program.get(f"/cases/{case['reference']}/tasks")["items"][0]["id"]

    return start


@pytest.mark.parametrize("key", ["", "a key"])
def test_a_completion_takes_at_most_twelve_statements_and_one_commit(
    factories: Factories, program: Program, eight_tasks: Any, key: str
) -> None:
    task_id, counted = eight_tasks(), []
    event.listen(factories.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    event.listen(factories.engine, "commit", lambda *_: counted.append("COMMIT"))

    for number in range(1, 8):
        counted.clear()
        headers = {"Idempotency-Key": f"{key.replace(' ', '_')}{number}"} if key else {}
        body = {"answers": dict.fromkeys(diagrams.answers_of(number), 600)}
        [task_id] = program.post(f"/tasks/{task_id}/completion", body, headers=headers)["opened"]

        statements = [text for text in counted if text != "COMMIT" and not text.startswith(NOT_COUNTED)]
        assert len(statements) <= MOST_STATEMENTS
        assert counted.count("COMMIT") == 1


def test_a_completion_adds_little_time_to_the_engines_own(
    factories: Factories, program: Program, eight_tasks: Any
) -> None:
    through_http, directly = [], []

    for _ in range(12):
        task_id, plain_id = eight_tasks(), eight_tasks()
        for number in range(1, 8):
            answers = dict.fromkeys(diagrams.answers_of(number), 600)
            seconds, task_id = _by_http(factories, program, task_id, answers)
            through_http.append(seconds)
            seconds, plain_id = _by_engine(factories, program, plain_id, answers)
            directly.append(seconds)

    own = 1000 * statistics.median(directly)
    added = 1000 * statistics.median(through_http) - own
    print(f"engine {own:.2f} ms, HTTP adds {added:.2f} ms of CPU")
    assert added <= max(MOST_MILLISECONDS, own)  # on a busy or slow machine both take longer


def _by_http(factories: Factories, program: Program, task_id: int, answers: Any) -> tuple[float, int]:
    """Call the application as a server does; the client's own work is not counted."""
    path = f"/api/v1/tasks/{task_id}/completion"
    environment = EnvironBuilder(
        path=path, method="POST", json={"answers": answers}, headers=program.headers
    ).get_environ()
    statuses: list[str] = []
    started = time.thread_time()
    answer = factories.app.wsgi_app(environment, lambda status, headers, *_: statuses.append(status))
    body = b"".join(answer)
    answer.close()
    seconds = time.thread_time() - started
    assert statuses == ["200 OK"]
    return seconds, json.loads(body)["opened"][0]


def _by_engine(factories: Factories, program: Program, task_id: int, answers: Any) -> tuple[float, int]:
    started = time.thread_time()
    with factories.transaction() as session:
        done = tasks.complete(session, task_id, answers=answers, by=program.actor)
    return time.thread_time() - started, done.opened[0]
