"""Fields in a browser: an analyst adds one and sees it, an officer fills in a section; on a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import cases
from engine.field_catalogue import csv_files
from engine.permissions import PLATFORM
from tests.browser.accessibility import faults_everywhere
from tests.browser.test_studio import PASSWORD, sign_in
from tests.diagrams import category
from tests.environment.serving import served
from tests.factories import Factories, forget
from tests.integration.fields.test_case_fields import FIELDS, OWNER


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[Factories]:
    forget()
    made = Factories(sqlite_url, tmp_path)
    made.deploy(category("start > ask > end"))
    with made.transaction() as session:
        csv_files.carry_out(session, OWNER, FIELDS.encode(), by=PLATFORM)
        csv_files.carry_out(session, "person", b"key,type,label,section\npets,yes_no,Pets,Home life\n", by=PLATFORM)
    made.user("analyst", "team_manager", name="Ann Analyst", password=PASSWORD)
    yield made
    made.close()
    forget()


@pytest.fixture
def site(house: Factories) -> Iterator[str]:
    with served(house.app) as address:
        yield address


@pytest.mark.soak
def test_an_analyst_adds_a_field_and_an_officer_fills_it_in(site: str, house: Factories, page: Page) -> None:
    person = house.person()
    with house.transaction() as session:
        case = cases.start(session, "sample", subjects=[cases.Subject("person", person.id)], by=PLATFORM)
    sign_in(page, site, f"/admin/fields/{OWNER}")
    assert faults_everywhere(page) == []
    page.get_by_role("link", name="Add a field").click()
    page.get_by_label("Label", exact=True).fill("How many windows?")
    page.get_by_label("Key", exact=True).fill("windows")
    page.get_by_label("Type", exact=True).select_option("number")
    page.get_by_label("Section", exact=True).fill("Damp")
    page.get_by_role("button", name="Show what it looks like").click()
    expect(page.locator("#f-windows")).to_be_visible()
    assert faults_everywhere(page) == []
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("“How many windows?” is a field now.")).to_be_visible()

    page.goto(f"{site}/cases/{case.reference}/fields")
    assert faults_everywhere(page) == []
    page.get_by_role("link", name="Damp").click()
    page.get_by_role("link", name="Fill in or change").click()
    expect(page.get_by_text("How bad is it?")).not_to_be_visible()
    page.get_by_label("Yes", exact=True).first.check()
    expect(page.get_by_text("How bad is it?")).to_be_visible()
    page.get_by_label("Much").check()
    page.get_by_label("How many windows?").fill("4")
    assert faults_everywhere(page) == []
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("The fields are saved.")).to_be_visible()

    for address in (
        "/admin/fields",
        f"/admin/fields/{OWNER}/import",
        f"/admin/fields/{OWNER}/order",
        f"/admin/fields/{OWNER}/history",
        "/cases/by-field?category=sample&field=mould&way=is&value=yes",
        f"/record/person/{person.id}/fields/home-life",
    ):
        page.goto(f"{site}{address}")
        assert faults_everywhere(page) == [], address
