"""What a completion costs over HTTP: few statements and one commit. What time it takes, `make bench` measures."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from tests.bench import diagrams
from tests.factories import Factories
from tests.integration.api.conftest import Program

MOST_STATEMENTS = 12
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
