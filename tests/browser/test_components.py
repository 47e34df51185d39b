"""The components and the layout, on a desk's screen and on a phone, by day and by night."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.specimens import create_app
from tests.environment.serving import served


class Site(NamedTuple):
    address: str
    sent: list[tuple[str, dict[str, str]]]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    app = create_app()
    with served(app) as address:
        yield Site(address, app.config["SENT"])


@pytest.mark.parametrize("name", ["", "case", "form"])
def test_axe_finds_no_fault_by_day_or_night(name: str, page: Page, site: Site) -> None:
    page.goto(f"{site.address}/{name}")

    assert faults_everywhere(page, by_night=True) == []


@pytest.mark.parametrize("name", ["", "case", "form", "studio"])
def test_nothing_is_wider_than_a_phone(name: str, phone: Page, site: Site) -> None:
    phone.goto(f"{site.address}/{name}")

    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("name", ["", "case", "form"])
def test_a_page_doubled_in_size_still_fits(name: str, open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(viewport={"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2})
    page.goto(f"{site.address}/{name}")

    assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"] // 2


def test_the_next_action_of_a_form_is_within_the_thumbs_reach(phone: Page, site: Site) -> None:
    phone.goto(f"{site.address}/form")

    box = phone.get_by_role("button", name="Complete the task").bounding_box()

    assert box and box["y"] + box["height"] <= PHONE["height"]
    assert box["height"] >= 44


def test_pages_say_everything_without_javascript(page_without_script: Page, site: Site) -> None:
    page_without_script.goto(f"{site.address}/case")

    expect(page_without_script.get_by_text("Here: stage 1 investigation.")).to_be_visible()
    expect(page_without_script.get_by_text("Large print; call after 2pm")).to_be_visible()


def test_one_key_reaches_the_search_and_others_walk_the_list(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Acknowledge the complaint", exact=True)).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Write the stage 1 response", exact=True)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search people")).to_be_focused()
    page.keyboard.type("?jg")

    expect(page.get_by_role("combobox", name="Search people")).to_have_value("?jg")


def test_the_keys_explain_themselves_and_can_be_switched_off(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/form")
    page.locator("body").press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")

    page.locator("body").press("g")
    page.locator("body").press("h")

    assert page.url.endswith("/form")


def test_g_then_h_goes_home(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/form")

    page.locator("body").press("g")
    page.locator("body").press("h")

    page.wait_for_url(f"{site.address}/")


def test_the_skip_link_is_the_first_stop(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/")

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()


def test_what_is_typed_is_kept_as_a_draft(page: Page, site: Site) -> None:
    site.sent.clear()
    page.goto(f"{site.address}/form")

    page.get_by_label("What did you find?").fill("Mould behind the wardrobe")

    expect(page.get_by_text(re.compile(r"Draft saved at \d\d:\d\d"))).to_be_visible()
    what, fields = site.sent[-1]
    assert (what, fields["found"]) == ("draft", "Mould behind the wardrobe")


def test_a_second_click_sends_nothing(page: Page, site: Site) -> None:
    site.sent.clear()
    page.goto(f"{site.address}/form")

    page.get_by_role("button", name="Complete the task").dblclick()
    page.wait_for_url("**/?flash=1")

    assert [what for what, _ in site.sent] == ["answers"]


def test_a_long_select_is_found_by_typing_and_keys(page: Page, site: Site) -> None:
    site.sent.clear()
    page.goto(f"{site.address}/form")

    page.get_by_role("combobox", name="Team").fill("mou")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Team")).to_have_value("Damp and mould")
    page.get_by_role("button", name="Complete the task").click()
    page.wait_for_url("**/?flash=1")

    assert site.sent[-1][1]["team"] == "2"


def test_the_diagram_shows_where_the_case_is_and_opens_its_task_by_keyboard(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/case")

    expect(page.locator(".cw-pin--here")).to_have_text("Here")
    expect(page.locator(".cw-pin--fault")).to_have_attribute("title", "The letter names no field.")
    assert page.locator(".djs-element.cw-done").count() == 4
    page.locator("[data-element-id=investigate_stage1][tabindex]").press("Enter")

    page.wait_for_url("**/form")


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("case", ".bjs-powered-by"),
        ("studio", ".bjs-powered-by"),
        ("studio_decision", ".dmn-js-parent .bjs-powered-by"),
        ("studio_form", ".fjs-powered-by svg"),
    ],
)
@pytest.mark.parametrize("width", [PHONE["width"], DESKTOP["width"]])
def test_the_mark_of_bpmn_io_stays_in_full_view(
    name: str, mark: str, width: int, open_page: Callable[..., Page], site: Site
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.address}/{name}")
    logo = page.locator(mark).first
    logo.scroll_into_view_if_needed()

    box = logo.bounding_box()
    on_top = page.evaluate(
        "({x, y, width, height}) => Boolean(document.elementFromPoint(x + width / 2, y + height / 2)"
        ".closest('.bjs-powered-by, .fjs-powered-by'))",
        box,
    )

    assert on_top and box and box["width"] > 40 and box["x"] + box["width"] <= width


def test_the_modeller_opens_with_its_panel(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/studio")

    page.locator("[data-studio].is-ready").wait_for()

    expect(page.locator(".djs-palette")).to_be_visible()
    expect(page.locator(".bio-properties-panel")).to_be_visible()


def test_the_modeller_offers_the_element_templates(page: Page, site: Site) -> None:
    page.add_init_script(
        "document.addEventListener('studio:ready', (event) => (window.modeler = event.detail.modeler))"
    )
    page.goto(f"{site.address}/studio")

    page.locator("[data-studio].is-ready").wait_for()

    names = page.evaluate("modeler.get('elementTemplates').getAll().map((template) => template.name)")
    page.close()  # with the script that was planted in it
    assert names == ["Merge a document"]


def test_the_form_editor_and_the_decision_table_open(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/studio_form")
    expect(page.locator("[data-form-editor].is-ready .fjs-palette")).to_be_visible()

    page.goto(f"{site.address}/studio_decision")
    page.locator("[data-decision-editor].is-ready .drill-down-overlay").click()
    expect(page.get_by_text("severe")).to_be_visible()


def test_a_letter_is_shown_in_the_page(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/letter")

    expect(page.locator("section.cw-letter").first).to_be_visible()
    expect(page.get_by_role("link", name="Download the letter")).to_be_visible()
