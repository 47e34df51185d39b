"""Deadlines in a real browser: why a date is that date, a pause, and all that are overdue; wide and on a phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import cases
from engine.clocks import running
from engine.instants import today
from models.work import Clock
from tests.browser.accessibility import faults_everywhere
from tests.browser.test_officer import PASSWORD, Landlord
from tests.diagrams import category, due
from tests.environment.serving import served
from tests.factories import Factories, forget
from tests.integration.engine.test_clock_changes import ANSWER_BY, RULES
from tests.integration.engine.test_clocks import FORM


@pytest.fixture
def landlord(sqlite_url: str, tmp_path: Path) -> Iterator[Landlord]:
    """A site with a case that is to be answered in time, and one that is late."""
    forget()
    factories = Factories(sqlite_url, tmp_path)
    manager = factories.user("team_manager", name="Priya Shah", teams=("Managers",), password=PASSWORD)
    by = factories.actor(manager)
    person = factories.person()
    files = {"rules.toml": RULES, "dates.form": FORM}
    factories.deploy(category("start > ask > end", inside={"ask": due(ANSWER_BY)}, files=files))
    with factories.transaction() as session:
        for days in (3, 40):
            received_on = (today() - timedelta(days=days)).isoformat()
            started = cases.start(session, "sample", fields={"received_on": received_on}, by=by)
            [clock] = session.query(Clock).where(Clock.case_id == started.id)
            running.extend(session, started.id, clock.id, amount=3, reason="It is complex", by=by)
    with served(factories.app) as address:
        yield Landlord(address, factories, manager, person)
    factories.close()
    forget()


def test_a_manager_reads_why_and_pauses_a_deadline(landlord: Landlord, page: Page, phone: Page) -> None:
    for each in (page, phone):
        landlord.sign_in(each)
        each.goto(f"{landlord.address}/cases/SAMPLE-000001/deadlines")
        expect(each.get_by_text("It was extended by 3 working days")).to_be_visible()
        assert faults_everywhere(each) == []
        each.goto(f"{landlord.address}/deadlines")
        expect(each.get_by_role("rowheader", name="Answer")).to_be_visible()
        assert faults_everywhere(each) == []

    page.goto(f"{landlord.address}/cases/SAMPLE-000001/deadlines")
    page.get_by_role("link", name="Pause Answer").click()
    assert faults_everywhere(page) == []
    page.get_by_label("We asked what is meant").check()
    page.get_by_role("button", name="Pause").click()

    expect(page.get_by_text("No date until it runs again")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
