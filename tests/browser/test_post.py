"""Post in a real browser: letters that wait are put together, one with a fault is left out, and they are posted."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from engine import filing
from engine.filing.receiving import store
from engine.instants import now
from models.communication import Communication
from models.document import DocumentVersion
from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import PHONE
from tests.browser.test_officer import Landlord, landlord  # noqa: F401
from tests.integration.communications.test_print_batches import sheet


def look(page: Page, name: str) -> None:
    folder = os.environ.get("CASEWRIGHT_PICTURES", "")
    if folder:
        page.screenshot(path=str(Path(folder) / f"post-{name}.png"), full_page=True)


def write(landlord: Landlord, *, top: float) -> None:  # noqa: F811
    """Put a letter among those that wait, whose address stands so far below the edge."""
    lines = ["12 Canal Street", "Brightwater", "BW1 2AB"]
    name = landlord.person.full_name
    by = landlord.factories.actor(landlord.officer)
    case = landlord.factories.complaint(by=by, person=landlord.person)
    with landlord.factories.transaction() as session:
        document = filing.add_document(session, case.id, "a.txt", b"x", by=by)
        version = session.query(DocumentVersion).filter_by(document_id=document).one()
        version.sha256, version.content_type = store().put(sheet(name, *lines, top=top)), "application/pdf"
        session.add(
            Communication(
                key=f"letter:{document}", channel="letter", status="printing", case_id=case.id, recipient=name,
                person_id=landlord.person.id, address=", ".join(lines), address_lines=lines, document_id=document,
                subject="Our answer to your complaint", template="reply", purpose="statutory", created_at=now(),
            )
        )  # fmt: skip


def test_letters_are_printed_and_posted(open_page, landlord: Landlord) -> None:  # noqa: F811
    page: Page = open_page()
    landlord.sign_in(page)
    for top in (135, 135, 320):
        write(landlord, top=top)
    page.goto(f"{landlord.address}/post")

    assert not faults_everywhere(page)
    look(page, "list")
    page.get_by_role("button", name="Print all 3").click()
    expect(page.get_by_text("It is being made")).to_be_visible()
    look(page, "making")
    landlord.factories.run_long_jobs()
    expect(page.get_by_text("Print and post")).to_be_visible()
    expect(page.get_by_text("The address is not in the window of the envelope.")).to_be_visible()
    page.reload()
    assert not faults_everywhere(page)
    look(page, "ready")
    page.set_viewport_size(PHONE)
    look(page, "ready-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="They were posted").click()
    expect(page.get_by_text("The letters are sent: each case says so.")).to_be_visible()
    page.goto(f"{landlord.address}/post")
    look(page, "list-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
