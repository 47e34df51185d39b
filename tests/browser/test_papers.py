"""Redacted copies and bundles in a real browser: marked by mouse, by words and without scripts; put in order; ready."""

import pytest
from playwright.sync_api import Page, expect

from engine import filing
from engine.filing.places import Place
from engine.filing.receiving import receive
from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import PHONE
from tests.browser.test_communications import look
from tests.browser.test_officer import Landlord, landlord  # noqa: F401
from tests.integration.documents.test_redacting import written

pytestmark = pytest.mark.soak
REASON = "Somebody else's personal data"
LINES = ["Mr Brown rang on Monday.", "His neighbour complained of noise."]


@pytest.fixture
def visits(landlord: Landlord) -> list[int]:  # noqa: F811
    """Two PDFs on a complaint, drawn and read."""
    by = landlord.factories.actor(landlord.officer)
    case = landlord.factories.complaint(by=by, person=landlord.person)
    numbers = []
    for title in ("First visit", "Second visit"):
        received = receive(f"{title}.pdf", written([title, *LINES]))
        with landlord.factories.transaction() as session:
            numbers.append(filing.file(session, received, Place(case.id), title=title, by=by))
    landlord.factories.run_jobs()
    return numbers


def test_a_box_is_drawn_with_the_mouse_and_words_are_found_by_keyboard(
    open_page,
    landlord: Landlord,  # noqa: F811
    visits: list[int],
) -> None:
    page: Page = open_page()
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/documents/{visits[0]}/redaction")
    page.get_by_label("Words or phrases, one a line").fill("Monday")
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Look for them").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Page 1: “Monday”")).to_be_checked()
    sheet = page.get_by_alt_text("Page 1 of 1")
    sheet.evaluate("image => image.scrollIntoView({block: 'start', behavior: 'instant'})")
    place = sheet.bounding_box()
    assert place is not None
    left, top = place["x"] + 100, max(place["y"], 0) + 160  # below the head of the site
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 200, top + 60, steps=5)
    page.mouse.up()

    expect(page.locator("input[name=mark]")).to_have_count(2)
    assert not faults_everywhere(page)
    look(page, "redaction")
    page.get_by_role("button", name="Make the redacted copy").click()
    expect(page.get_by_text("The redacted copy is made.")).to_be_visible()
    assert not faults_everywhere(page)


def test_words_are_struck_out_on_a_phone_without_scripts(open_page, landlord: Landlord, visits: list[int]) -> None:  # noqa: F811
    page: Page = open_page(viewport=PHONE, java_script_enabled=False)
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/documents/{visits[0]}/redaction")
    page.get_by_label("Words or phrases, one a line").fill("Brown\nnobody")
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Look for them").click()
    expect(page.get_by_text("Not found: nobody")).to_be_visible()
    look(page, "redaction-phone")
    page.get_by_role("button", name="Make the redacted copy").click()

    expect(page.get_by_text("The redacted copy is made.")).to_be_visible()


def test_a_bundle_is_put_in_order_by_its_buttons_and_opened_when_it_is_ready(
    open_page,
    landlord: Landlord,  # noqa: F811
    visits: list[int],
) -> None:
    page: Page = open_page()
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/cases/CMP-000001/documents")
    page.get_by_role("link", name="Make a bundle").or_(page.get_by_role("button", name="Make a bundle")).first.click()
    page.get_by_role("checkbox", name="All of them").check()
    page.get_by_role("button", name="Move Second visit up").click()
    assert not faults_everywhere(page)
    look(page, "bundle-make")
    page.get_by_role("button", name="Make the bundle", exact=True).last.click()
    expect(page.get_by_text("It is being made")).to_be_visible()
    assert not faults_everywhere(page)
    landlord.factories.run_long_jobs()
    page.reload()

    expect(page.get_by_text("It is ready")).to_be_visible()
    assert not faults_everywhere(page)
    look(page, "bundle-ready")
