"""Documents in a real browser: several sent at once with progress, one refused, a page shown where nothing runs."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import PHONE
from tests.browser.test_officer import Landlord, landlord  # noqa: F401
from tests.pictures import pdf, picture
from tests.word_files import with_part, word_file


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where one was asked for."""
    folder = os.environ.get("CASEWRIGHT_PICTURES", "")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def written(folder: Path, **files: bytes) -> list[str]:
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content)
        paths.append(str(path))
    return paths


def test_files_are_sent_one_by_one_and_shown_as_they_are(open_page, landlord: Landlord, tmp_path: Path) -> None:  # noqa: F811
    page: Page = open_page()
    landlord.sign_in(page)
    here = f"{landlord.address}/people/{landlord.person.id}/documents"
    page.goto(here)
    macros = with_part(word_file("x"), "word/vbaProject.bin", b"x")
    files = written(tmp_path, wall__jpg=picture("JPEG", size=(900, 600)), macros__docx=macros, scan__pdf=pdf(2))

    page.get_by_label("Files", exact=True).set_input_files(files)
    page.get_by_label("Tags, with commas between").fill("damp, north wall")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_text("was refused because it carries macros")).to_be_visible()
    look(page, "sending")
    page.get_by_role("link", name="Show the documents that were added").click()
    landlord.factories.run_jobs()
    page.reload()
    expect(page.get_by_role("link", name="wall", exact=True)).to_be_visible()
    assert not faults_everywhere(page)
    look(page, "list")
    page.get_by_role("link", name="scan", exact=True).click()
    expect(page.get_by_alt_text("Page 1 of 2")).to_be_visible()
    assert (
        page.get_by_alt_text("Page 1 of 2").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1100
    )
    assert not faults_everywhere(page)
    look(page, "pdf")


@pytest.mark.soak
def test_a_word_document_is_read_on_a_phone(open_page, landlord: Landlord, tmp_path: Path) -> None:  # noqa: F811
    page: Page = open_page(viewport=PHONE)
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/people/{landlord.person.id}/documents")
    letter = word_file("Damp in the kitchen", "<script>document.title = 'taken'</script>", table=[["Wall", "wet"]])
    page.get_by_label("Files", exact=True).set_input_files(written(tmp_path, report__docx=letter))
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="report", exact=True).click()
    landlord.factories.run_jobs()
    page.reload()

    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Damp in the kitchen")).to_be_visible()
    assert page.title() != "taken"
    assert not faults_everywhere(page)
    look(page, "word-phone")
    page.get_by_role("link", name="Change", exact=True).click()
    assert not faults_everywhere(page)
    look(page, "change-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
