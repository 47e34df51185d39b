"""An officer at work in a real browser: on a phone, with the keyboard alone, and without a fault that axe finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.instants import today
from models.people import Alert, Person
from models.staff import User
from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import PHONE
from tests.environment.serving import served
from tests.factories import TEAMS, Factories, forget

PASSWORD = "otter lamp granite"
LETTER = "We have received your complaint (stage 1)"


@dataclass
class Landlord:
    """A landlord's site with one resident, and an officer who knows the password."""

    address: str
    factories: Factories
    officer: User
    person: Person

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.address}/sign-in")
        page.get_by_label("E-mail address").fill(self.officer.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Priya")


@pytest.fixture
def landlord(sqlite_url: str, tmp_path: Path) -> Iterator[Landlord]:
    """The site, served on a free port."""
    forget()
    factories = Factories(sqlite_url, tmp_path)
    factories.organisation()
    factories.category()
    officer = factories.user(name="Priya Shah", teams=TEAMS, password=PASSWORD)
    person = factories.person()
    factories.tenancy(person)
    with factories.transaction() as session:
        session.add(Alert(person_id=person.id, code="10", text="Uses oxygen at home."))
    with served(factories.app) as address:
        yield Landlord(address, factories, officer, person)
    factories.close()
    forget()


def fill_day(page: Page, legend: str, day: date) -> None:
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label).fill(str(value))


def start_complaint(page: Page) -> None:
    """Go from home to a complaint that has begun."""
    page.get_by_role("link", name="Start a case").first.click()
    page.locator(".cw-choice").filter(has_text="Complaint").click()
    page.get_by_label("Find by name, address").press_sequentially("okaf")  # found while typing
    page.get_by_role("link", name="Mrs Ada Okafor").click()
    fill_day(page, "Date received", today())
    page.get_by_role("combobox", name="How it was made").fill("mail")
    page.get_by_role("option", name="E-mail").first.click()
    page.get_by_label("The resident", exact=True).check()
    page.get_by_label("What the resident says").fill("The boiler has been broken for three weeks.")
    page.get_by_label("Repairs", exact=True).check()
    fill_day(page, "When did it happen", today())
    page.get_by_role("button", name="Start case").click()
    expect(page.get_by_text("The case has begun.")).to_be_visible()


def accept(page: Page) -> None:
    page.get_by_role("link", name="Open the task").click()
    page.get_by_label("A complaint that we accept").check()
    page.get_by_role("button", name="Complete task").click()
    expect(page.get_by_text("is done.")).to_be_visible()


def acknowledge(page: Page) -> None:
    page.get_by_role("link", name="Open the task").click()
    page.get_by_label("Every week").check()
    page.get_by_label("What the complaint is about").fill("You are unhappy with how long the repair has taken.")
    page.get_by_label("What the resident wants to happen").fill("You want it put right.")
    page.get_by_label("Who will investigate").fill("Grace Adeyemi")
    fill_day(page, "Acknowledged on", today())
    page.get_by_role("button", name="Complete task").click()


def test_one_complaint_from_the_sign_in_to_its_letter_on_a_phone(landlord: Landlord, phone: Page) -> None:
    landlord.sign_in(phone)
    start_complaint(phone)
    expect(phone.get_by_text("Uses oxygen at home.")).to_be_in_viewport()
    accept(phone)
    acknowledge(phone)

    phone.get_by_role("link", name=LETTER).first.click()

    expect(phone.locator(".cw-letter-frame.is-ready")).to_contain_text("Dear Mrs Okafor")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".docx")


def test_the_next_step_of_a_task_is_within_the_thumbs_reach(landlord: Landlord, phone: Page) -> None:
    landlord.sign_in(phone)
    start_complaint(phone)

    phone.get_by_role("link", name="Open the task").click()

    expect(phone.get_by_role("button", name="Complete task")).to_be_in_viewport()


def test_the_part_of_a_case_that_one_looks_at_is_in_view_among_the_others(landlord: Landlord, phone: Page) -> None:
    landlord.sign_in(phone)
    start_complaint(phone)

    phone.goto(f"{phone.url.split('?')[0]}/timeline")

    expect(phone.get_by_role("link", name="Timeline")).to_be_in_viewport()


def press_until(page: Page, key: str, name: str, *, most: int = 80) -> None:
    """Press a key until what has the focus is called `name`."""
    for _ in range(most):
        page.keyboard.press(key)
        words = "el => (el.labels?.[0] || el).textContent.trim()"
        if page.evaluate(f"({words})(document.activeElement)").startswith(name):
            return
    raise AssertionError(f"{name!r} was not reached by {key}")


def test_a_task_is_done_with_the_keyboard_alone(landlord: Landlord, page: Page) -> None:
    actor = landlord.factories.actor(landlord.officer)
    landlord.factories.complaint(by=actor, person=landlord.person)
    landlord.sign_in(page)

    page.keyboard.press("j")  # to the first line of the list
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check whether to accept complaint")
    press_until(page, "Tab", "A complaint that we accept")
    page.keyboard.press("Space")
    press_until(page, "Tab", "Complete task")
    page.keyboard.press("Enter")

    expect(page.get_by_text("“Check whether to accept complaint” is done.")).to_be_visible()


def test_what_is_typed_is_kept_as_a_draft_without_a_click(landlord: Landlord, page: Page) -> None:
    actor = landlord.factories.actor(landlord.officer)
    landlord.factories.complaint(by=actor, person=landlord.person)
    landlord.sign_in(page)
    page.get_by_role("link", name="Check whether to accept complaint").click()

    page.get_by_label("A complaint that we accept").check()

    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved")
    page.reload()
    expect(page.get_by_label("A complaint that we accept")).to_be_checked()


def test_axe_finds_no_fault_on_any_page_of_the_portal(landlord: Landlord, page: Page) -> None:
    case = landlord.factories.complaint(by=landlord.factories.actor(landlord.officer), person=landlord.person)
    landlord.sign_in(page)

    faults: dict[str, list[str]] = {}
    for address in _addresses(landlord, case.reference):
        page.goto(f"{landlord.address}{address}")
        expect(page.locator("[data-diagram-url]:not(.is-ready), [data-letter-url]:not(.is-ready)")).to_have_count(0)
        faults |= {address: found} if (found := faults_everywhere(page)) else {}

    assert faults == {}


def _addresses(landlord: Landlord, reference: str) -> list[str]:
    here, person = f"/cases/{reference}", landlord.person.id
    parts = ("", "/tasks", "/map", "/deadlines", "/documents", "/people", "/details", "/notes", "/timeline", "/closure")
    record = [f"/people/{person}", "/homes/1", "/tenancies/1", "/people?q=ada", "/homes?q=heron", "/search?q=okafor"]
    others = [
        "/",
        "/cases",
        "/cases/new",
        "/cases/new/complaint?q=ada",
        f"/cases/new/complaint?subject=person:{person}",
    ]
    more = ["/tasks/1", "/tasks/1/assignment", f"{here}/tasks/new", "/notifications", "/account", "/account/reminders"]
    return [*others, *(f"{here}{part}" for part in parts), *more, *record]
