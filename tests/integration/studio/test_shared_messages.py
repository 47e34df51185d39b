"""Shared e-mails and text messages: begun without a file, written in versions, looked at, published."""

from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import Page, PageClient

LIST = "/studio/templates"
HERE = f"{LIST}/email/repair_booked"
EDITOR = f"{HERE}/editor"


def begin(browser: PageClient, kind: str = "email") -> Page:
    return browser.follow(browser.submit(LIST, {"kind": kind, "title": "Repair booked"}))


def write(browser: PageClient, text: str, *, version: int = 1, status: int = 302, **more: str):  # type: ignore[no-untyped-def]
    return browser.submit(EDITOR, {"subject": "Hello", "text": text, "version": str(version), **more}, status=status)


def test_an_e_mail_is_begun_without_a_file_written_compared_and_published(analyst: PageClient) -> None:
    page = begin(analyst)

    assert page.h1 == "Repair booked: write it" and "No faults" in page.main
    assert page.form("/editor")["subject"] == "Repair booked ({{ case.reference }})"
    page = analyst.follow(write(analyst, "Dear {{ recipient.name }}\n\nWe come on Friday.", note="Kinder"))
    assert "Version 2 is saved." in page.text and "Dear Ann Sample" in page.main and "Kinder" in page.main
    assert "put in: We come on Friday" in analyst.page(f"{HERE}/comparison").main

    analyst.submit(f"{HERE}/versions/2/publication", {})
    assert "Version 2 is in force" in analyst.page(HERE).main


def test_faults_and_doubts_are_told_with_their_lines_and_kept_from_publishing(analyst: PageClient) -> None:
    begin(analyst)
    page = analyst.follow(write(analyst, "Hello\n\nDear {{ person.ful_name }}\n{{ rent }}"))

    editor = analyst.page(EDITOR)

    assert 'Did you mean "person.full_name"?' in page.main and "Write version 3" in page.links()
    assert [a.get("data-go-line") for a in editor.tree.xpath("//a[@data-go-line]")] == ["3", "4"]
    assert '"rent" is a field of these categories alone: Sample.' in editor.main and "Warning" in editor.main
    assert analyst.submit(f"{HERE}/versions/2/publication", {}, status=422)
    assert "Dear {{ recipient.salutation }}" in analyst.page(f"{EDITOR}?version=1").main


def test_whoever_is_overtaken_keeps_what_they_typed(factories: Factories, analyst: PageClient) -> None:
    begin(analyst)
    write(analyst, "Mine")

    page = Page(write(factories.client("analyst"), "Theirs", status=409))

    assert "Ann Analyst saved version 2 after you began with version 1." in page.main
    assert page.form("/editor")["text"].strip() == "Theirs" and page.form("/editor")["version"] == "2"
    assert "Version 3 is saved." in analyst.follow(write(analyst, "Theirs", version=2)).text


@on_sqlite_alone
def test_what_is_typed_is_looked_at_and_makes_no_version(analyst: PageClient) -> None:
    begin(analyst, "sms")
    address = f"{LIST}/sms/repair_booked/preview"

    part = analyst.submit(address, {"text": "Hello ş"}, status=200, headers={"HX-Request": "true"}).text
    page = Page(analyst.submit(address, {"text": "Hello {{ today", "version": "1", "note": "Kept"}, status=200))

    assert "7 places are taken in UCS-2" in part and "<html" not in part
    assert "is not closed with" in page.main and page.form("/editor")["note"] == "Kept"
    assert "Version 2" not in analyst.page(f"{LIST}/sms/repair_booked").tree.xpath("string(//table)")


@on_sqlite_alone
def test_a_note_that_is_too_long_is_told_and_the_text_stays(analyst: PageClient) -> None:
    begin(analyst)

    page = Page(write(analyst, "Typed with care", note="x" * 501, status=422))

    assert "Give at most 500 characters" in page.main and "Typed with care" in page.main


@on_sqlite_alone
def test_what_is_written_in_word_has_no_editor_and_who_may_not_write_none_either(
    factories: Factories, analyst: PageClient, officer: PageClient
) -> None:
    begin(analyst)
    assert analyst.get(f"{LIST}/letter/none/editor").status_code == 404
    assert analyst.get(f"{LIST}/zebra/none/editor").status_code == 404
    assert officer.get(EDITOR).status_code == 403
    officer.submit(EDITOR, {"text": "x"}, status=403)
