"""The search box of every page: with keys alone, for readers of screens, on a phone, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults, faults_everywhere
from tests.browser.test_officer import Landlord, landlord

__all__ = ["landlord"]


def test_answers_come_while_somebody_types_and_are_opened_by_keys_alone(landlord: Landlord, page: Page) -> None:
    landlord.sign_in(page)

    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search people, homes, cases, documents and notes")
    expect(box).to_be_focused()
    page.keyboard.type("okafro")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Okafor")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".cw-search [role=status]")).to_contain_text("answer")
    assert faults(page) == []

    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")

    page.keyboard.press("/")
    page.keyboard.type("okafor")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=okafor")
    assert faults_everywhere(page) == []


@pytest.mark.soak
def test_an_answer_that_nobody_waits_for_any_more_is_given_up(landlord: Landlord, page: Page) -> None:
    landlord.sign_in(page)
    page.route("**/search/suggestions?q=he", lambda route: None)  # never answered

    page.keyboard.press("/")
    with page.expect_request("**/search/suggestions?q=he"):
        page.keyboard.type("he")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("q=he")):
        page.keyboard.type("ron walk")

    expect(page.get_by_role("option").first).to_contain_text("Heron Walk")


def test_on_a_phone_the_answers_fit_and_lead_on_by_touch(landlord: Landlord, phone: Page) -> None:
    landlord.sign_in(phone)

    phone.locator("[data-search]").tap()
    phone.keyboard.type("okaf")
    answer = phone.get_by_role("option").first
    expect(answer).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    box = answer.bounding_box()
    assert box is not None and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 360
    answer.tap()

    phone.wait_for_url("**/people/*")


@pytest.mark.soak
def test_without_javascript_the_box_is_a_form(landlord: Landlord, page_without_script: Page) -> None:
    page = page_without_script
    landlord.sign_in(page)

    page.locator("[data-search]").fill("okafor")
    page.locator("[data-search]").press("Enter")

    expect(page.get_by_role("link", name="Mrs Ada Okafor").first).to_be_visible()
