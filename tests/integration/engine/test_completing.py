"""Completing a task: once, by one person, in one transaction of few statements, whatever else happens then."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from engine import tasks
from engine.errors import Conflict, Invalid, NotAllowed
from engine.instants import frozen_at, now
from models.case import CaseEvent
from tests.bench import diagrams
from tests.diagrams import category, extensions, timer
from tests.environment.statements import COMMIT, statements_of
from tests.integration.engine.conftest import Drive, Driver

TWO_TASKS = category("start > ask > check > end")


@pytest.mark.parametrize("is_cold", [False, True])
@pytest.mark.parametrize("task_count", [8, 60])
def test_a_completion_takes_at_most_twelve_statements_and_one_commit(
    drive: Drive, task_count: int, is_cold: bool
) -> None:
    driver = drive(diagrams.category(task_count, 20), **diagrams.initial(20))
    driver.do("task_1", **dict.fromkeys(diagrams.answers_of(1), 600))
    for number in range(2, 7):
        if is_cold:
            driver.restart()
        task_id = driver.task(f"task_{number}").id
        with statements_of(driver.factories.engine) as sent, driver.factories.transaction() as session:
            tasks.complete(session, task_id, answers=dict.fromkeys(diagrams.answers_of(number), 600), by=driver.by)

        assert sent.count(COMMIT) == 1
        assert 1 < len(sent) <= 12 + 1


def test_a_second_click_gets_the_same_answer_and_does_nothing(drive: Drive) -> None:
    driver = drive(TWO_TASKS)
    task_id = driver.task("ask").id

    done = [_complete(driver, task_id, completion_key="form 1", a=1) for _ in range(2)]

    assert [result.is_repeat for result in done] == [False, True]
    assert driver.events().count("task_completed") == 1


def test_a_colleague_who_comes_second_is_told_who_did_it_and_when(drive: Drive) -> None:
    driver = drive(TWO_TASKS)
    task_id = driver.task("ask").id
    _complete(driver, task_id, a=1)

    with pytest.raises(Conflict, match=rf"{driver.by.name} completed this task at \d\d:\d\d on"):
        _complete(driver, task_id, a=2)

    assert driver.open() == ["check"]


def test_of_officers_who_answer_at_once_exactly_one_wins(drive: Drive) -> None:
    driver = drive(TWO_TASKS)
    officers = [driver.factories.actor(driver.factories.user("officer", "administrator")) for _ in range(4)]
    task_id, barrier, outcomes = driver.task("ask").id, threading.Barrier(4), []

    def answer(number: int) -> None:
        barrier.wait()
        try:
            _complete(driver, task_id, by=officers[number], a=number)
            outcomes.append("won")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["told", "told", "told", "won"]
    assert driver.events().count("task_completed") == 1


def test_a_field_that_changed_while_the_form_was_open_is_not_overwritten(drive: Drive) -> None:
    form = diagrams.form(1, ["rent"]).replace(b"form_1", b"rent_form")
    files = category(
        "start > fork+ ; fork+ > left > join+ ; fork+ > right > join+ ; join+ > end",
        inside={side: extensions('<zeebe:formDefinition formId="rent_form"/>') for side in ("left", "right")},
        files={"rent_form.form": form},
    )
    driver = drive(files)
    task_id = driver.task("right").id
    driver.do("left", rent=100)

    with pytest.raises(Conflict, match="“rent” changed while you had this form open"):
        _complete(driver, task_id, seen={"rent": None}, rent=90)

    assert driver.open() == ["right"]


def test_answers_that_are_not_acceptable_change_nothing(drive: Drive) -> None:
    driver = drive(diagrams.category(8, 20))
    before = driver.rows(CaseEvent)

    for answers in ({"a_1": "many"}, {"LIMIT": 5}, {"typename": "x"}, {"__builtins__": {}}, {"case": {}}):
        with pytest.raises(Invalid):
            _complete(driver, driver.task("task_1").id, **answers)

    assert len(driver.rows(CaseEvent)) == len(before)
    driver.do("task_1", a_1=1)


def test_a_task_of_another_team_cannot_be_done(drive: Drive) -> None:
    driver = drive(category("start > ask > end", inside={"ask": _for_group("Lawyers")}))
    driver.factories.team("Lawyers")
    [incident] = driver.incidents()
    from engine import incidents

    with driver.factories.transaction() as session:
        incidents.retry(session, incident.id, by=driver.by)
    officer = driver.factories.actor(driver.factories.user("officer"))

    with pytest.raises(NotAllowed, match="neither yours nor your team's"):
        _complete(driver, driver.task("ask").id, by=officer)


def test_duties_kept_apart_cannot_be_joined(drive: Drive) -> None:
    apart = extensions('<zeebe:properties><zeebe:property name="differentFrom" value="ask"/></zeebe:properties>')
    driver = drive(category("start > ask > check > end", inside={"check": apart}))
    colleague = driver.factories.actor(driver.factories.user("officer", "administrator"))
    driver.do("ask")

    for attempt in (_complete, _claim):
        with pytest.raises(NotAllowed, match="may not do this task"):
            attempt(driver, driver.task("check").id)

    driver.do("check", by=colleague)
    assert driver.case.status == "closed"


def test_a_deadline_that_has_passed_takes_its_path_before_a_late_answer(drive: Drive) -> None:
    late = timer("late", on="ask", to="chase", duration="P1D")
    driver = drive(category("start > ask > end ; chase > end2:endEvent", boundary=late))
    task_id = driver.task("ask").id

    with frozen_at(now() + timedelta(days=2)):
        done = _complete(driver, task_id, a=1)

    assert done.case_status == "overtaken"
    assert driver.open() == ["chase"]
    assert "timer_fired" in driver.events()


def test_an_ad_hoc_task_is_done_without_moving_the_case(drive: Drive) -> None:
    driver = drive(TWO_TASKS)
    with driver.factories.transaction() as session:
        task_id = tasks.add(session, driver.started.id, name="Ring the tenant", by=driver.by)

    _complete(driver, task_id, note="She was out.")

    assert driver.open() == ["ask"]
    assert driver.events()[-2:] == ["task_added", "task_completed"]


def test_a_step_that_is_rolled_back_leaves_the_next_one_unharmed(drive: Drive) -> None:
    driver = drive(TWO_TASKS)
    task_id = driver.task("ask").id

    with driver.factories.sessions() as session:
        tasks.complete(session, task_id, answers={"a": 1}, by=driver.by)
        session.rollback()

    assert driver.open() == ["ask"]
    driver.do("ask", a=2)
    assert driver.open() == ["check"]


def _complete(
    driver: Driver, task_id: int, *, by: Any = None, seen: Any = None, completion_key: Any = None, **answers: Any
) -> Any:
    with driver.factories.transaction() as session:
        return tasks.complete(
            session, task_id, answers=answers, by=by or driver.by, seen=seen, completion_key=completion_key
        )


def _claim(driver: Driver, task_id: int) -> None:
    with driver.factories.transaction() as session:
        tasks.claim(session, task_id, by=driver.by)


def _for_group(name: str) -> str:
    return extensions(f'<zeebe:assignmentDefinition candidateGroups="{name}"/>')
