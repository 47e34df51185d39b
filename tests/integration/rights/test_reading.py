"""The read log: whoever reads a restricted case or a sensitive person leaves a line that nobody takes out."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from models.people import Person
from models.rights import StaffChange
from models.work import ReadLog, UserTask
from tests.factories import Factories
from tests.integration.rights.test_circle import House


@pytest.fixture
def house(factories: Factories) -> House:
    house = House(factories)
    house.restrict("Ben")
    return house


def lines(factories: Factories) -> list[tuple[str, str]]:
    """Return (kind of record, what was read) of all of the log."""
    with factories.transaction() as session:
        return [tuple(row) for row in session.execute(select(ReadLog.entity_type, ReadLog.what).order_by(ReadLog.id))]


def test_each_reading_of_a_restricted_case_is_written_down_with_what_was_read(house: House) -> None:
    ben, case = house.client("Ben"), house.case.reference
    with house.factories.transaction() as session:
        task = session.scalars(select(UserTask.id)).one()
    program, headers = house.factories.browser(), house.factories.bearer(house.people["Ben"])

    pages = [f"/cases/{case}", f"/cases/{case}/notes", f"/tasks/{task}"]
    operations = [f"/api/v1/cases/{case}", f"/api/v1/tasks/{task}", f"/api/v1/cases/{case}/events"]
    for page in pages:
        assert ben.get(page).status_code == 200
    for operation in operations:
        assert program.get(operation, headers=headers).status_code == 200

    assert lines(house.factories) == [("case", what) for what in (*pages, *operations)]


def test_who_may_not_see_it_leaves_no_line_nor_does_who_reads_what_is_not_restricted(house: House) -> None:
    from engine import restricting

    assert house.client("Mia").get(f"/cases/{house.case.reference}").status_code == 404
    assert lines(house.factories) == []

    ann = house.actor("Ann")
    with house.factories.transaction() as session:
        restricting.lift(session, house.case.id, reason="She is safe.", by=ann)
    house.client("Mia").page(f"/cases/{house.case.reference}")
    assert lines(house.factories) == []


def test_a_sensitive_person_is_read_with_a_trace(factories: Factories) -> None:
    plain, sensitive = factories.person(), factories.person()
    with factories.transaction() as session:
        session.execute(update(Person).where(Person.id == sensitive.id).values(is_sensitive=True))
    officer = factories.client("officer")
    headers = factories.bearer(officer.user)

    for person in (plain, sensitive):
        officer.page(f"/people/{person.id}")
        factories.browser().get(f"/api/v1/people/{person.id}", headers=headers)

    found = [("person", f"/people/{sensitive.id}"), ("person", f"/api/v1/people/{sensitive.id}")]
    assert lines(factories) == found


def test_the_auditor_sees_who_read_but_not_what_is_hidden_from_the_auditor(house: House) -> None:
    house.client("Ben").page(f"/cases/{house.case.reference}")

    page = house.factories.client("auditor").page("/audit/readings").main

    assert "Ben" in page and "A restricted case" in page
    assert house.case.reference not in page
    assert house.client("Ben").get("/audit/readings").status_code == 403
    assert f"/cases/{house.case.reference}" in house.client("Ann").page(f"/cases/{house.case.reference}/circle").main


@pytest.mark.parametrize("model", [ReadLog, StaffChange])
@pytest.mark.parametrize("attack", ["change", "delete"])
def test_neither_log_can_be_rewritten(house: House, model: Any, attack: str) -> None:
    house.client("Ben").page(f"/cases/{house.case.reference}")
    values = {"what": "/cases"} if model is ReadLog else {"by_name": "Nobody"}

    statement = update(model).values(**values) if attack == "change" else delete(model)
    with pytest.raises(DBAPIError, match="append-only"), house.factories.transaction() as session:
        session.execute(statement)
