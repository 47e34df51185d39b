"""The studio's page that moves running cases: what it shows, what it does, and whom it turns away."""

import pytest
from sqlalchemy import select

from engine import cases
from engine.permissions import PLATFORM
from models.case import Case
from models.category import CategoryVersion
from models.work import Incident
from tests.diagrams import category, service
from tests.factories import Factories
from tests.pages import PageClient

PAGE = "/studio/sample/migration"
REASON = {"reason": "The procedure has changed."}


def start(factories: Factories) -> str:
    with factories.transaction() as session:
        return cases.start(session, "sample", fields={}, by=PLATFORM).reference


def versions(factories: Factories) -> list[int]:
    with factories.transaction() as session:
        statement = select(CategoryVersion.number).join(Case, Case.version_id == CategoryVersion.id)
        return list(session.scalars(statement.order_by(Case.id)))


@pytest.fixture
def references(factories: Factories) -> list[str]:
    """Two cases on version 1 of a category whose version 2 calls the task another name."""
    factories.deploy(category("start > ask > then > end"))
    started = [start(factories) for _ in range(2)]
    factories.deploy(category("start > question > then > end"))
    return started


@pytest.fixture
def analyst(factories: Factories) -> PageClient:
    return factories.client("analyst")


def test_an_analyst_looks_maps_ticks_and_moves(
    factories: Factories, analyst: PageClient, references: list[str]
) -> None:
    looked = analyst.page(PAGE)
    assert "0 of 2 cases can move to version 2." in looked.main
    assert "“Ask” is not in version 2." in looked.main
    assert 'name="map.ask"' in looked.text

    mapped = analyst.page(f"{PAGE}?to=2&from=1&map.ask=question")
    assert "All 2 cases can move to version 2." in mapped.main
    sent = {"to": "2", "from": "1", "map.ask": "question", "case": references[:1]}
    assert "Enter why the cases are moved" in analyst.submit(PAGE, sent, status=422).text
    moved = analyst.follow(analyst.submit(PAGE, {**sent, **REASON}))

    assert "1 of 1 moved." in moved.main
    assert references[0] in moved.main
    assert versions(factories) == [2, 1]
    assert "To version 2" in analyst.page(PAGE).text


def test_nothing_ticked_and_a_mapping_that_cannot_be_are_told(analyst: PageClient, references: list[str]) -> None:
    sent = {"to": "2", "from": "1", "map.ask": "question", **REASON}
    nothing = analyst.submit(PAGE, sent, status=422)
    wrong = analyst.get(f"{PAGE}?map.ask=nowhere")

    assert "Tick the cases" in nothing.text
    assert "Version 2 has no element “nowhere”" in wrong.text


def test_who_may_not_move_cases_sees_nothing_of_it(factories: Factories, references: list[str]) -> None:
    officer = factories.client("officer")

    assert officer.get(PAGE).status_code == 403
    officer.submit(PAGE, REASON, status=403)
    assert officer.get(f"/cases/{references[0]}/migration").status_code == 403
    officer.submit(f"/cases/{references[0]}/migration", REASON, status=403)


def test_an_incident_is_cured_from_the_page_of_its_case(factories: Factories) -> None:
    administrator = factories.client("administrator")
    broken = {"write": service("record_note", text="=nothing.at.all + 1")}
    factories.deploy(category("start > write:service > ask > end", inside=broken))
    reference = start(factories)
    fine = {"write": service("record_note", text="Done")}
    factories.deploy(category("start > write:service > ask > end", inside=fine))
    address = f"/cases/{reference}/migration"

    assert f'href="{address}"' in administrator.page(f"/cases/{reference}").text
    assert "Move to version 2" in administrator.page(address).main
    administrator.submit(address, {"to": "2", "reason": " "}, status=422)
    moved = administrator.follow(administrator.submit(address, {"to": "2", **REASON}))

    assert "The case was moved." in moved.text
    assert "moved from version 1 of its diagram to version 2" in administrator.page(f"/cases/{reference}/timeline").main
    with factories.transaction() as session:
        assert [found.resolved_at is None for found in session.scalars(select(Incident))] == [False]
    administrator.submit(address, {"to": "2", **REASON}, status=409)


def test_a_case_that_cannot_move_says_why_and_offers_what_may_take_the_place(
    factories: Factories, analyst: PageClient, references: list[str]
) -> None:
    address = f"/cases/{references[0]}/migration"

    page = analyst.page(address)
    assert "“Ask” is not in version 2." in page.main
    assert "Move to version 2" not in page.main
    assert "Move to version 2" in analyst.page(f"{address}?to=2&map.ask=question").main
    analyst.submit(address, {"to": "2", "map.ask": "question", **REASON})
    assert versions(factories) == [2, 1]
