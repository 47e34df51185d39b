"""A writer writes e-mails and text messages in a real browser: sees faults while typing, mends, tries, publishes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults_everywhere
from tests.browser.test_studio import sign_in
from tests.browser.test_templates import house, site, start
from tests.factories import Factories

__all__ = ["house", "site"]


def looks(page: Page) -> object:
    """Return the e-mail as the page shows it."""
    return page.frame_locator("iframe[title='The e-mail, as it looks']").locator("body")


def test_an_e_mail_is_written_mended_tried_and_published_by_clicking(site: str, house: Factories, page: Page) -> None:
    reference = start(house)
    sign_in(page, site, "/studio/templates/new?kind=email")
    page.get_by_label("Title").fill("Repair booked")
    page.get_by_role("button", name="Save it").click()

    # A fault is named while it is typed, with its line, and what could be shown stays.
    text = page.get_by_label("Text", exact=True)
    text.fill("Dear {{ person.ful_name }}\n\nWe come on **Friday**.")
    expect(page.get_by_text('Did you mean "person.full_name"?')).to_be_visible()
    expect(looks(page)).to_contain_text("Dear [person.ful_name is missing]")
    text.fill("Dear {{ person.ful_name")
    expect(page.get_by_text("is not closed with")).to_be_visible()
    expect(looks(page)).to_contain_text("We come on Friday.")
    assert faults_everywhere(page, by_night=True) == []

    # A click on the fault leads to its line; the field is found and inserted where the cursor is.
    text.fill("Good day\n\nDear {{ person.ful_name }}\n\nWe come on **Friday**.")
    page.get_by_role("link", name="Line 3 of the text").click()
    assert text.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "Dear {{ person.ful_name }}"
    page.keyboard.type("Dear ")
    page.get_by_label("Find a field").fill("full name")
    page.get_by_role("button", name=re.compile("^Insert Full name, with title")).first.click()
    expect(text).to_have_value("Good day\n\nDear {{ person.full_name }}\n\nWe come on **Friday**.")
    expect(page.locator("#message-faults").get_by_text("No faults")).to_be_visible()
    expect(looks(page)).to_contain_text("Dear Ann Sample")
    expect(looks(page).locator("strong")).to_have_text("Friday")
    frame = page.locator("iframe[data-fit]")
    assert frame.evaluate("e => e.contentDocument.documentElement.scrollHeight <= e.clientHeight")

    # It is saved, tried with a case, and published.
    page.get_by_label("What is new in it").fill("Names the person")
    page.get_by_role("button", name="Save version 2").click()
    expect(page.get_by_text("Version 2 is saved.")).to_be_visible()
    assert faults_everywhere(page) == []
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Try it").click()
    expect(looks(page)).to_contain_text("Dear Mrs Ada Okafor")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Repair booked").click()
    page.get_by_role("link", name="Publish version 2 …", exact=True).first.click()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 is in force.")).to_be_visible()


@pytest.mark.soak
def test_a_text_message_is_counted_while_it_is_typed(site: str, page: Page) -> None:
    sign_in(page, site, "/studio/sample/letters")
    page.get_by_role("radio", name="Text message").check()
    page.get_by_label("Title").fill("We are late")
    page.get_by_role("button", name="Begin").click()

    text = page.get_by_label("Text", exact=True)
    text.fill("a" * 160)
    expect(page.get_by_text("One part: 160 places are taken in GSM-7.")).to_be_visible()
    text.press_sequentially("ş")
    expect(page.get_by_text("3 parts, each paid for: 161 places are taken in UCS-2, 40 more fit in")).to_be_visible()
    expect(page.locator("mark")).to_have_text("ş")
    assert faults_everywhere(page) == []
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Try it").click(no_wait_after=True)  # leaving asks first
    expect(text).to_have_value("a" * 160 + "ş")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("We are late is saved as a draft.")).to_be_visible()


@pytest.mark.soak
def test_messages_are_written_without_script(site: str, page_without_script: Page) -> None:
    page = page_without_script
    sign_in(page, site, "/studio/sample/letters")
    page.get_by_label("Title").fill("Repair booked")
    page.get_by_role("button", name="Begin").click()

    page.get_by_label("Text", exact=True).fill("Dear {{ person.ful_name }}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Did you mean “person.full_name”?")).to_be_visible()
    page.get_by_label("Text", exact=True).fill("Dear {{ person.full_name }}")
    page.get_by_role("button", name="Save as a draft").click()
    expect(looks(page)).to_contain_text("Dear Ann Sample")

    page.get_by_label("Find a field").fill("postcode")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Find", exact=True).click()
    expect(opened.value.get_by_text("{{ person.address.postcode }}")).to_be_visible()
    expect(opened.value.get_by_role("button", name="Insert")).to_have_count(0)
    opened.value.close()
