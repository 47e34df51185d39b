"""E-mails and text messages of a category in the studio: listed, compared, and tried with a sample and with a case."""

import json

import pytest

from tests.factories import Factories
from tests.integration.studio.test_letter_trials import case_of
from tests.pages import Page, PageClient
from tests.unit.definitions.files import category

EMAIL = b"""Subject: Your rent, {{ person.salutation }}

Dear {{ person.salutation }}

Your rent is **{{ rent|money }}**.

{% if received_on %}
You wrote on {{ received_on|date }}.
{% endif %}
"""
SMS = b"{{ person.salutation }}: your rent is {{ rent|money }}."


@pytest.fixture
def messages(factories: Factories, analyst: PageClient) -> PageClient:
    """An analyst, with a version that has an e-mail and a text message, and a landlord."""
    factories.organisation()
    factories.deploy({**category(), "letters/hello.email": EMAIL, "letters/hello.sms": SMS})
    return analyst


def tried(browser: PageClient, name: str, status: int = 200, **asked: str) -> Page:
    return Page(browser.submit(f"/studio/sample/trial/letters/{name}", asked, status=status))


def greeting(salutation: str) -> str:
    """Return values in which somebody is greeted so."""
    return json.dumps({"person": {"salutation": salutation}})


def looks(page: Page) -> str:
    """Return the page of HTML that an e-mail is shown as."""
    return str(page.tree.xpath("//iframe/@srcdoc")[0])


def test_an_e_mail_is_tried_with_a_sample_of_every_field(messages: PageClient) -> None:
    page = tried(messages, "hello.email")

    assert "Nothing is missing" in page.main and "Your rent, Ms Sample" in page.main
    assert "Your rent is £3.00." in page.main and "<strong" in looks(page)
    assert page.tree.xpath("//iframe/@sandbox") == ["allow-same-origin"]


def test_an_e_mail_is_tried_with_a_case_and_marks_what_is_missing(factories: Factories, messages: PageClient) -> None:
    case = case_of(factories, received_on="2026-12-03")

    page = tried(messages, "hello.email", case=case.reference)

    assert "1 field is missing" in page.main and "In the text: “Your rent is **{{ rent|money }}**.”" in page.main
    assert "[rent is missing]" in looks(page) and "You wrote on 3 December 2026." in looks(page)


def test_what_a_field_holds_is_neither_markup_nor_markdown_in_a_trial(messages: PageClient) -> None:
    hostile = "<script>alert(1)</script> **bold** ![x](http://evil.example/x.png)"

    page = tried(messages, "hello.email", data=greeting(hostile))

    assert "<script" not in looks(page) and "<img" not in looks(page) and "<strong>bold" not in looks(page)
    assert page.tree.xpath("//script[not(@src)]") == []


def test_a_text_message_is_tried_and_its_parts_are_counted(factories: Factories, messages: PageClient) -> None:
    case = case_of(factories, rent=100)

    page = tried(messages, "hello.sms", case=case.reference)
    dear = tried(messages, "hello.sms", data=greeting("Şükrü " + "x" * 80))
    long = tried(messages, "hello.sms", data=greeting("x" * 2000))

    assert "Mrs Okafor: your rent is £100.00." in page.main
    assert "One part: 33 places are taken in GSM-7, 127 more fit in it." in page.main
    assert "2 parts, each paid for" in dear.main and "Ş (latin capital letter s with cedilla)" in dear.main
    assert dear.tree.xpath("//mark/text()") == ["Ş"]
    assert "14 parts" in long.main and "At most 6 parts are sent: shorten it." in long.main


def test_a_fault_is_told_with_the_kind_that_it_is(messages: PageClient) -> None:
    page = tried(messages, "hello.sms", 422, data='{"rent": "much"}')

    assert "There is no text message" in page.main and '"money" needs a number' in page.main


def test_messages_are_listed_beside_letters_and_compared(factories: Factories, messages: PageClient) -> None:
    changed = EMAIL.replace(b"Your rent is", b"The new rent is").replace(b"Subject: Your", b"Subject: The")
    factories.deploy({**category(), "letters/hello.email": changed, "letters/hello.sms": SMS})

    listed = messages.page("/studio/sample/letters")
    page = messages.page("/studio/sample/comparison/letters/hello.email")

    assert "E-mails" in listed.main and "Text messages" in listed.main and "No step sends it" in listed.main
    assert "Lines: 2 changed." in page.main and "taken out: Your. put in: The" in page.main
    assert page.tree.xpath("//h2[.='Subject']") and "2 lines stay as they are" in page.main
    assert "There is one state of this text message" in _one_state(messages)


def _one_state(browser: PageClient) -> str:
    return browser.page("/studio/sample/comparison/letters/hello.sms").main


def test_a_comparison_tells_of_fields_gained_and_lost(factories: Factories, messages: PageClient) -> None:
    changed = '{{ person.full_name }}: your rent is due.\n{% include "how_to_pay" %}'
    messages.submit("/studio/sample/messages/letters/hello.sms", {"text": changed, "revision": "0"})

    page = messages.page("/studio/sample/comparison/letters/hello.sms")

    assert "It uses now, and did not beforeperson.full_name" in page.main
    assert "It does not use any moreperson.salutationrent" in page.main


def test_a_message_that_is_no_text_is_told_in_a_sentence(factories: Factories, messages: PageClient) -> None:
    factories.deploy({**category(), "letters/hello.sms": b"\xff\xfe\x00"})

    page = messages.page("/studio/sample/comparison/letters/hello.sms", status=422)

    assert "One of the two cannot be compared because it is not UTF-8 text" in page.main
    assert tried(messages, "hello.sms", 422).main
