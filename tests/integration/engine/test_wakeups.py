"""On PostgreSQL each job brings a wake-up with it: made and undone with the step, taken by whoever is alive."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from engine import jobs, setbacks, tasks
from engine.errors import Unavailable
from models import schema
from models.database import connect
from models.work import Job
from tests.diagrams import category, service
from tests.factories import Factories
from tests.integration.engine.conftest import Driver
from webapp import wakeups
from webapp.wakeups import Wakeups

pytestmark = pytest.mark.postgresql
SECONDS = 20


@pytest.fixture
def driver(database_url: str, factories: Factories, letter: Callable[[str], bytes]) -> Driver:
    """A case whose first answer leaves a letter to be merged."""
    merge = service("merge_document", template="answer", subject="case")
    files = category(
        "start > fork+ ; fork+ > ask > merge:service > after > end ; fork+ > tell > write:service > done > end_told",
        inside={"merge": merge, "write": merge},
        files={"letters/answer.docx": letter("Dear tenant")},
    )
    return Driver(factories, files, {})


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """PostgreSQL alone: on SQLite the ticker finds the rows."""
    return postgresql_url


@pytest.fixture
def worker(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wakeups]:
    """A worker that looks often, not started yet."""
    monkeypatch.setattr(wakeups, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(wakeups, "LOOK_FOR_DEAD", "* * * * * *")
    made = Wakeups(driver.factories.sessions, driver.factories.engine.url.render_as_string(hide_password=False))
    yield made
    if made.is_alive:
        made.stop()


def answer(driver: Driver, element_id: str = "ask") -> None:
    """Answer a task, and let the process die before it can do what that left."""
    with driver.factories.transaction() as session:
        tasks.complete(session, driver.task(element_id).id, answers={}, by=driver.by)


def tell(driver: Driver, statement: str, **values: Any) -> list[Any]:
    with driver.factories.transaction() as session:
        found = session.execute(text(statement), values)
        return list(found.all()) if found.returns_rows else []


def wake_ups(driver: Driver) -> list[tuple[str, str, str]]:
    rows = tell(driver, "SELECT task_name, lock, args->>'key' FROM procrastinate_jobs WHERE task_name = 'run_job'")
    return [tuple(row) for row in rows]


def until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + SECONDS
    while not is_so() and time.monotonic() < ends_at:
        time.sleep(0.05)
    assert is_so()


def test_a_wake_up_comes_with_its_job_and_goes_with_it(driver: Driver) -> None:
    answer(driver)
    [job] = driver.rows(Job)
    assert wake_ups(driver) == [("run_job", f"case:{driver.started.id}", job.key)]

    driver.run_jobs()

    assert driver.open() == ["after", "tell"]
    assert wake_ups(driver) == [("run_job", None, "pdf:1:1")]  # of the letter that it made


def test_a_step_that_is_undone_leaves_no_wake_up(driver: Driver) -> None:
    with pytest.raises(ZeroDivisionError), driver.factories.transaction() as session:  # noqa: PT012
        done = tasks.complete(session, driver.task("ask").id, answers={}, by=driver.by)
        assert len(done.job_keys) == 1
        raise ZeroDivisionError

    assert wake_ups(driver) == []


def test_a_worker_does_what_the_process_that_took_the_answer_died_over(driver: Driver, worker: Wakeups) -> None:
    answer(driver)
    tell(driver, "UPDATE procrastinate_jobs SET scheduled_at = now()")

    worker.start()

    until(lambda: driver.open() == ["after", "tell"])
    until(lambda: wake_ups(driver) == [])


def test_a_wake_up_of_a_worker_that_died_is_taken_by_another_and_its_case_goes_on(
    driver: Driver, worker: Wakeups
) -> None:
    answer(driver)
    dead = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
    tell(driver, f"WITH dead AS ({dead}) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead")

    worker.start()

    until(lambda: driver.open() == ["after", "tell"])


def test_a_job_that_is_tried_again_later_keeps_no_other_of_its_case_waiting(
    driver: Driver, worker: Wakeups, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(driver, "ask")
    answer(driver, "tell")
    [first, _] = driver.rows(Job)
    prepare = jobs.KINDS["merge_document"].prepare
    away = [True]

    def broken(session: Any, job: Any, by: Any) -> Any:
        if job.key == first.key and away[0]:
            raise Unavailable("The file store is away.")
        return prepare(session, job, by)

    kind = jobs.KINDS["merge_document"]
    monkeypatch.setitem(jobs.KINDS, "merge_document", jobs.Kind(broken, kind.work, kind.file))
    monkeypatch.setattr(setbacks, "PAUSES", (jobs.LEASE,) * 7)
    tell(driver, "UPDATE procrastinate_jobs SET scheduled_at = now()")

    worker.start()

    until(lambda: driver.open() == ["done"])
    until(lambda: tell(driver, "SELECT status, priority FROM procrastinate_jobs") == [("todo", -1)])
    away[0] = False
    tell(driver, "UPDATE job SET run_at = now()")
    tell(driver, "UPDATE procrastinate_jobs SET scheduled_at = now()")
    until(lambda: driver.open() == ["after", "done"])


def test_a_dead_letter_that_is_put_back_is_woken_again(driver: Driver) -> None:
    answer(driver)
    tell(driver, "UPDATE job SET status = 'failed'")

    tell(driver, "UPDATE job SET status = 'waiting', attempts = 0")  # the first wake-up is still there
    assert len(wake_ups(driver)) == 1

    tell(driver, "UPDATE job SET status = 'failed'")
    tell(driver, "DELETE FROM procrastinate_jobs")
    tell(driver, "UPDATE job SET status = 'waiting', attempts = 0")
    assert len(wake_ups(driver)) == 1


def test_a_worker_goes_on_when_the_database_was_away(
    driver: Driver, worker: Wakeups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeups, "PAUSE_SECONDS", 0.2)
    worker.start()
    until(lambda: bool(tell(driver, "SELECT id FROM procrastinate_workers")))

    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    tell(driver, f"{others} AND pid <> pg_backend_pid()")
    answer(driver)
    tell(driver, "UPDATE procrastinate_jobs SET scheduled_at = now()")

    until(lambda: driver.open() == ["after", "tell"])


def test_tables_are_made_once_although_nodes_start_together(bare_postgresql_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def create(_: int) -> None:
        engine = connect(bare_postgresql_url)
        with engine.begin() as connection:
            schema.create(connection)
        engine.dispose()

    with ThreadPoolExecutor(3) as nodes:
        list(nodes.map(create, range(3)))

    create(0)
