"""Reminders and notices that a diagram draws: whoever is away hears of them with their stand-in."""

from datetime import timedelta

import pytest

from engine import absences
from engine.instants import frozen_at
from models.case import Case
from models.staff import Absence
from tests.diagrams import service, timer
from tests.environment.databases import on_sqlite_alone
from tests.integration.reminding.conftest import OPENED, TEAM, Office, files, moment

AT = "2026-12-04T15:00:00Z"


def drawn(to: str, *, holder: str = "") -> dict[str, bytes]:
    """Return a category whose task `ask` is reminded of by its own diagram."""
    return files(
        "reminders = false\n",
        due=AT,
        to=holder,
        flows="start > ask > end ; remind:service > end_reminded",
        inside={"remind": service("notify", to=to, message="It is due", kind="reminder")},
        boundary=timer("soon", on="ask", to="remind", date=AT, interrupts=False),
    )


def away(office: Office, user_id: int | None, stand_in_id: int) -> None:
    """Let somebody be away, with a stand-in."""
    days = {"from_on": OPENED.date() + timedelta(days=1), "until_on": OPENED.date() + timedelta(days=30)}
    with office.factories.transaction() as session:
        session.add(
            Absence(user_id=user_id, stand_in_id=stand_in_id, entered_by_id=stand_in_id, entered_at=OPENED, **days)
        )
    absences.forget()


def give(office: Office) -> None:
    """Let the timer fire."""
    with frozen_at(moment("2026-12-04T15:00")):
        office.driver.sweep()


@pytest.mark.parametrize("to", ["owner", "assignee"])
def test_who_is_away_hears_of_a_drawn_reminder_with_the_stand_in(office: Office, to: str) -> None:
    sue = office.member("Sue Standin")
    driver = office.open(drawn(to))
    away(office, driver.by.user_id, sue.id)

    give(office)

    assert sorted(office.told()) == sorted([("Sue Standin", "reminder"), (driver.by.name, "reminder")])
    assert {"name": "Sue Standin", "way": "at once", "instead_of": driver.by.name} in office.events()[0]["told"]


@on_sqlite_alone
def test_a_team_hears_of_it_once_whoever_of_it_is_away(office: Office) -> None:
    ann, sue = office.member("Ann Officer"), office.member("Sue Standin")
    office.open(drawn("assignee", holder=f'candidateGroups="{TEAM}"'))
    away(office, ann.id, sue.id)

    give(office)

    assert office.told() == [("Ann Officer", "reminder"), ("Sue Standin", "reminder")]


@on_sqlite_alone
def test_of_a_restricted_case_no_stand_in_hears_who_may_not_know_of_it(office: Office) -> None:
    sue = office.member("Sue Standin")
    driver = office.open(drawn("owner"))
    away(office, driver.by.user_id, sue.id)
    with office.factories.transaction() as session:
        session.get_one(Case, driver.started.id).restricted = True

    give(office)

    assert office.told() == [(driver.by.name, "reminder")]
