"""Two nodes, two officers, two clicks at the same instant: one effect, and whoever comes second is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, reading, tasks, timers
from models.document import Document, DocumentVersion
from models.work import Job
from tests.diagrams import category, service
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.nodes import Node, as_data, race

PAIRS = 50
LETTERS = 20
AFTER_A_DAY = "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
# One case goes round for ever: what a node has in memory of it is out of date whenever the other one won.
ROUND_AND_ROUND = category("start > ask > more? ; more? -[a < 0]-> end ; more? > ask")


@pytest.fixture(scope="session")
def started_nodes() -> Iterator[tuple[Node, Node]]:
    """Two processes beside this one."""
    both = Node(), Node()
    yield both
    for node in both:
        node.stop()


@pytest.fixture
def nodes(factories: Factories, started_nodes: tuple[Node, Node]) -> tuple[Node, Node]:
    """Two nodes on the database of this test."""
    for node in started_nodes:
        node.open(factories)
    return started_nodes


@pytest.mark.slow
def test_of_two_officers_on_two_nodes_one_wins_and_the_other_is_told(drive: Drive, nodes: tuple[Node, Node]) -> None:
    driver = drive(ROUND_AND_ROUND)
    officers = [driver.factories.actor(driver.factories.user("officer", "administrator")) for _ in nodes]

    for pair in range(PAIRS):
        task_id = driver.task("ask").id
        answers = [
            {"task_id": task_id, "by": as_data(officer), "answers": {"a": 2 * pair + number}, "key": f"{pair} {number}"}
            for number, officer in enumerate(officers)
        ]
        outcomes = race(nodes, "complete", *answers)

        assert sorted(outcome for outcome, _ in outcomes) == ["Conflict", "done"]
        winner = 0 if outcomes[0][0] == "done" else 1
        assert outcomes[1 - winner][1].startswith(f"{officers[winner].name} completed this task at ")
        assert _value(driver, "a") == 2 * pair + winner
    assert driver.events().count("task_completed") == PAIRS
    assert driver.open() == ["ask"]


@pytest.mark.slow
def test_a_double_click_that_reaches_two_nodes_is_one_answer(drive: Drive, nodes: tuple[Node, Node]) -> None:
    driver = drive(ROUND_AND_ROUND)

    for pair in range(PAIRS):
        click = {"task_id": driver.task("ask").id, "by": as_data(driver.by), "answers": {"a": pair}, "key": f"{pair}"}
        outcomes = race(nodes, "complete", click, click)

        assert sorted(outcome for outcome, _ in outcomes) == ["done", "repeat"]
    assert driver.events().count("task_completed") == PAIRS
    assert driver.open() == ["ask"]


@pytest.mark.slow
def test_two_nodes_that_sweep_at_once_fire_each_timer_once(drive: Drive, nodes: tuple[Node, Node]) -> None:
    driver = drive(
        category(
            "start > pause:intermediateCatchEvent > ask > end",
            inside={"pause": AFTER_A_DAY},
        )
    )
    all_cases = [driver.started.id, *_start_more(driver, PAIRS - 1)]

    moved = race(nodes, "sweep", {"days_later": 2}, {"days_later": 2})

    assert sum(moved) == len(all_cases)
    assert timers.sweep(driver.factories.sessions) == 0
    for case_id in all_cases:
        driver.started = cases.Started(case_id, "")
        assert driver.events().count("timer_fired") == 1
        assert driver.open() == ["ask"]


@pytest.mark.slow
@pytest.mark.parametrize("lease_seconds", [60, 0])
def test_two_nodes_with_the_same_job_file_one_letter(
    drive: Drive, nodes: tuple[Node, Node], letter: Callable[[str], bytes], lease_seconds: int
) -> None:
    """Also when each takes the other for dead (a lease of no seconds), and both have merged it."""
    driver = drive(
        category(
            "start > ask > write:service > end",
            inside={"write": service("merge_document", template="reply", subject="case")},
            files={"reply.docx": letter("Case {{ case.reference }}")},
        )
    )
    for case_id in [driver.started.id, *_start_more(driver, LETTERS - 1)]:
        driver.started = cases.Started(case_id, "")
        _complete_without_its_job(driver)
        [job] = driver.rows(Job)

        order = {"key": job.key, "lease_seconds": lease_seconds}
        ran = race(nodes, "run_job", order, order)

        assert sum(ran) >= 1 if lease_seconds == 0 else sum(ran) == 1
        [document] = driver.rows(Document)
        assert _versions(driver, document.id) == 1
        assert driver.events().count("document_merged") == 1
        assert driver.rows(Job) == []
        assert driver.case.status == "closed"


def _start_more(driver: Driver, count: int) -> list[int]:
    """Start more cases of the same category and return their ids."""
    started = []
    for _ in range(count):
        with driver.factories.transaction() as session:
            started.append(cases.start(session, "sample", by=driver.by).id)
    return started


def _complete_without_its_job(driver: Driver) -> None:
    with driver.factories.transaction() as session:
        tasks.complete(session, driver.task("ask").id, answers={}, by=driver.by)


def _value(driver: Driver, key: str) -> Any:
    with driver.factories.transaction() as session:
        return reading.open_case(session, driver.started.id).stored()[key]


def _versions(driver: Driver, document_id: int) -> int:
    with driver.factories.transaction() as session:
        return len(session.scalars(select(DocumentVersion.id).where(DocumentVersion.document_id == document_id)).all())
