"""Absences: new tasks go to the stand-in, open ones can be done by them, and duties kept apart stay apart."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine import absences, tasks
from engine.definitions.deploying import load
from engine.errors import Invalid, NotAllowed, NotFound
from engine.instants import frozen_at, now, today
from engine.permissions import PLATFORM, Actor
from models.case import Case
from models.staff import User
from tests.diagrams import category, extensions
from tests.factories import Factories
from tests.integration.engine.conftest import Drive, Driver


@pytest.fixture
def away(factories: Factories) -> Callable[..., int]:
    """Have somebody be away, from today for ten days unless told otherwise; return the id of the absence."""

    def enter(user: User, stand_in: User | None = None, *, begins: int = 0, days: int = 10, by: Any = PLATFORM) -> int:
        first = today() + timedelta(days=begins)
        with factories.transaction() as session:
            found = absences.enter(
                session,
                user.id,
                from_on=first,
                until_on=first + timedelta(days=days),
                stand_in_id=stand_in.id if stand_in else None,
                by=by,
            )
        return found.id

    return enter


def for_person(name: str, more: str = "") -> str:
    return extensions(f'<zeebe:assignmentDefinition assignee="{name}"/>{more}')


def kept_apart(element: str) -> str:
    return f'<zeebe:properties><zeebe:property name="differentFrom" value="{element}"/></zeebe:properties>'


def drive_to(drive: Drive, name: str) -> Driver:
    return drive(category("start > ask > check > end", inside={"ask": for_person(name), "check": for_person(name)}))


def complete(driver: Driver, element: str, by: Actor) -> None:
    with driver.factories.transaction() as session:
        tasks.complete(session, driver.task(element).id, answers={}, by=by)


def who(factories: Factories, user_id: int) -> absences.StandIn | None:
    with factories.transaction() as session:
        return absences.stand_in(session, user_id, now())


def test_a_new_task_of_somebody_who_is_away_goes_to_the_stand_in_and_history_says_for_whom(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann, bola = factories.user(name="Ann Reed"), factories.user(name="Bola Ojo")
    away(ann, bola)

    driver = drive_to(drive, "Ann Reed")

    task = driver.task("ask")
    assert (task.assignee_id, task.on_behalf_of_id) == (bola.id, ann.id)
    opened = driver.payloads("case_advanced")[0]["opened"][0]
    assert opened["on_behalf_of_id"] == ann.id
    assert opened["absent_until"] == (today() + timedelta(days=10)).isoformat()
    complete(driver, "ask", factories.actor(bola))
    assert driver.payloads("task_completed")[0]["on_behalf_of_id"] == ann.id


def test_a_task_that_was_open_already_is_done_by_the_stand_in_and_by_nobody_else(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann, bola, carl = (factories.user(name=name) for name in ("Ann Reed", "Bola Ojo", "Carl Hay"))
    driver = drive_to(drive, "Ann Reed")
    with pytest.raises(NotAllowed, match="neither yours nor your team's"):
        complete(driver, "ask", factories.actor(bola))
    away(ann, bola)

    with pytest.raises(NotAllowed):
        complete(driver, "ask", factories.actor(carl))
    complete(driver, "ask", factories.actor(bola))

    assert driver.payloads("task_completed")[0]["on_behalf_of_id"] == ann.id


@pytest.mark.parametrize("how", ["the last day has passed", "it was taken back", "it has not begun"])
def test_a_stand_in_may_do_nothing_once_the_absence_is_over_or_before_it_begins(
    factories: Factories, drive: Drive, away: Callable[..., int], how: str
) -> None:
    ann, bola = factories.user(name="Ann Reed"), factories.user(name="Bola Ojo")
    driver = drive_to(drive, "Ann Reed")
    absence = away(ann, bola, begins=5 if how == "it has not begun" else 0)
    if how == "it was taken back":
        with factories.transaction() as session:
            absences.end(session, absence, by=factories.actor(ann))

    with (
        frozen_at(now() + timedelta(days=11 if how == "the last day has passed" else 0)),
        pytest.raises(NotAllowed, match="neither yours nor your team's"),
    ):
        complete(driver, "ask", factories.actor(bola))


def test_the_last_day_of_an_absence_is_one_of_its_days_in_london(
    factories: Factories, away: Callable[..., int]
) -> None:
    from datetime import datetime

    from engine.instants import LONDON

    ann, bola = factories.user(), factories.user()
    with frozen_at(datetime(2026, 7, 1, 9, tzinfo=LONDON)):
        away(ann, bola, days=1)
    with frozen_at(datetime(2026, 7, 2, 23, 59, tzinfo=LONDON)):
        assert who(factories, ann.id) is not None
    with frozen_at(datetime(2026, 7, 3, 0, 1, tzinfo=LONDON)):  # 23:01 the day before in UTC
        assert who(factories, ann.id) is None


def test_a_stand_in_who_is_away_too_is_stood_in_for(factories: Factories, away: Callable[..., int]) -> None:
    ann, bola, carl = factories.user(), factories.user(), factories.user()
    away(ann, bola)
    away(bola, carl)

    found = who(factories, ann.id)

    assert found is not None
    assert (found.user_id, found.is_manager) == (carl.id, False)


def test_stand_ins_who_stand_in_for_each_other_leave_it_to_the_manager(
    factories: Factories, away: Callable[..., int]
) -> None:
    ann, bola = (factories.user(teams=("Repairs",)) for _ in range(2))
    manager = factories.user("team_manager", manages=("Repairs",))
    away(ann, bola)
    second = away(bola, ann)

    found = who(factories, ann.id)

    assert found is not None
    assert (found.user_id, found.is_manager) == (manager.id, True)
    with factories.transaction() as session:
        from models.staff import Absence

        assert absences.comes_round(session, session.get_one(Absence, second))


def test_without_a_stand_in_or_a_manager_the_task_stays_where_it_was(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann = factories.user(name="Ann Reed")
    away(ann)

    assert drive_to(drive, "Ann Reed").task("ask").assignee_id == ann.id


def test_duties_kept_apart_are_not_joined_by_standing_in(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann, bola = factories.user(name="Ann Reed"), factories.user(name="Bola Ojo")
    inside = {"ask": for_person("Bola Ojo"), "check": for_person("Ann Reed", kept_apart("ask"))}
    driver = drive(category("start > ask > check > end", inside=inside))
    away(ann, bola)
    complete(driver, "ask", factories.actor(bola))

    assert driver.task("check").assignee_id == ann.id  # Bola did what it checks, so it does not go to Bola
    with pytest.raises(NotAllowed, match="may not do this task"):
        complete(driver, "check", factories.actor(bola))

    complete(driver, "check", factories.actor(ann))


def test_a_stand_in_does_not_sign_a_second_time_for_whoever_signed_first(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann, bola = factories.user(name="Ann Reed"), factories.user(name="Bola Ojo")
    inside = {"ask": for_person("Ann Reed"), "check": for_person("Ann Reed", kept_apart("ask"))}
    driver = drive(category("start > ask > check > end", inside=inside))
    complete(driver, "ask", factories.actor(ann))
    away(ann, bola)

    with pytest.raises(NotAllowed, match="may not do this task"):
        complete(driver, "check", factories.actor(bola))

    assert driver.open() == ["check"]
    with factories.transaction() as session:  # a page and a program are told the same beforehand
        element = load(session, driver.case.version_id).elements["check"]
        told = {"holder": ann.id, "absent": None, "by": factories.actor(bola)}
        assert tasks.done_before(session, driver.case.id, element, **told) == "Ask"


def test_nobody_checks_by_a_stand_in_what_they_did_or_had_done_for_them(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann, bola = factories.user(name="Ann Reed"), factories.user(name="Bola Ojo")
    carl = factories.user("administrator", name="Carl Hay")
    inside = {"ask": for_person("Ann Reed"), "check": for_person("Carl Hay", kept_apart("ask"))}
    driver = drive(category("start > ask > check > end", inside=inside))
    away(ann, bola)
    complete(driver, "ask", factories.actor(bola))
    by, check = factories.actor(carl), driver.task("check").id
    with factories.transaction() as session, pytest.raises(NotAllowed):  # it was done on her behalf
        tasks.assign(session, check, to="Ann Reed", by=by)
    away(carl, ann)

    for person in (ann, bola):
        with pytest.raises(NotAllowed):
            complete(driver, "check", factories.actor(person))


def test_a_restricted_case_stays_with_its_owner_whoever_stands_in(
    factories: Factories, drive: Drive, away: Callable[..., int]
) -> None:
    ann, bola = factories.user(name="Ann Reed"), factories.user(name="Bola Ojo")
    driver = drive_to(drive, "Ann Reed")
    with factories.transaction() as session:
        session.execute(update(Case).values(restricted=True, owner_id=ann.id))
    away(ann, bola)

    with pytest.raises(NotFound, match="none that you may see"):
        complete(driver, "ask", factories.actor(bola))
    complete(driver, "ask", factories.actor(ann))

    assert driver.task("check").assignee_id == ann.id


def test_who_may_enter_an_absence_is_oneself_a_manager_or_an_administrator(
    factories: Factories, away: Callable[..., int]
) -> None:
    ann, bola = factories.user(teams=("Repairs",)), factories.user(teams=("Rents",))
    manager = factories.actor(factories.user("team_manager", manages=("Repairs",)))
    stranger = factories.actor(factories.user("team_manager", manages=("Rents",)))

    for by in (factories.actor(bola), stranger):
        with pytest.raises(NotAllowed, match="Ask their manager"):
            away(ann, bola, by=by)
    absence = away(ann, bola, by=manager)

    with factories.transaction() as session, pytest.raises(NotAllowed):
        absences.end(session, absence, by=stranger)


def test_what_is_wrong_with_an_absence_is_said_field_by_field(factories: Factories, away: Callable[..., int]) -> None:
    ann, auditor = factories.user(), factories.user("auditor")
    gone = factories.user()
    with factories.transaction() as session:
        session.execute(update(User).where(User.id == gone.id).values(is_active=False))
    away(ann, None, begins=20)

    faults = {
        "until": lambda: away(ann, None, begins=3, days=-1),
        "stand_in": lambda: away(ann, ann),
        "from": lambda: away(ann, None, begins=18),
    }
    for field, attempt in faults.items():
        with pytest.raises(Invalid) as caught:
            attempt()
        assert list(caught.value.errors) == [field]
    for nobody in (auditor, gone):
        with pytest.raises(Invalid, match="cannot be entered"):
            away(ann, nobody)
