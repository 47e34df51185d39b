"""An analyst in a real browser: from nothing to a started case without writing a line; faults on the diagram."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from engine.definitions import drafting
from engine.definitions.sketching import Sketch, draw
from tests.browser.accessibility import faults, faults_everywhere
from tests.environment.serving import served
from tests.factories import TEAMS, Factories, forget
from tests.integration.studio.test_importing import DRAWING
from tests.integration.studio.test_trying import TABLE
from tests.unit.definitions.files import category

PASSWORD = "otter lamp granite"


@pytest.fixture
def factories(sqlite_url: str, tmp_path: Path) -> Iterator[Factories]:
    """The factories, on SQLite alone: the browser does not see the difference."""
    forget()
    made = Factories(sqlite_url, tmp_path)
    yield made
    made.close()
    forget()


@pytest.fixture
def site(factories: Factories) -> Iterator[str]:
    """The site with a person, the category “sample” and an analyst who also starts cases."""
    factories.person()
    factories.deploy(category())
    factories.user("analyst", "officer", name="Ann Analyst", teams=(*TEAMS, "Repairs"), password=PASSWORD)
    with served(factories.app) as address:
        yield address


def sign_in(page: Page, site: str, then: str) -> None:
    page.goto(f"{site}/sign-in?next={then}")
    page.get_by_label("E-mail address").fill("ann.analyst@landlord.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def element(page: Page, element_id: str):  # type: ignore[no-untyped-def]
    """Return an element on the canvas."""
    return page.locator(f".djs-container [data-element-id='{element_id}']").first


def append(page: Page, after: str, action: str) -> None:
    """Append an element by the pad beside the selected one, as an analyst does."""
    element(page, after).click()
    page.locator(f".djs-context-pad [data-action='{action}']").click()


def become(page: Page, kind: str) -> None:
    """Make the selected element another kind of element."""
    page.locator(".djs-context-pad [data-action='replace']").click()
    page.locator(f".djs-popup [data-id='replace-with-{kind}']").click()


def named(page: Page, name: str) -> None:
    """Type the name of the element that was just drawn."""
    page.locator(".djs-direct-editing-content").fill(name)
    page.locator(".djs-direct-editing-content").press("Enter")


def test_from_nothing_to_a_started_case_by_clicking(site: str, page: Page) -> None:
    # A new category begins with a diagram that runs.
    sign_in(page, site, "/studio")
    page.get_by_role("link", name="New category").click()
    page.get_by_label("Name", exact=True).fill("Garden repair")
    expect(page.get_by_role("textbox", name="Key")).to_have_value("garden_repair")
    page.get_by_label("Teams").fill("Repairs")
    page.get_by_role("button", name="Begin and draw").click()
    expect(page.locator(".cw-studio.is-ready")).to_be_visible()
    expect(page.get_by_text("None: it can be deployed")).to_be_visible()

    # A step is drawn, gets an id in words, and when nobody does it, its fault is marked on the diagram by itself.
    append(page, "deal_with_request", "append.append-task")
    named(page, "Visit home")
    expect(element(page, "visit_home")).to_be_visible()
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    become(page, "service-task")
    expect(page.locator(".cw-problems__head")).to_contain_text("1 error")
    expect(page.locator("[data-container-id='visit_home'] .cw-sign--error")).to_be_visible()

    # A fault in the list leads to its element.
    page.locator(".cw-problems__item[data-element='visit_home']").first.click()
    expect(element(page, "visit_home")).to_have_class(re.compile("selected"))

    # It is put right: an officer does it; the old end goes, a new one comes; deadline and form are chosen by name.
    become(page, "user-task")
    element(page, "dealt_with").click()
    page.locator(".djs-context-pad [data-action='delete']").click()
    append(page, "visit_home", "append.end-event")
    element(page, "visit_home").click()
    page.locator("#bio-properties-panel-casewright-form").select_option(label="Deal with the request")
    page.locator("#bio-properties-panel-casewright-deadline").select_option(label="A number of working days")
    page.get_by_role("link", name="Check").click()
    expect(page.locator(".cw-problems__head")).not_to_contain_text("error")
    expect(page.locator(".cw-sign--error")).to_have_count(0)

    # It is deployed, and a case is started.
    page.get_by_role("link", name="Deploy …").click()
    page.get_by_label("What is new in it").fill("The first")
    page.get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Version 1 is deployed: new cases use it.")).to_be_visible()
    page.get_by_role("link", name="Start a case").first.click()
    page.get_by_label("Find by name, address").press_sequentially("okaf")
    page.get_by_role("link", name="Mrs Ada Okafor").click()
    page.get_by_label("What is asked for?").fill("Cut the hedge")
    for label, value in (("Day", "1"), ("Month", "10"), ("Year", "2026")):
        page.get_by_role("group", name="Date received").get_by_label(label).fill(value)
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_text("The case has begun.")).to_be_visible()
    expect(page.get_by_text("Deal with request").first).to_be_visible()


def test_a_name_that_is_typed_before_the_script_has_come_still_proposes_a_key(site: str, page: Page) -> None:
    sign_in(page, site, "/studio")
    scripts: list[Route] = []
    page.route("**/studio-pages*.js", lambda route: scripts.append(route))
    page.goto(f"{site}/studio/new", wait_until="commit")
    page.get_by_label("Name", exact=True).fill("Garden repair")

    scripts[0].continue_()

    expect(page.get_by_role("textbox", name="Key")).to_have_value("garden_repair")
    expect(page.get_by_role("textbox", name="Prefix")).to_have_value("GAR")


def test_somebody_else_saved_first_is_said_and_nothing_is_lost(
    site: str, factories: Factories, open_page: Callable[..., Page]
) -> None:
    mine, theirs = open_page(), open_page()
    for page in (mine, theirs):
        sign_in(page, site, "/studio/sample/files/ask.form")
        expect(page.locator(".cw-form-editor.is-ready")).to_be_visible()

    for page in (theirs, mine):
        page.locator(".fjs-palette-field[data-field-type='textfield']").first.press("Enter")
        expect(page.locator("[data-saved]")).to_contain_text(
            "Draft saved at" if page is theirs else "after you opened it"
        )


def test_the_form_editor_saves_and_checks(site: str, page: Page) -> None:
    sign_in(page, site, "/studio/sample/files/ask.form")
    expect(page.locator(".cw-form-editor.is-ready")).to_be_visible()

    page.locator(".fjs-palette-field[data-field-type='textfield']").first.press("Enter")

    expect(page.get_by_text("Draft saved at")).to_be_visible()
    expect(page.locator(".cw-problems__head")).to_contain_text("Problems")
    page.goto(f"{site}/studio/sample/changes")
    expect(page.get_by_role("heading", name="ask.form")).to_be_visible()


def test_a_diagram_without_a_layout_is_explained(site: str, page: Page) -> None:
    sign_in(page, site, "/studio/sample")
    page.get_by_role("link", name="Open the diagram").click()

    expect(page.get_by_role("alert")).to_contain_text("no diagram to display")


def test_changes_are_marked_on_the_diagram(site: str, factories: Factories, page: Page) -> None:
    files = draw(Sketch("Garden repair", "garden_repair", "GAR", teams=["Repairs"]))
    factories.deploy(files)
    changed = files["garden_repair.bpmn"].replace(b'name="Deal with request"', b'name="Do it"')
    with factories.transaction() as session:
        ann = factories.actor(factories.user("analyst", name="Bea Analyst"))
        drafting.save(session, "garden_repair", "garden_repair.bpmn", changed, revision=0, by=ann)

    sign_in(page, site, "/studio/garden_repair/changes")
    page.get_by_role("link", name="Do it").click()

    expect(page.locator("[data-container-id='deal_with_request'] .cw-word")).to_have_text("Changed")
    expect(page.locator(".cw-word")).to_have_count(1)


PAGES = (
    "/studio",
    "/studio/new",
    "/studio/sample",
    "/studio/sample/settings",
    "/studio/sample/rules",
    "/studio/sample/check",
    "/studio/sample/changes",
    "/studio/sample/deployment",
    "/studio/sample/versions/1",
    "/studio/sample/files/rules.toml",
)


def test_pages_of_the_studio_are_accessible_and_fit(site: str, page: Page) -> None:
    sign_in(page, site, "/studio")

    for address in PAGES:
        page.goto(f"{site}{address}")
        assert faults_everywhere(page) == [], address


def test_without_javascript_the_diagram_is_exchanged_as_a_file(site: str, page_without_script: Page) -> None:
    page = page_without_script
    sign_in(page, site, "/studio/sample/files/sample.bpmn")

    expect(page.get_by_text("it needs JavaScript")).to_be_visible()
    page.get_by_text("Exchange the file").click()
    changed = category()["sample.bpmn"].replace(b'name="Ask"', b'name="Ask again"')
    page.get_by_label("A .bpmn file to take its place").set_input_files(
        {"name": "sample.bpmn", "mimeType": "application/xml", "buffer": changed}
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("sample.bpmn is saved as a draft.")).to_be_visible()
    page.goto(f"{site}/studio/sample/changes")
    expect(page.get_by_text("Ask again").first).to_be_visible()


def test_a_decision_is_tried_without_script_and_on_a_phone(
    site: str, factories: Factories, page_without_script: Page, phone: Page
) -> None:
    factories.deploy(category(band__dmn=TABLE.format(policy="UNIQUE")))

    for page in (page_without_script, phone):
        sign_in(page, site, "/studio/sample/try")
        page.get_by_label("Decision").select_option("Band")
        page.get_by_label("Values").fill('{"rent": 950}')
        page.get_by_role("button", name="Try it").click()

        expect(page.get_by_role("status").filter(has_text="both apply")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(phone) == []


def test_an_analyst_imports_a_drawing_and_repairs_it(site: str, page: Page, phone: Page, tmp_path: Path) -> None:
    drawing = tmp_path / "garage.bpmn"
    drawing.write_bytes(DRAWING)
    sign_in(page, site, "/studio/imports/diagram")

    page.get_by_label("A diagram, or several").set_input_files(drawing)
    page.get_by_role("button", name="See what it needs").click()
    expect(element(page, "look")).to_be_visible()
    expect(page.locator(".cw-diagram.is-ready")).to_have_count(2)
    page.locator("[data-show-element='sync']").click()
    expect(page.locator("[data-element-id='sync'].selected")).to_have_count(2)
    assert faults(page) == []

    sign_in(phone, site, "/studio/garage_letting/import")
    expect(phone.get_by_role("button", name="Make the ticked repairs")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Make the ticked repairs").click()
    expect(page.get_by_text("Nothing stops it from running")).to_be_visible()
