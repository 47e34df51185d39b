"""An analyst writes, tries and publishes templates in a real browser, by clicking; and without script."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from engine import cases
from tests.browser.accessibility import faults_everywhere
from tests.browser.test_studio import PASSWORD, sign_in
from tests.environment.serving import served
from tests.factories import Factories, forget
from tests.unit.definitions.files import category
from tests.word_files import word_file

LETTER = "letters/hello.docx"
FIRST = word_file("Dear {{ person.full_name }}", "Your rent is {{ rent|money }}.", table=[["Work", "Cost"]])
WRONG = word_file("Dear {{ person.salutaton }}", "Your rent is {{ rent|money }}.", table=[["Work", "Cost"]])
RIGHT = word_file("Dear {{ person.salutation }}", "Your new rent is {{ rent|money }}.", table=[["Work", "Price"]])


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[Factories]:
    """A landlord with a category, its letter and an analyst, on SQLite alone: the browser sees no difference."""
    forget()
    made = Factories(sqlite_url, tmp_path)
    made.organisation()
    made.deploy({**category(), LETTER: FIRST})
    made.user("analyst", "officer", name="Ann Analyst", password=PASSWORD)
    yield made
    made.close()
    forget()


@pytest.fixture
def site(house: Factories) -> Iterator[str]:
    with served(house.app) as address:
        yield address


def start(house: Factories) -> str:
    """Start a case of Mrs Okafor in which nobody has said what the rent is."""
    person = house.person()
    house.tenancy(person)
    with house.transaction() as session:
        about = [cases.Subject("person", person.id)]
        return cases.start(session, "sample", subjects=about, by=house.officer()).reference


def choose(page: Page, label: str, content: bytes) -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.get_by_label(label).set_input_files({"name": "hello.docx", "mimeType": word, "buffer": content})


def words(path: Path) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(path.read_bytes())).paragraphs if paragraph.text]


@pytest.mark.soak
def test_a_letter_is_exchanged_compared_tried_and_deployed_by_clicking(site: str, house: Factories, page: Page) -> None:
    reference = start(house)
    sign_in(page, site, "/studio/sample/letters")
    assert faults_everywhere(page) == []
    page.get_by_role("link", name="Hello", exact=True).click()
    expect(page.locator(".cw-letter-frame.is-ready")).to_be_visible()

    # A fault is told with its paragraph and its remedy, and put right.
    choose(page, "A .docx file to take its place", WRONG)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Did you mean “person.salutation”?")).to_be_visible()
    expect(page.locator(".cw-letter-frame.is-ready")).to_be_visible()
    assert faults_everywhere(page) == []
    choose(page, "A .docx file to take its place", RIGHT)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("is saved as a draft")).to_be_visible()
    expect(page.get_by_role("heading", name="What is wrong with it")).to_have_count(0)

    # What changed is told word by word, in tables too.
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.locator("ins").filter(has_text="{{ person.salutation }}")).to_be_visible()
    expect(page.locator(".cw-letterdiff__row ins").filter(has_text="Price")).to_be_visible()
    assert faults_everywhere(page, by_night=True) == []

    # It is tried: with a sample, and with a case, whose missing field is told.
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Hello").click()
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("1 field is missing")).to_be_visible()
    expect(page.locator(".cw-letter-frame.is-ready")).to_contain_text("Dear Mrs Okafor")
    expect(page.locator(".cw-letter-frame.is-ready")).to_contain_text("[rent is missing]")
    assert faults_everywhere(page) == []
    for _ in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="Word file").click()
        assert words(download.value.path())[0] == "Dear Mrs Okafor"

    # It is deployed.
    page.goto(f"{site}/studio/sample/deployment")
    page.get_by_label("What is new in it").fill("Kinder words")
    page.get_by_role("button", name="Deploy version 2").click()
    expect(page.get_by_text("Version 2 is deployed")).to_be_visible()


def test_a_shared_template_is_written_tried_and_published_by_clicking(site: str, page: Page) -> None:
    sign_in(page, site, "/studio/templates")
    assert faults_everywhere(page) == []
    page.get_by_role("link", name="New template").click()
    page.get_by_label("Standard paragraph").check()
    page.get_by_label("Title").fill("How to complain")
    choose(page, "The Word file", word_file("Write to {{ organisation.complaints_email }}."))
    assert faults_everywhere(page) == []
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("Nothing uses it before you publish it.")).to_be_visible()
    expect(page.locator(".cw-letter-frame.is-ready")).to_be_visible()
    assert faults_everywhere(page) == []

    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".cw-letter-frame.is-ready")).to_contain_text("Write to complaints@example.org.")
    assert faults_everywhere(page) == []

    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="How to complain").click()
    page.get_by_role("link", name="Publish version 1 …", exact=True).first.click()
    assert faults_everywhere(page) == []
    page.get_by_label("What is new in it").fill("The first")
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is in force.")).to_be_visible()

    # Letters may include it now, and its field is found.
    page.goto(f"{site}/studio/sample/fields?words=complain")
    expect(page.get_by_text('{%p include "how_to_complain" %}')).to_be_visible()
    page.goto(f"{site}/studio/templates/uses?field=complaints_email")
    expect(page.get_by_role("link", name="How to complain")).to_be_visible()
    assert faults_everywhere(page) == []


def test_a_field_is_found_beside_the_letter_and_copied(site: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, site, f"/studio/sample/files/{LETTER}")

    page.get_by_label("Find a field").press_sequentially("postcode")
    page.get_by_role("button", name="Copy Postcode, what it holds").first.click()

    expect(page.locator("[data-announce]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "{{ person.address.postcode }}"
    assert faults_everywhere(page) == []
    page.get_by_role("link", name="All fields").click()
    page.get_by_text("Other ways to write it").first.click()
    assert faults_everywhere(page) == []


def test_it_all_works_without_script(site: str, house: Factories, page_without_script: Page) -> None:
    page = page_without_script
    reference = start(house)
    sign_in(page, site, f"/studio/sample/files/{LETTER}")
    expect(page.get_by_text("Your rent is {{ rent|money }}.")).to_be_visible()

    choose(page, "A .docx file to take its place", RIGHT)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Try it").click()
    page.get_by_label("A case", exact=True).fill(reference)
    page.get_by_role("button", name="Try it").click()

    expect(page.get_by_text("Dear Mrs Okafor")).to_be_visible()
    page.goto(f"{site}/studio/sample/files/{LETTER}")
    page.get_by_label("Find a field").fill("postcode")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("{{ person.address.postcode }}")).to_be_visible()
    expect(page.get_by_role("button", name="Copy Postcode, what it holds")).to_have_count(0)
