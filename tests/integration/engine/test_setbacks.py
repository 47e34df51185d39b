"""Work that fails is tried again after growing pauses, keeps no other waiting, and is seen by somebody in the end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from engine import jobs, setbacks, start_triggers, timers
from engine.definitions.specs.timers import CaseTimer
from engine.errors import NotPossible, Unavailable
from engine.instants import frozen_at, now
from models.case import CaseSnapshot
from models.work import Job, Notification, Setback
from tests.diagrams import category, service, timer
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_start_triggers import Office, at, started_by

AWAY = (
    OSError(28, "No space left on device"),
    Unavailable("The process was ended."),
    OperationalError("SELECT", {}, Exception("database is locked")),
)


class Broken:
    """Stands in for a part that is away: fails as it is told to, and counts."""

    def __init__(self, error: BaseException) -> None:
        self.error, self.calls = error, 0

    def __call__(self, *_: Any, **__: Any) -> Any:
        self.calls += 1
        raise self.error


def with_letter(letter: Callable[[str], bytes]) -> dict[str, bytes]:
    merge = service("merge_document", template="answer", subject="case")
    return category(
        "start > ask > merge:service > after > end",
        inside={"merge": merge},
        files={"letters/answer.docx": letter("Dear tenant")},
    )


def in_turn(driver: Driver, started: datetime, seconds: list[float]) -> None:
    """Run what waits so many seconds after the start, one after the other."""
    for after in seconds:
        with frozen_at(started + timedelta(seconds=after)):
            driver.run_jobs()


@on_sqlite_alone
@pytest.mark.parametrize("error", AWAY, ids=["disk", "child process", "database"])
def test_a_letter_that_cannot_be_merged_just_now_is_merged_later_without_anybody_asking(
    drive: Drive, letter, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    driver, started = drive(with_letter(letter)), now()
    with monkeypatch.context() as broken, frozen_at(started):
        away = Broken(error)
        broken.setattr("engine.merging.merge", away)
        driver.do("ask")
        in_turn(driver, started, [1, 4, 6, 7])
    [job] = driver.rows(Job)
    assert (away.calls, job.status, job.attempts) == (2, "waiting", 2)
    assert job.error == setbacks.sentence(error)
    assert job.run_at - started == timedelta(seconds=6) + setbacks.PAUSES[1]

    in_turn(driver, started, [60])

    assert driver.open() == ["after"]
    assert (driver.rows(Job), driver.incidents()) == ([], [])


@on_sqlite_alone
def test_what_does_not_pass_becomes_an_incident_after_eight_attempts(
    drive: Drive, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, at_ = drive(with_letter(letter)), now()
    away = Broken(AWAY[0])
    monkeypatch.setattr("engine.merging.merge", away)
    with frozen_at(at_):
        driver.do("ask")

    for pause in setbacks.PAUSES:
        assert driver.incidents() == []
        at_ += pause
        with frozen_at(at_):
            driver.run_jobs()

    assert away.calls == setbacks.MOST_ATTEMPTS == 8
    [incident] = driver.incidents()
    assert incident.message == "A file or a connection could not be used (No space left on device)."
    assert driver.rows(Job) == []


@on_sqlite_alone
def test_a_job_that_ends_every_process_that_takes_it_is_given_up(
    drive: Drive, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, at_ = drive(with_letter(letter)), now()
    killer = Broken(KeyboardInterrupt())
    monkeypatch.setattr("engine.merging.merge", killer)
    with frozen_at(at_), pytest.raises(KeyboardInterrupt):
        driver.do("ask")

    for _ in range(setbacks.MOST_ATTEMPTS - 1):
        at_ += jobs.LEASE
        with frozen_at(at_), pytest.raises(KeyboardInterrupt):
            driver.run_jobs()
    with frozen_at(at_ + jobs.LEASE):
        driver.run_jobs()

    assert killer.calls == setbacks.MOST_ATTEMPTS
    assert "never came to an end" in driver.incidents()[0].message


def test_news_that_can_never_be_told_is_a_dead_letter_and_keeps_no_other_job_waiting(
    factories: Factories, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (drive(category("start > ask > end", key=key)) for key in ("poison", "fine"))
    told: list[str] = []

    def tell(session: Any, job: Any, by: Any) -> None:
        if job.case_id == first.started.id:
            raise NotPossible("Nobody can be told this.")
        told.append(job.key)

    monkeypatch.setitem(jobs.NEWS, "deliver_message", tell)
    leave(factories, first, second)

    for seconds in (0, 61, 122):
        with frozen_at(now() + timedelta(seconds=seconds)):
            jobs.run_waiting(factories.sessions)

    assert told == [f"{second.started.id}:news"]
    [dead] = first.rows(Job)
    assert (dead.status, dead.attempts, dead.error) == ("failed", 1, "Nobody can be told this.")
    assert first.events()[-1] == "work_given_up"
    assert [notice.kind for notice in first.rows(Notification)] == ["incident"]


@on_sqlite_alone
def test_a_letter_that_cannot_be_filed_is_an_incident_too(
    drive: Drive, letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = drive(with_letter(letter))
    kind = jobs.KINDS["merge_document"]
    monkeypatch.setitem(jobs.KINDS, "merge_document", jobs.Kind(kind.prepare, kind.work, Broken(KeyError("x"))))

    driver.do("ask")

    assert [incident.message for incident in driver.incidents()] == ["It failed for a technical reason (KeyError)."]


def leave(factories: Factories, *drivers: Driver) -> None:
    """Leave a message to be delivered in each case, the first one first."""
    with factories.transaction() as session:
        for driver in drivers:
            common = {"kind": "deliver_message", "token_id": "", "element_id": "", "payload": {}, "status": "waiting"}
            session.add(Job(key=f"{driver.started.id}:news", case_id=driver.started.id, run_at=now(), **common))
            session.flush()


def due_in_an_hour(key: str) -> dict[str, bytes]:
    return category(
        "start > ask > end ; chase > end_chased",
        key=key,
        boundary=timer("late", on="ask", to="chase", duration="PT1H"),
    )


def test_a_case_whose_timers_cannot_be_fired_keeps_no_other_waiting_and_is_not_tried_for_ever(
    factories: Factories, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, fine = drive(due_in_an_hour("poison")), drive(due_in_an_hour("fine"))
    with factories.transaction() as session:
        session.execute(delete(CaseSnapshot).where(CaseSnapshot.case_id == poison.started.id))
    poison.restart()
    tried: list[int] = []
    fire = timers.fire
    monkeypatch.setattr(timers, "fire", lambda s, case_id, **more: (tried.append(case_id), fire(s, case_id, **more))[1])

    for hours in (2, 3, 4):
        with frozen_at(now() + timedelta(hours=hours)):
            timers.sweep(factories.sessions)

    assert fine.open() == ["chase"]
    assert tried.count(poison.started.id) == 1
    [dead] = poison.rows(Setback)
    assert (dead.status, dead.kind) == ("failed", "timer")
    assert "has no snapshot" in dead.error
    assert poison.events()[-1] == "work_given_up"


def test_a_timer_that_fails_for_a_reason_that_passes_fires_after_a_pause(
    factories: Factories, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, late = drive(due_in_an_hour("sample")), now() + timedelta(hours=2)
    with monkeypatch.context() as broken:
        broken.setattr(timers, "open_step", Broken(AWAY[0]))
        for seconds in (0, 1, 2):
            with frozen_at(late + timedelta(seconds=seconds)):
                driver.sweep()
    assert [row.attempts for row in driver.rows(Setback)] == [1]

    with frozen_at(late + timedelta(seconds=3)):
        assert driver.sweep() == 0
    with frozen_at(late + timedelta(seconds=6)):
        assert driver.sweep() == 1

    assert driver.open() == ["chase"]
    assert driver.rows(Setback) == []


@on_sqlite_alone
def test_a_timer_that_fails_in_the_diagram_waits_as_an_incident_and_is_not_swept_again(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = drive(due_in_an_hour("sample"))
    monkeypatch.setattr(CaseTimer, "has_fired", Broken(KeyError("x")))
    with frozen_at(now() + timedelta(hours=2)):
        moved = [driver.sweep() for _ in range(3)]

    assert len(driver.incidents()) == 1
    assert moved == [1, 0, 0]
    assert driver.timers() == {}


@on_sqlite_alone
def test_rows_that_do_not_belong_to_the_case_are_told_and_not_tried_again(drive: Drive, factories: Factories) -> None:
    driver = drive(due_in_an_hour("sample"))
    with factories.transaction() as session:
        session.add(timers.Timer(case_id=driver.started.id, token_id="0" * 32, element_id="late", due_at=now()))
    with frozen_at(now() + timedelta(seconds=5)):
        driver.sweep()

    assert "nothing in the case waits for it" in driver.rows(Setback)[0].error


@on_sqlite_alone
def test_a_start_that_fails_for_a_reason_that_passes_is_begun_later_and_once(
    factories: Factories, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, began = Office(factories), now()
    with frozen_at(began):
        office.deploy(started_by(at("timeDuration", "PT2H")))
        office.sweep()
    late = began + timedelta(hours=3)
    with monkeypatch.context() as broken, frozen_at(late):
        broken.setattr(start_triggers, "begin", Broken(AWAY[0]))
        assert [office.sweep(), office.sweep()] == [0, 0]
    [waiting] = office.rows(Setback)
    assert (waiting.status, waiting.attempts) == ("waiting", 1)

    with frozen_at(late + timedelta(seconds=6)):
        assert [office.sweep(), office.sweep()] == [1, 0]

    assert office.open() == ["ask"]
    assert office.rows(Setback) == []


@on_sqlite_alone
def test_a_start_that_can_never_be_begun_is_a_dead_letter(
    factories: Factories, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, began = Office(factories), now()
    with frozen_at(began):
        office.deploy(started_by(at("timeCycle", "R/PT2H")))
        office.sweep()
    with monkeypatch.context() as broken, frozen_at(began + timedelta(hours=3)):
        broken.setattr(start_triggers, "begin", Broken(NotPossible("Nobody can begin this.")))
        assert [office.sweep(), office.sweep()] == [0, 0]

    [dead] = office.rows(Setback)
    assert (dead.kind, dead.status, dead.error) == ("start", "failed", "Nobody can begin this.")
    with frozen_at(began + timedelta(hours=5)):
        assert office.sweep() == 1, "the next round is begun all the same"


def test_an_error_of_the_database_passes_only_when_it_says_so(factories: Factories) -> None:
    with pytest.raises(Exception) as caught, factories.transaction() as session:
        session.execute(select(Job.id).where(Job.id == "x").add_columns(Job.__table__.c.id.op("no such operator")(1)))

    assert not setbacks.may_pass(caught.value)
    assert not setbacks.may_pass(KeyError("x"))
