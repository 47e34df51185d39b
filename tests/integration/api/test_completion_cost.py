"""What a completion costs over HTTP: few statements and one commit. What time it takes, `make bench` measures."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bench import diagrams
from tests.environment.statements import COMMIT, statements_of
from tests.factories import Factories
from tests.integration.api.conftest import Program

MOST_STATEMENTS = 12


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
    task_id = eight_tasks()

    for number in range(1, 8):
        headers = {"Idempotency-Key": f"{key.replace(' ', '_')}{number}"} if key else {}
        body = {"answers": dict.fromkeys(diagrams.answers_of(number), 600)}
        with statements_of(factories.engine) as sent:
            [task_id] = program.post(f"/tasks/{task_id}/completion", body, headers=headers)["opened"]

        assert sent.count(COMMIT) == 1
        assert 1 < len(sent) <= MOST_STATEMENTS + 1
