"""E-mails and text messages of a category in their editor: begun, looked at while they are written, saved, not lost."""

import pytest

from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import Page, PageClient
from tests.unit.definitions.files import category

PATH = "letters/hello.email"
PAGE = f"/studio/sample/files/{PATH}"
SAVED = f"/studio/sample/messages/{PATH}"
PREVIEW = f"/studio/sample/previews/{PATH}"
EMAIL = b"Subject: Your rent\n\nDear {{ person.salutation }}\n\nYour rent is **{{ rent|money }}**.\n"
SMS_PATH = "letters/hello.sms"


@pytest.fixture
def messages(factories: Factories, analyst: PageClient) -> PageClient:
    """An analyst, with a version that has the e-mail and the text message “hello”."""
    factories.deploy({**category(), PATH: EMAIL, SMS_PATH: b"Your rent is {{ rent|money }}."})
    return analyst


def typed(browser: PageClient, text: str, *, subject: str = "Your rent", path: str = PATH, status: int = 200) -> str:
    """Ask how a text looks, as the editor does while somebody types."""
    answer = browser.submit(
        f"/studio/sample/previews/{path}",
        {"subject": subject, "text": text},
        status=status,
        headers={"HX-Request": "true"},
    )
    return answer.text


def field(page: Page, name: str) -> str:
    found = page.tree.xpath(f"//*[@id='{name}']")[0]
    return str(found.value if name == "subject" else found.text.removeprefix("\n"))


def content(browser: PageClient, path: str = PATH) -> str:
    return browser.get(f"/studio/sample/content/{path}").text


def test_a_message_is_begun_by_its_title_and_has_no_fault(messages: PageClient) -> None:
    for kind, name in (("email", "repair_booked.email"), ("sms", "repair_booked.sms")):
        page = messages.follow(messages.submit("/studio/sample/messages", {"kind": kind, "title": "Repair booked {{"}))
        assert page.h1 == "Repair booked" and "No faults" in page.main and f"letters/{name}" in page.main
        again = messages.submit("/studio/sample/messages", {"kind": kind, "title": "Repair booked"}, status=409)
        assert f"There is a message letters/{name} already." in again.text

    for wrong in ({"kind": "email", "title": " "}, {"kind": "email", "title": "1st"}, {"kind": "letter", "title": "x"}):
        messages.submit("/studio/sample/messages", wrong, status=422)


def test_a_message_with_a_fault_is_saved_as_it_was_typed_and_the_fault_told_with_its_line(messages: PageClient) -> None:
    text = "Dear {{ person.ful_name }}\r\n\r\n{% if rent %}\r\nmuch"

    page = messages.follow(messages.submit(SAVED, {"subject": "  Hello\n{{ person.x", "text": text, "revision": "0"}))

    assert content(messages) == f"Subject: Hello {{{{ person.x\n\n{text}".replace("\r", "")
    assert "Hello is saved as a draft." in page.text and "2 faults" in page.main
    assert field(page, "text") == text.replace("\r", "") and field(page, "subject") == "Hello {{ person.x"
    found = page.tree.xpath("//a[@data-go-line]")
    assert {(a.get("href"), a.get("data-go-line")) for a in found} == {("#subject", ""), ("#text", "3")}


@on_sqlite_alone
def test_what_is_typed_is_looked_at_and_nothing_is_kept(messages: PageClient) -> None:
    sound, wrong = typed(messages, "Dear **{{ person.full_name }}**"), typed(messages, "Dear {{ person.ful_name }}")
    broken = typed(messages, "All\n\nDear {{ person.full_name")

    assert "No faults" in sound and "&lt;strong" in sound and "Ann Sample" in sound and "<html" not in sound
    assert "Did you mean “person.full_name”?" in wrong and "[person.ful_name is missing]" in wrong
    assert "is not closed with" in broken and 'data-go-line="3"' in broken
    assert 'id="message-look"' in sound and 'id="message-look"' not in broken  # the last one that could be shown stays
    assert content(messages).encode() == EMAIL


@on_sqlite_alone
def test_without_script_the_preview_is_a_page_with_what_was_typed(messages: PageClient) -> None:
    page = Page(messages.submit(PREVIEW, {"subject": "New", "text": "Dear {{ tenant }}", "revision": "7"}, status=200))

    assert field(page, "text") == "Dear {{ tenant }}" and field(page, "subject") == "New"
    assert page.form("/messages/")["revision"] == "7" and "“tenant”, which is not a field" in page.main
    assert content(messages).encode() == EMAIL


def test_whoever_is_overtaken_keeps_what_they_typed_and_may_save_it_over(
    factories: Factories, messages: PageClient
) -> None:
    messages.submit(SAVED, {"subject": "One", "text": "Mine", "revision": "0"})
    other = factories.client("analyst")

    page = Page(other.submit(SAVED, {"subject": "Two", "text": "Theirs", "revision": "0"}, status=409))

    assert "Ann Analyst saved letters/hello.email after you opened it" in page.main
    assert "What you typed is still here." in page.main and content(messages) == "Subject: One\n\nMine"
    other.submit(SAVED, {**page.form("/messages/"), "text": field(page, "text")})
    assert content(messages) == "Subject: Two\n\nTheirs"


HOSTILE = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)> [x](javascript:alert(1)) \0{{ 7*7 }}"


@on_sqlite_alone
def test_hostile_words_stay_words(messages: PageClient) -> None:
    part = typed(messages, HOSTILE, subject=HOSTILE)
    page = Page(messages.submit(PREVIEW, {"subject": HOSTILE, "text": HOSTILE}, status=200))

    assert field(page, "text") == HOSTILE.replace("\0", "") and field(page, "subject") == HOSTILE.replace("\0", "")
    look = page.tree.xpath("//iframe")[0]
    assert look.get("sandbox") == "allow-same-origin"  # and so no script, no form, no way out
    for told in (part, page.text, look.get("srcdoc")):
        assert "<script>alert" not in told and "<img" not in told and 'href="javascript:' not in told


@on_sqlite_alone
@pytest.mark.parametrize(
    "text", ["{{ ''.__class__ }}", "{% include 'x' %}", "{% for a in range(99999) %}x{% endfor %}"]
)
def test_what_templates_may_not_do_is_told_and_not_done(messages: PageClient, text: str) -> None:
    assert "Error" in typed(messages, text)


@on_sqlite_alone
def test_whoever_may_not_change_it_sees_it_and_sends_nothing(officer: PageClient, messages: PageClient) -> None:
    page = officer.page(PAGE)

    assert page.tree.xpath("//textarea/@readonly") and "Save as a draft" not in page.main
    assert "Fields to insert" not in page.main and "Dear Ms Sample" in page.main
    officer.submit(SAVED, {"text": "x"}, status=403)
    officer.submit("/studio/sample/messages", {"kind": "sms", "title": "x"}, status=403)


def test_the_parts_of_a_text_message_are_counted_while_it_is_written(messages: PageClient) -> None:
    one = typed(messages, "Your rent is {{ rent|money }}", path=SMS_PATH)
    dear = typed(messages, "Rent: ½", path=SMS_PATH)
    long = typed(messages, "{{ person.full_name }} " + "a" * 148, path=SMS_PATH)
    most = typed(messages, "a" * 919, path=SMS_PATH)

    assert "One part: 18 places are taken in GSM-7, 142 more fit in it." in one
    assert "½ (vulgar fraction one half)" in dear and "<mark>½</mark>" in dear
    assert "Where its fields hold long texts it takes 2 parts" in long
    assert "7 parts" in most and "At most 6 parts are sent: shorten it." in most


@on_sqlite_alone
def test_fields_are_offered_as_a_text_writes_them(messages: PageClient) -> None:
    page = messages.page("/studio/sample/fields?words=works&kind=email")
    word = messages.page("/studio/sample/fields?words=works")

    assert "{% for work in works %}" in page.main and "{%p" not in page.main and "{%tr" not in page.main
    assert "{%p for work in works %}" in word.main and "{%tr" in word.main
    assert messages.page("/studio/sample/fields?kind=%00").main


@on_sqlite_alone
def test_a_file_that_is_no_text_is_told_and_can_be_written_anew(factories: Factories, messages: PageClient) -> None:
    factories.deploy({**category(), PATH: b"\xff\xfe\x00"})

    page = messages.page(PAGE)

    assert "it is not UTF-8 text" in page.main or "is no text" in page.main
    assert "No faults" in messages.follow(messages.submit(SAVED, {"subject": "A", "text": "B", "revision": "0"})).main


@on_sqlite_alone
def test_what_is_no_message_has_no_editor(messages: PageClient) -> None:
    for path in ("letters/none.email", "ask.form", "letters/x.docx"):
        messages.submit(f"/studio/sample/previews/{path}", {"text": "x"}, status=404)
        messages.submit(f"/studio/sample/messages/{path}", {"text": "x"}, status=404)
