"""The form with every kind of field, in a real browser: wide and narrow, with and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import faults
from tests.environment.serving import served
from tests.integration.forms.app import make_app
from webapp.assets import BUILD

pytestmark = pytest.mark.skipif(not (BUILD / "manifest.json").exists(), reason="no bundles here: make bundles")


@pytest.fixture(scope="module")
def site() -> Iterator[Any]:
    app = make_app(with_bundles=True)
    with served(app) as address:
        app.address = f"{address}/"
        yield app


@pytest.fixture
def opened(open_page, site) -> Any:
    """Open the form by `opened(width=…, scripts=…)`."""

    def make(*, width: int = 1280, scripts: bool = True) -> Page:
        site.completed.clear()
        page = open_page(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        page.goto(site.address)
        if scripts:
            page.wait_for_selector("[data-form-live]")
        return page

    return make


def is_wider_than_the_screen(page: Page) -> bool:
    return page.locator("html").bounding_box()["width"] > page.viewport_size["width"] or any(
        (box := part.bounding_box()) and box["x"] + box["width"] > page.viewport_size["width"] + 1
        for part in page.locator(".cw-form__part").all()
    )


@pytest.mark.parametrize("width", [1280, 360])
def test_the_form_and_its_errors_are_accessible_and_fit_the_screen(opened, site, width):
    page = opened(width=width)

    for _ in range(2):
        assert faults(page) == []
        assert not is_wider_than_the_screen(page)
        page.get_by_role("button", name="Complete the task").click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_task_is_answered_without_javascript(opened, site, width):
    page = opened(width=width, scripts=False)

    page.get_by_label("Somebody acts for the resident").check()
    page.get_by_role("button", name="after answering “Somebody acts for the resident”").click()
    page.get_by_label("Name of the representative").fill("Al")
    page.get_by_role("button", name="Add another").click()
    page.locator("[name=works-1-job]").fill("Door")
    page.locator("[name=works-0-job]").fill("Roof")
    page.get_by_role("button", name="Remove Job 1 of Works promised").click()
    expect(page.locator("[name=works-0-job]")).to_have_value("Door")
    assert not is_wider_than_the_screen(page)
    fill_the_rest(page)

    page.locator("[name=title]").press("Enter")  # must complete, not remove a row

    expect(page.get_by_text("Done")).to_be_visible()
    [answers] = site.completed
    assert (answers["representative"], answers["works"]) == ("Al", [{"job": "Door", "cost": None, "why": None}])


def fill_the_rest(page: Page) -> None:
    page.get_by_label("Title of the complaint").fill("Damp")
    page.get_by_label("What happened").fill("Mould\n  on the wall")
    for part, value in (("Day", "3"), ("Month", "December"), ("Year", "2026")):
        page.get_by_role("group", name="Date received").get_by_label(part).fill(value)
    page.get_by_label("Upheld", exact=True).check()
    page.get_by_label("First line").fill("1 High Street")
    page.get_by_label("Postcode").fill("LS1 1AA")


def test_a_condition_shows_its_field_at_once_and_keeps_what_was_typed(opened, site):
    page = opened()
    page.get_by_label("Notes").fill("typed\n  before")
    page.locator("[name=award]").fill("nonsense")

    page.get_by_label("Somebody acts for the resident").check()
    page.get_by_label("Name of the representative").fill("Al")

    expect(page.get_by_label("Somebody acts for the resident")).to_be_checked()
    expect(page.get_by_label("Notes")).to_have_value("typed\n  before")
    expect(page.locator("[name=award]")).to_have_value("nonsense")
    expect(page.locator("[data-form-status]")).to_have_text("The questions have changed.")
    page.get_by_label("Somebody acts for the resident").uncheck()
    expect(page.get_by_label("Name of the representative")).to_have_count(0)
    page.get_by_label("Somebody acts for the resident").check()
    expect(page.get_by_label("Name of the representative")).to_have_value("Al")


def test_the_focus_stays_where_it_was_when_the_form_changes(opened, site):
    page = opened()
    page.locator("[name=works-0-cost]").fill("150")

    page.locator("[name=works-0-cost]").press("Tab")  # leaving it asks the server
    page.wait_for_selector("[name=works-0-why]")
    focused = page.evaluate("document.activeElement.tagName")

    assert focused == "BUTTON"  # where Tab went


def test_what_is_pressed_while_the_questions_change_is_still_ticked(opened, site):
    page, asked = opened(), []
    notes, box = page.get_by_label("Notes"), page.get_by_label("Upheld", exact=True)
    notes.evaluate("part => (window.noted = part)")
    page.route("**", lambda route: asked.append(route))  # the server takes its time
    page.get_by_label("Somebody acts for the resident").check()
    box.hover()
    page.mouse.down()
    while not asked:
        page.wait_for_timeout(10)
    with page.expect_response("**") as answered:
        asked[0].continue_()
    answered.value.finished()
    page.wait_for_timeout(100)  # for the page to take in the answer

    page.mouse.up()

    expect(box).to_be_checked()
    expect(page.get_by_label("Name of the representative")).to_be_visible()
    assert notes.evaluate("part => part === window.noted && part.isConnected")


def test_rows_come_and_go_in_place(opened, site):
    page = opened()
    page.get_by_label("Job", exact=True).fill("Roof")

    page.get_by_role("button", name="Add another").click()
    expect(page.locator("[name=works-1-job]")).to_be_focused()
    page.keyboard.type("Door")
    page.get_by_role("button", name="Remove Job 1").click()

    expect(page.locator("[name=works-1-job]")).to_have_count(0)
    expect(page.locator("[name=works-0-job]")).to_have_value("Door")
    assert page.url == site.address


def test_a_chosen_file_survives_a_change_of_the_questions(opened, site):
    page = opened()
    page.get_by_label("Photographs").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"x"})

    page.get_by_label("Somebody acts for the resident").check()
    page.wait_for_selector("[name=representative]")

    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1


def test_a_long_list_is_filtered_and_what_is_chosen_shown_as_tags(opened, site):
    page = opened()
    themes = page.locator("[data-tags]")

    themes.get_by_label("Filter: Themes").fill("damp")
    expect(themes.locator(".govuk-checkboxes__item:visible")).to_have_count(1)
    themes.get_by_label("Damp", exact=True).check()
    expect(themes.locator(".cw-tags__tag")).to_contain_text(["Damp"])
    themes.get_by_role("button", name="Remove Damp").click()

    expect(themes.get_by_label("Damp", exact=True)).not_to_be_checked()


def test_a_select_is_searched_by_keyboard(opened, site):
    page = opened()

    page.get_by_role("combobox", name="Patch").fill("patch 17")
    page.keyboard.press("Enter")

    assert page.evaluate("new FormData(document.querySelector('form[data-form]')).get('patch')") == "p17"


def test_a_table_is_sorted_and_paged(opened, site):
    page = opened()
    table = page.locator("[data-sort-table]")

    expect(table.locator("tbody tr")).to_have_count(3)
    table.get_by_role("button", name="Opened").click()
    table.get_by_role("button", name="Opened").click()

    expect(table.locator("tbody td").first).to_have_text("C-0008")
    expect(table.get_by_role("columnheader", name="Opened")).to_have_attribute("aria-sort", "descending")
    table.get_by_role("button", name="Next").click()
    expect(table.get_by_text("4 to 6 of 8")).to_be_visible()


def test_without_an_answer_from_the_server_the_update_button_comes_back(browser: Browser, site: Any) -> None:
    page = browser.new_page()
    page.goto(site.address)
    button = page.get_by_role("button", name="after answering “Somebody acts for the resident”")
    expect(button).to_be_hidden()

    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_label("Somebody acts for the resident").check()

    expect(button).to_be_visible()
    expect(page.locator("[data-form-status]")).to_contain_text("could not be brought up to date")
    page.close()
