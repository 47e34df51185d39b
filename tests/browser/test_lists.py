"""The list of tasks in a real browser: by keyboard, without scripts, on a phone, and without a fault that axe finds."""

from playwright.sync_api import Page, expect

from engine import tasks
from tests.browser.accessibility import faults_everywhere
from tests.browser.test_officer import Landlord
from tests.browser.test_officer import landlord as landlord
from tests.factories import TEAMS

VIEWS = ("/tasks?all=1", "/tasks?view=board&by=person", "/tasks?view=calendar")


def fill(landlord: Landlord) -> None:
    """Give the officer three tasks of one complaint."""
    by = landlord.factories.actor(landlord.officer)
    case = landlord.factories.complaint(by=by, person=landlord.person)
    with landlord.factories.transaction() as session:
        for name in ("Ring the resident", "Look at the boiler"):
            tasks.add(session, case.id, name=name, by=by)


def test_lines_are_chosen_and_handed_on_by_keyboard(landlord: Landlord, page: Page) -> None:
    fill(landlord)
    landlord.factories.user(name="Tom Ridley", teams=TEAMS)
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/tasks?q=Ring")
    expect(page.locator("[data-line]")).to_have_count(1)

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("1 selected")
    page.keyboard.press("a")
    page.keyboard.type("Tom Rid")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Reassign", exact=True).press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Reassigned to Tom Ridley: 1 task")
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Put back: 1 task")


def test_a_card_of_a_board_goes_to_somebody_else_without_scripts(landlord: Landlord, page_without_script: Page) -> None:
    page = page_without_script
    fill(landlord)
    landlord.factories.user(name="Tom Ridley", teams=TEAMS)
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/tasks?view=board&by=person&q=boiler")

    page.get_by_label("Choose “Look at the boiler”").check()
    page.get_by_label("Hand to").select_option(label="Tom Ridley")
    page.get_by_role("button", name="Reassign", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Reassigned to Tom Ridley: 1 task")


def test_every_view_is_without_fault_and_fits_desk_and_phone(landlord: Landlord, page: Page) -> None:
    fill(landlord)
    landlord.sign_in(page)

    for address in VIEWS:
        page.goto(f"{landlord.address}{address}")
        assert faults_everywhere(page) == [], address


def test_a_phone_shows_one_column_of_a_board_under_tabs(landlord: Landlord, phone: Page) -> None:
    fill(landlord)
    landlord.sign_in(phone)
    phone.goto(f"{landlord.address}/tasks?view=board")
    expect(phone.locator("section.cw-board__column:visible")).to_have_count(1)

    phone.get_by_label("Columns of the board").get_by_role("link", name="No date").click()

    expect(phone.get_by_role("link", name="Ring the resident", exact=True)).to_be_visible()
    expect(phone.locator("section.cw-board__column:visible")).to_have_count(1)
