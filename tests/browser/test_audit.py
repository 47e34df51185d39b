"""The auditor's pages in a real browser: stepping through a case by buttons, slider, keys, list and diagram."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from engine import cases
from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import DESKTOP, PHONE
from tests.environment.serving import served
from tests.factories import TEAMS, Factories, forget
from tests.integration.audit.complaints import Driven, acknowledge, answer, start

Open = Callable[..., Page]


@dataclass
class Site:
    """A running landlord with one complaint, answered at stage 1, and an auditor's sign-in."""

    address: str
    token: str
    last: int
    reference: str

    def url(self, at: int | str = "", part: str = "") -> str:
        """Return the address of the case's replay."""
        return f"{self.address}/audit/cases/{self.reference}{part}" + (f"?at={at}" if at else "")


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the case; the tests of this module only look."""
    folder = tmp_path_factory.mktemp("audited")
    shutil.copyfile(sqlite_template, folder / "db")
    forget()
    factories = Factories(f"sqlite:///{folder / 'db'}", folder)
    driven = _answered(factories)
    auditor = factories.client("auditor", teams=())
    cookie = auditor.get_cookie("casewright")
    assert cookie is not None
    with served(factories.app) as address:
        yield Site(address, cookie.value, driven.snapshots[-1].sequence, "CMP-000001")
    factories.close()
    forget()


def _answered(factories: Factories) -> Driven:
    driven = start(factories, factories.actor(factories.user("administrator", name="Priya Shah", teams=TEAMS)))
    acknowledge(driven)
    driven.act(cases.change_fields, driven.case_id, {"complaint_summary": "The boiler is broken again."}, by=driven.by)
    answer(driven)
    driven.act(cases.add_note, driven.case_id, "Rang the resident: she is content.", by=driven.by)
    return driven


@pytest.fixture
def visit(open_page: Open, site: Site) -> Open:
    """Open an address with the auditor signed in."""

    def go(address: str, **options: object) -> Page:
        page = open_page(**options)
        context: BrowserContext = page.context
        context.add_cookies([{"name": "casewright", "value": site.token, "url": site.address}])
        page.goto(address)
        return page

    return go


def is_drawn(page: Page) -> None:
    page.locator("[data-replay-diagram].is-ready .djs-shape").first.wait_for()


def here(page: Page) -> list[str]:
    return page.locator(".djs-element.cw-active").evaluate_all("all => all.map(e => e.dataset.elementId)")


def test_the_buttons_step_without_loading_the_page_anew(visit: Open, site: Site) -> None:
    page = visit(site.url(4))
    is_drawn(page)
    page.evaluate("window.isSamePage = true")
    assert here(page) == ["check_exclusion"]

    for step in range(5, 9):
        page.get_by_role("link", name="Next").click()
        expect(page.locator("[data-replay-part=label]")).to_contain_text(f"Event {step} of {site.last}")

    assert page.url == site.url(8)
    assert page.evaluate("window.isSamePage") is True
    assert here(page) == ["merge_acknowledgement_stage1"]
    expect(page.locator("#this-event")).to_contain_text("Moved on to “Send stage 1 acknowledgement”")
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("#this-event")).to_contain_text("Completed “Define and acknowledge complaint”")


def test_the_slider_walks_by_keyboard_and_says_where_it_is(visit: Open, site: Site) -> None:
    page = visit(site.url())
    is_drawn(page)
    slider = page.get_by_role("slider", name="Event")

    slider.focus()
    slider.press("Home")
    expect(page.locator("#this-event")).to_contain_text("Case started on version 1")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    slider.press("ArrowRight")

    expect(page.locator("#this-event")).to_contain_text("Moved on to “Check whether to accept complaint”")
    expect(slider).to_have_attribute(
        "aria-valuetext", f"Event 4 of {site.last}: Moved on to “Check whether to accept complaint”"
    )
    expect(slider).to_be_focused()
    slider.press("End")
    expect(page.locator("#this-event")).to_contain_text("Note written")


def test_quick_strokes_end_at_the_last_one_asked_for(visit: Open, site: Site) -> None:
    page = visit(site.url(1))
    is_drawn(page)
    slider = page.get_by_role("slider", name="Event")

    slider.focus()
    for _ in range(site.last + 5):
        page.keyboard.press("ArrowRight")

    expect(page.locator("#this-event")).to_contain_text("Note written")
    assert page.url == site.url(site.last)


def test_the_list_the_diagram_and_the_fields_lead_to_their_moments(visit: Open, site: Site) -> None:
    page = visit(site.url())
    is_drawn(page)

    page.locator("[data-replay-list]").get_by_text("Completed “Check whether to accept complaint”").click()
    expect(page.locator("[data-replay-list] [aria-current=step]")).to_contain_text("Completed “Check whether")
    page.locator("[data-element-id=investigate_stage1][tabindex]").press("Enter")
    expect(page.locator("#this-event")).to_contain_text("Moved on to “Investigate complaint at stage 1”")
    page.get_by_role("link", name="Who will investigate: given by event").click()

    expect(page.locator("#this-event")).to_contain_text("Completed “Define and acknowledge complaint”")


def test_a_correction_shows_before_and_after_beside_the_diagram(visit: Open, site: Site) -> None:
    page = visit(site.url())

    page.locator("[data-replay-list]").get_by_text("1 field given or corrected").click()

    expect(page.locator(".is-before")).to_contain_text("has been broken for three weeks")
    expect(page.locator(".is-after")).to_contain_text("The boiler is broken again.")
    assert page.locator(".is-after").bounding_box()["y"] < DESKTOP["height"]  # seen without scrolling


def test_it_plays_by_itself_and_can_be_halted(visit: Open, site: Site) -> None:
    page = visit(site.url(1))
    is_drawn(page)

    page.get_by_role("button", name="Play").click()
    expect(page.locator("#this-event")).to_contain_text("Moved on to")
    page.get_by_role("button", name="Pause").click()
    stood_at = page.locator("#this-event").inner_text()
    page.wait_for_timeout(2_000)

    assert page.locator("#this-event").inner_text() == stood_at


def test_why_this_date_stays_open_from_event_to_event(visit: Open, site: Site) -> None:
    page = visit(site.url(4))
    is_drawn(page)
    page.locator("#why-1 summary").click()

    page.get_by_role("link", name="Next").click()
    expect(page.locator("[data-replay-part=label]")).to_contain_text("Event 5")

    expect(page.get_by_text("The complaint was received on").first).to_be_visible()


def test_without_javascript_every_moment_is_a_link_and_the_diagram_stands_in_words(visit: Open, site: Site) -> None:
    page = visit(site.url(6), java_script_enabled=False)

    expect(page.get_by_role("heading", name="Moved on to “Define and acknowledge complaint”")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="Completed “Define and acknowledge complaint”")).to_be_visible()
    way = page.locator("[data-replay-part=way]")

    expect(way).to_contain_text("Here, after event 7")
    expect(way).to_contain_text("Define and acknowledge complaint Task, Complaints officers, since")
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    page.get_by_label("Event", exact=True).fill("1")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#this-event")).to_contain_text("Case started")


def test_a_letter_opens_from_the_moment_it_was_written(visit: Open, site: Site) -> None:
    page = visit(site.url())

    page.get_by_role("link", name="Our answer to your complaint (stage 1)", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Our answer to your complaint")


@pytest.mark.parametrize("part", ["", "/events"])
def test_axe_finds_no_fault_on_the_pages_of_a_case(part: str, visit: Open, site: Site) -> None:
    page = visit(site.url(8 if not part else "", part))
    if not part:
        is_drawn(page)

    assert faults_everywhere(page, by_night=True) == []


@pytest.mark.parametrize("path", ["/audit", "/audit/verification"])
def test_axe_finds_no_fault_on_the_list_and_the_verification(path: str, visit: Open, site: Site) -> None:
    page = visit(f"{site.address}{path}")

    assert faults_everywhere(page, by_night=True) == []


def test_on_a_phone_the_buttons_are_within_the_thumbs_reach_and_this_event_comes_first(visit: Open, site: Site) -> None:
    page = visit(site.url(8), viewport=PHONE, has_touch=True, is_mobile=True)
    is_drawn(page)

    box = page.get_by_role("link", name="Next").bounding_box()
    this, events = page.locator(".cw-this").bounding_box(), page.locator("#events").bounding_box()

    assert box["y"] + box["height"] <= PHONE["height"]
    assert box["height"] >= 44
    assert this["y"] < events["y"]


def test_the_mark_of_bpmn_io_stays_in_full_view(visit: Open, site: Site) -> None:
    page = visit(site.url(8))
    is_drawn(page)
    mark = page.locator(".bjs-powered-by")

    mark.scroll_into_view_if_needed()

    assert mark.evaluate(
        "e => { const b = e.getBoundingClientRect(); const top = document.elementFromPoint(b.x + b.width / 2, "
        "b.y + b.height / 2); return e.contains(top) }"
    )


def test_a_verification_started_from_the_page_ends_in_its_result(visit: Open, site: Site) -> None:
    page = visit(f"{site.address}/audit/verification")

    page.get_by_role("button", name="Verify now").click()

    expect(page.get_by_role("heading", name="History is whole")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Verify now")).to_be_visible(timeout=20_000)
