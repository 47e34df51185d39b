"""Incoming in a real browser: an e-mail is looked at and filed on a phone; a scan beside its proposals at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.filing.receiving import receive
from engine.inbound import taking
from tests.browser.accessibility import faults_everywhere
from tests.browser.conftest import PHONE
from tests.browser.test_documents import look
from tests.browser.test_officer import Landlord, landlord  # noqa: F401
from tests.integration.inbound.conftest import Post, write
from tests.pictures import pdf

Opens = Callable[..., Page]
REFERENCE = "CMP-000001"
TEXT = """Dear Sir or Madam,

the boiler is cold again since Saturday. I have attached a picture of the display. My complaint is {reference}.
You can ring me on 01632 960 333 after four.

Kind regards
Ada Okafor
"""


@pytest.fixture
def post(landlord: Landlord) -> Post:  # noqa: F811
    """An e-mail that is not certain, with its page and a file; a scan; and one that could not be read."""
    post = Post(landlord.factories)
    by = landlord.factories.actor(landlord.officer)
    landlord.factories.complaint(by=by, person=landlord.person)
    text = TEXT.format(reference=REFERENCE)
    page = "<p>Dear Sir or Madam,</p><p>the boiler is <b>cold again</b> since Saturday.</p>"
    sender = "Ada Okafor <ada.new@mail.example>"
    with landlord.factories.app.app_context():
        sessions = landlord.factories.sessions
        message = write("Boiler cold again", text, sender=sender, html=page, attach={"readings.txt": b"19 degrees"})
        taking.take_mail(sessions, message)
        taking.take_scan(sessions, "scan0001.pdf", receive("scan0001.pdf", pdf(2)))
        taking.not_read(sessions, None, "The message has 63 MB; at most 50 MB are taken in.", head=write("A film"))
    post.read()
    return post


def test_an_email_is_filed_on_a_phone(open_page: Opens, landlord: Landlord, post: Post) -> None:  # noqa: F811
    phone = open_page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    landlord.sign_in(phone)
    phone.goto(f"{landlord.address}/incoming")
    assert not faults_everywhere(phone)
    look(phone, "incoming-phone")

    phone.get_by_role("link", name="Boiler cold again").click()
    expect(phone.get_by_role("heading", level=1, name="Boiler cold again")).to_be_visible()
    look(phone, "incoming-item-phone")
    assert not faults_everywhere(phone)
    phone.get_by_role("radio", name=REFERENCE).tap()
    phone.get_by_role("button", name="File it").tap()

    expect(phone.get_by_text("It is filed on")).to_be_visible()
    phone.get_by_role("link", name=REFERENCE).tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("complaint", ignore_case=True)


def test_a_scan_is_looked_at_beside_its_proposals(open_page: Opens, landlord: Landlord, post: Post) -> None:  # noqa: F811
    page = open_page()
    landlord.sign_in(page)
    page.goto(f"{landlord.address}/incoming")
    look(page, "incoming")
    assert not faults_everywhere(page)
    page.goto(f"{landlord.address}/incoming/{post.items()[0].id}")
    look(page, "incoming-item")
    page.goto(f"{landlord.address}/incoming/{post.items()[1].id}?find=okafor")

    expect(page.get_by_alt_text("Page 1 of 2")).to_be_visible()
    assert not faults_everywhere(page)
    look(page, "incoming-scan")
    page.goto(f"{landlord.address}/incoming?view=unread")
    look(page, "incoming-unread")
    expect(page.get_by_text("at most 50 MB are taken in")).to_be_visible()
