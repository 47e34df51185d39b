"""The pages of rights in a real browser: roles, the circle of a case, breaking the glass, who read what."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import cases, restricting, roles
from models.people import Organisation
from tests.browser.accessibility import faults_everywhere
from tests.browser.test_officer import PASSWORD, Landlord
from tests.diagrams import category
from tests.environment.serving import served
from tests.factories import Factories, forget


@pytest.fixture
def landlord(sqlite_url: str, tmp_path: Path) -> Iterator[Landlord]:
    """A site with a restricted case of somebody who may do everything, and one that is not restricted."""
    forget()
    factories = Factories(sqlite_url, tmp_path)
    everything = ("officer", "team_manager", "auditor", "administrator")
    owner = factories.user(*everything, name="Priya Shah", password=PASSWORD)
    factories.user("officer", name="Tom Ridley")
    by, person = factories.actor(owner), factories.person()
    factories.deploy(category("start > ask > end"))
    with factories.transaction() as session:
        roles.settle(session)
        session.add(Organisation(reference="ORG1", kind="contractor", name="Sound Roofs"))
        first, _ = (cases.start(session, "sample", by=by) for _ in range(2))
        restricting.restrict(session, first.id, reason="She fled", members=["Tom Ridley"], by=by)
    with served(factories.app) as address:
        yield Landlord(address, factories, owner, person)
    factories.close()
    forget()


PAGES = (
    "/admin/roles",
    "/admin/roles/officer",
    "/admin/changes",
    "/cases/SAMPLE-000001/circle",
    "/cases/SAMPLE-000002/circle",
    "/cases/SAMPLE-000002/partners",
    "/break-glass",
    "/audit/readings",
)


@pytest.mark.soak
def test_each_page_of_rights_is_for_everybody_wide_and_on_a_phone(landlord: Landlord, page: Page) -> None:
    landlord.sign_in(page)

    found = {}
    for address in PAGES:
        page.goto(f"{landlord.address}{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found[address] = faults_everywhere(page)

    assert {address: faults for address, faults in found.items() if faults} == {}
