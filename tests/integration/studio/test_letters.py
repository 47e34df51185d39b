"""The letters of a category in the studio: listed, exchanged, refused, compared."""

import io

import pytest

from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category, form
from tests.word_files import members, with_relationship, word_file, zipped

PATH = "letters/hello.docx"
PAGE = f"/studio/sample/files/{PATH}"
COMPARISON = f"/studio/sample/comparison/{PATH}"
FIRST = word_file("Dear {{ person.salutation }}", "Your rent is {{ rent|money }}.", header="{{ organisation.name }}")
SECOND = word_file("Dear {{ person.full_name }}", "Your rent is {{ rent|money }}.", header="{{ organisation.name }}")


@pytest.fixture
def letters(factories: Factories, analyst: PageClient) -> PageClient:
    """An analyst, with a version that has the letter “hello”."""
    factories.deploy({**category(), PATH: FIRST})
    return analyst


def send(browser: PageClient, content: bytes, *, name: str = "hello.docx", status: int = 302, revision: int = 0):  # type: ignore[no-untyped-def]
    sent = {"file": (io.BytesIO(content), name), "revision": str(revision)}
    address = f"/studio/sample/letters/{PATH}"
    return browser.submit(address, sent, content_type="multipart/form-data", status=status)


def test_a_letter_is_shown_with_its_words_fields_and_states(letters: PageClient) -> None:
    page = letters.page(PAGE)

    assert page.h1 == "Hello" and "Your rent is {{ rent|money }}." in page.main
    assert "organisation.name in the header" in page.main and "person.salutation" in page.main
    assert "Version 2 In use" in page.main


def test_letters_are_listed_with_what_is_wrong_with_them(letters: PageClient) -> None:
    send(letters, word_file("Dear {{ person.ful_name }}"))

    page = letters.page("/studio/sample/letters")

    assert "letters/hello.docx" in page.main and "1 error ChangedNo step merges it" in page.main
    assert page.links()["Hello"] == PAGE


def test_a_letter_is_exchanged_and_its_faults_are_told_with_paragraph_and_remedy(letters: PageClient) -> None:
    page = letters.follow(send(letters, word_file("All is well", footer="Ring {{ officer.fone }} today")))

    assert "letters/hello.docx is saved as a draft." in page.text
    assert "“officer.fone”, which is not a field that this category has" in page.main
    assert 'It stands in the footer, in the paragraph "Ring {{ officer.fone }} today"' in page.main
    assert "Did you mean “officer.phone”?" in page.main


HOSTILE = {
    "it carries macros": zipped({**members(FIRST), "word/vbaProject.bin": b"x"}),
    "it fetches a template from elsewhere": with_relationship(FIRST, "attachedTemplate", "http://x.example/a.dotm"),
    "it fetches a picture from elsewhere": with_relationship(FIRST, "image", "http://x.example/a.png"),
    "it is two kinds of file in one": FIRST + b"x",
    "it is empty": b"",
    "is no Word document": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF",
}


@on_sqlite_alone
def test_what_no_letter_may_be_is_refused_and_not_kept(letters: PageClient) -> None:
    for why, content in HOSTILE.items():
        answer = send(letters, content, status=422)
        assert why in answer.text and "The file was not taken" in answer.text

    assert letters.get(f"/studio/sample/content/{PATH}").data == FIRST


@on_sqlite_alone
def test_a_hostile_letter_is_refused_among_several_too(letters: PageClient) -> None:
    files = [(io.BytesIO(FIRST), "good.docx"), (io.BytesIO(HOSTILE["it carries macros"]), "bad.docx")]

    answer = letters.submit("/studio/sample/files", {"files": files}, content_type="multipart/form-data", status=422)

    assert "it carries macros" in answer.text
    assert "good.docx" not in letters.page("/studio/sample").text


def test_no_file_and_a_stale_page_are_told_on_the_page(factories: Factories, letters: PageClient) -> None:
    assert "No file was chosen." in letters.submit(f"/studio/sample/letters/{PATH}", {}, status=422).text
    send(letters, SECOND)

    answer = send(factories.client("analyst"), FIRST, status=409)

    assert "Ann Analyst saved letters/hello.docx after you opened it" in answer.text


def test_who_may_not_change_categories_reads_and_sends_nothing(officer: PageClient, letters: PageClient) -> None:
    page = officer.page(PAGE)

    assert "Exchange it" not in page.main
    send(officer, SECOND, status=403)


def test_the_draft_is_compared_with_what_is_in_use(letters: PageClient) -> None:
    send(letters, SECOND)

    page = letters.page(COMPARISON)

    assert "Paragraphs and rows: 1 changed." in page.main
    assert "taken out: {{ person.salutation }}. put in: {{ person.full_name }}" in page.main
    assert "It uses now, and did not beforeperson.full_name" in page.main
    assert "It does not use any moreperson.salutation" in page.main
    assert "Your rent is" in page.main and "organisation.name" not in page.main
    assert "organisation.name" in letters.page(f"{COMPARISON}?whole=1").main


def test_any_two_versions_are_compared(factories: Factories, letters: PageClient) -> None:
    factories.deploy({**category(), PATH: SECOND})
    factories.deploy({**category(ask__form=form({"type": "number", "key": "rent", "label": "Rent"})), PATH: SECOND})

    page = letters.page(PAGE)
    compared = letters.page(f"{COMPARISON}?before=3&after=2")

    assert "Versions 3 to 4 In use" in page.main
    assert page.links()["What it changed (Versions 3 to 4)"] == f"{COMPARISON}?before=2&after=3"
    assert "put in: {{ person.salutation }}" in compared.main


def test_states_that_say_the_same_are_said_to(letters: PageClient) -> None:
    assert "They say the same, word for word" in letters.page(COMPARISON).main
    assert "There is one state of this letter: Version 2" in letters.page(COMPARISON).main


NOWHERE = [
    "/studio/sample/comparison/letters/none.docx",
    "/studio/sample/comparison/ask.form",
    "/studio/nothing/letters",
    f"{COMPARISON}?before=99",
    f"{COMPARISON}?before=draft%00",
    f"{COMPARISON}?after=-1",
    f"{COMPARISON}?after=99999999999999999999",
]


@on_sqlite_alone
def test_what_is_not_there_is_not_found(letters: PageClient) -> None:
    assert [letters.get(address).status_code for address in NOWHERE] == [404] * len(NOWHERE)


def test_a_state_that_cannot_be_read_is_told_in_a_sentence(factories: Factories, letters: PageClient) -> None:
    factories.deploy({**category(), PATH: b"PK\x03\x04 damaged"})

    answer = letters.page(COMPARISON, status=422)

    assert "One of the two cannot be compared because it is damaged" in answer.main


def test_the_script_that_shows_progress_is_told_where_to_go_and_the_message_stays(letters: PageClient) -> None:
    sent = {"file": (io.BytesIO(SECOND), "hello.docx"), "revision": "0"}

    answer = letters.submit(
        f"/studio/sample/letters/{PATH}",
        sent,
        content_type="multipart/form-data",
        status=204,
        headers={"X-Upload": "1"},
    )

    assert answer.headers["X-Location"] == PAGE and answer.data == b"" and "Location" not in answer.headers
    assert "is saved as a draft" in letters.page(PAGE).text


def test_what_a_draft_changes_leads_to_the_comparison(letters: PageClient) -> None:
    send(letters, SECOND)

    assert letters.page("/studio/sample/changes").links()["What changed in it"] == COMPARISON
