"""Writing to people in a real browser: composed, approved, seen delivered; fifty at once; a letter on a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine import cases, filing
from engine.communications import dispatching
from engine.communications.providers.base import Receipt
from engine.starting import Subject
from models.communication import Communication
from models.people import ContactDetail
from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import PHONE
from tests.browser.test_officer import PASSWORD, Landlord, landlord  # noqa: F401
from tests.diagrams import category
from tests.integration.communications.conftest import LETTER, Post
from tests.integration.communications.test_existing_documents import TITLE, pdf


class Arrives(Post):
    """A provider that says at once that a message arrived."""

    def _send(self, message: object) -> Receipt:
        self.sent.append(message)  # type: ignore[arg-type]
        return Receipt(f"post-{len(self.sent)}", status="delivered")


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where one was asked for."""
    folder = os.environ.get("CASEWRIGHT_PICTURES", "")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture
def post(landlord: Landlord) -> Post:  # noqa: F811
    """The way out; the person of the landlord has an e-mail address."""
    with landlord.factories.transaction() as session:
        session.add(ContactDetail(person_id=landlord.person.id, contact_type="email", value="ada@resident.example"))
    return Arrives()


def sign_in_as(page: Page, landlord: Landlord, *roles: str, name: str) -> None:  # noqa: F811
    """Sign in as a colleague."""
    user = landlord.factories.user(*roles, name=name, teams=("Complaints officers",), password=PASSWORD)
    page.goto(f"{landlord.address}/sign-in")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.split()[0])


def send(landlord: Landlord, post: Post) -> None:  # noqa: F811
    dispatching.dispatch(landlord.factories.sessions, {"email": post, "letter": post})


def test_it_is_composed_approved_sent_and_seen_delivered(open_page, landlord: Landlord, post: Post) -> None:  # noqa: F811
    page: Page = open_page()
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/people/{landlord.person.id}/communications/new?channel=email")
    page.get_by_role("checkbox", name=landlord.person.full_name).check()
    page.get_by_label("Subject").fill("Your repair")
    page.get_by_label("Text", exact=True).fill("We come on Friday.")
    page.get_by_label("Team that approves it first").select_option("Complaints officers")
    assert not faults_everywhere(page)
    look(page, "compose")
    page.get_by_role("button", name="See how it looks").click()
    expect(page.get_by_role("heading", name="How it looks")).to_be_visible()
    page.get_by_label("Text", exact=True).fill("We come on Friday at ten.")
    assert not faults_everywhere(page)
    look(page, "preview")
    page.get_by_role("button", name="Ask Complaints officers to approve").click()
    expect(page.get_by_role("link", name="Your repair")).to_be_visible()
    with landlord.factories.transaction() as session:
        number = session.scalars(select(Communication.id)).one()
    colleague: Page = open_page()
    sign_in_as(colleague, landlord, "officer", name="Tom Ridley")
    colleague.goto(f"{landlord.address}/communications/{number}")
    assert not faults_everywhere(colleague)
    look(colleague, "approval")
    colleague.get_by_role("button", name="Approve and send").click()
    expect(colleague.get_by_text("Approved: it leaves now.")).to_be_visible()
    send(landlord, post)

    page.reload()
    expect(page.get_by_role("table").get_by_text("Delivered")).to_be_visible()
    assert [one.text for one in post.sent] == ["We come on Friday at ten."]
    assert not faults_everywhere(page)
    look(page, "history")


@pytest.mark.soak
def test_fifty_are_written_to_at_once(open_page, landlord: Landlord, post: Post) -> None:  # noqa: F811
    people = [landlord.factories.person(first_name=f"P{n}", surname="Manyfold") for n in range(50)]
    with landlord.factories.transaction() as session:
        for one in people:
            session.add(ContactDetail(person_id=one.id, contact_type="email", value=f"p{one.id}@resident.example"))
    page: Page = open_page()
    sign_in_as(page, landlord, "team_manager", "officer", name="Moira Blake")
    page.goto(f"{landlord.address}/people?q=Manyfold")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Write to those chosen").click()
    page.get_by_label("Name of the batch").fill("Our fair")
    page.get_by_label("E-mail", exact=True).check()
    page.get_by_label("Subject of an e-mail").fill("Our summer fair")
    page.get_by_label("Text of an e-mail or text message").fill("Come to our fair.")
    assert not faults_everywhere(page)
    look(page, "batch-new")
    page.get_by_role("button", name="Write them").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    look(page, "batch-progress")
    landlord.factories.run_jobs()
    page.reload()
    expect(page.get_by_text("50 messages")).to_be_visible()
    assert not faults_everywhere(page)
    look(page, "batch-ready")
    page.get_by_role("button", name="Dispatch 50").click()
    expect(page.get_by_text("Dispatched: 50 are on the way.")).to_be_visible()
    send(landlord, post)

    assert len(post.sent) == 50
    page.goto(f"{landlord.address}/communications/reports")
    assert not faults_everywhere(page)
    look(page, "reports")


def test_a_letter_is_read_on_a_phone(open_page, landlord: Landlord, post: Post) -> None:  # noqa: F811
    page: Page = open_page(viewport=PHONE)
    landlord.sign_in(page)
    landlord.factories.deploy(category("start > ask > end", files={"hello.docx": LETTER}))
    with landlord.factories.transaction() as session:
        subjects, by = [Subject("person", landlord.person.id)], landlord.factories.actor(landlord.officer)
        case = cases.start(session, "sample", subjects=subjects, fields={}, by=by)
    page.goto(f"{landlord.address}/cases/{case.reference}/communications/new?channel=letter")
    look(page, "phone-compose")
    page.get_by_role("checkbox", name=landlord.person.full_name).check()
    page.get_by_role("combobox", name="Template").fill("hello")
    page.get_by_role("option", name="Hello").first.click()
    page.get_by_role("button", name="See how it looks").click()
    expect(page.locator(".cw-letter-frame.is-ready")).to_be_visible()
    look(page, "phone-preview")
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("main table a").first.click()
    expect(page.locator(".cw-letter-frame.is-ready")).to_be_visible()

    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    assert not faults_everywhere(page)
    look(page, "phone-letter")


@pytest.mark.soak
def test_a_document_is_sent_from_its_page(open_page, landlord: Landlord, post: Post) -> None:  # noqa: F811
    landlord.factories.deploy(category("start > ask > end"))
    by = landlord.factories.actor(landlord.officer)
    with landlord.factories.transaction() as session:
        case = cases.start(session, "sample", subjects=[Subject("person", landlord.person.id)], fields={}, by=by)
        number = filing.add_document(session, case.id, "report.pdf", pdf("There is damp."), title=TITLE, by=by)
    landlord.factories.run_jobs()
    page: Page = open_page()
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/documents/{number}")
    look(page, "document")
    page.get_by_role("link", name="Send", exact=True).click()
    page.get_by_role("link", name="E-mail", exact=True).click()
    expect(page.get_by_role("heading", name="Send this document")).to_be_visible()
    page.get_by_role("checkbox", name=landlord.person.full_name).check()
    assert not faults_everywhere(page)
    look(page, "send-document")
    page.get_by_role("button", name="See how it looks").click()
    expect(page.get_by_role("img", name="Page 1 of 1")).to_be_visible()
    assert not faults_everywhere(page)
    look(page, "send-document-preview")
    page.set_viewport_size(PHONE)
    look(page, "send-document-preview-phone")
    page.get_by_role("button", name="Send", exact=True).click()
    send(landlord, post)

    assert [[one.name for one in message.attachments] for message in post.sent] == [["report.pdf"]]
    page.goto(f"{landlord.address}/communications/1")
    look(page, "send-document-message-phone")
    page.goto(f"{landlord.address}/cases/{case.reference}/documents")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "send-document-list")
