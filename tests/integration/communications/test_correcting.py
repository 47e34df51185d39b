"""New versions of a letter's document: edits while the letter waits for a decision, and told apart afterwards."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update

from engine.communications import settling
from engine.filing.receiving import renditions
from models.communication import CommunicationEdit
from models.document import DocumentVersion
from tests.integration.api.conftest import Program
from tests.integration.communications.conftest import Correspondence
from tests.integration.communications.test_existing_documents import pdf
from tests.integration.rights.test_grants import store
from tests.pages import Page, PageClient
from tests.word_files import word_file

CORRECTED = "Dear Ada, with kind regards."


@pytest.fixture
def asked(letters: Correspondence) -> Correspondence:
    """A letter that waits until the team called Letters approves it."""
    letters.start("send_letter", template="hello", approval="Letters")
    return letters


@pytest.fixture
def client(letters: Correspondence) -> PageClient:
    return letters.factories.client("officer", teams=("Letters",))


def upload(client: PageClient, letters: Correspondence, content: bytes, name: str, *, status: int = 303) -> Any:
    """Add a version on the page of the document."""
    address = f"/documents/{letters.documents[0].id}"
    form = client.page(f"{address}/change").form("versions")
    return client.submit(f"{address}/versions", {**form, "file": (BytesIO(content), name)}, status=status)


def test_a_version_added_to_the_document_of_a_letter_that_waits_is_an_edit_of_the_letter(
    asked: Correspondence, client: PageClient
) -> None:
    before, corrected = asked.messages[0].text, word_file(CORRECTED)

    page = client.follow(upload(client, asked, corrected, "letter.docx"))
    assert f"Letter to {asked.ada.full_name} goes out in this version once it is decided on." in page.text
    set_pdf(asked, pdf_state="")
    (letter,), (edit,) = asked.messages, asked.rows(CommunicationEdit)
    asked.act(settling.approve, letter.id)
    asked.dispatch()

    assert (letter.text, letter.document_version) == (CORRECTED, 2)
    assert (edit.text, edit.document_version) == (before, 1) and asked.events() == [
        "written", "edited", "approved", "sent",
    ]  # fmt: skip
    assert asked.post.sent[0].letter.path.read_bytes() == corrected  # type: ignore[union-attr]
    page = client.page(f"/communications/{letter.id}")
    assert "What it said before" in page.main and "version 1 of its document" in page.main


def test_once_it_is_decided_on_a_version_stays_and_both_pages_say_which_it_is(
    asked: Correspondence, client: PageClient
) -> None:
    (letter,) = asked.messages
    asked.act(settling.approve, letter.id)
    upload(client, asked, word_file(CORRECTED), "letter.docx")
    assert "The version that goes is 1" in client.page(f"/communications/{letter.id}").main
    set_pdf(asked, pdf_state="")
    asked.dispatch()

    assert asked.rows(CommunicationEdit) == [] and asked.messages[0].document_version == 1
    assert CORRECTED not in asked.messages[0].text
    page = client.page(f"/communications/{letter.id}")
    assert "The version sent is 1" in page.main and CORRECTED not in page.main
    assert f"?version={1}" in page.text and "Dear" in page.main
    page = client.page(f"/documents/{letter.document_id}")
    assert "What goes out is not the newest version" in page.main and "the version sent is 1" in page.main
    assert "Sent to people" in page.text


def test_who_may_not_write_to_people_changes_no_letter(asked: Correspondence) -> None:
    verbs = ("see cases", "see documents", "add document", "change document")
    with asked.factories.transaction() as session:
        store(session, "1:keeper", keeper=[(verb, "everything") for verb in verbs])
    client = asked.factories.client("keeper")

    upload(client, asked, word_file(CORRECTED), "letter.docx")

    assert asked.documents[0].version == 2
    assert asked.messages[0].document_version == 1 and asked.rows(CommunicationEdit) == []


def test_a_version_that_cannot_be_printed_is_refused_while_a_letter_waits(
    asked: Correspondence, client: PageClient
) -> None:
    refused = Page(upload(client, asked, b"a,b\n1,2\n", "letter.csv", status=422))

    assert "goes out in this version: only Word files and PDFs can be printed" in refused.main
    assert asked.documents[0].version == 1 and asked.messages[0].document_version == 1


def test_over_rest_a_version_is_an_edit_too(asked: Correspondence) -> None:
    program = Program(asked.factories, asked.factories.user("officer"))
    sent = {"file": (BytesIO(word_file(CORRECTED)), "letter.docx"), "note": "Kinder"}

    program.call("POST", f"/documents/{asked.documents[0].id}/versions", data=sent, status=201)

    assert (asked.messages[0].text, asked.messages[0].document_version) == (CORRECTED, 2)


def test_a_letter_is_shown_as_the_pages_that_are_printed_and_says_what_is_missing(
    asked: Correspondence, client: PageClient
) -> None:
    (letter,) = asked.messages
    page = client.page(f"/communications/{letter.id}")
    assert page.tree.xpath("//*[@data-letter-url]") and "Make a PDF" in page.main
    set_pdf(asked, pdf_state="missing")
    page = client.page(f"/communications/{letter.id}")
    assert "There is no PDF of it" in page.main and "LibreOffice" in page.main

    set_pdf(asked, pdf_state="ready", pdf=renditions().put(pdf("Dear Ada")), pages=2)
    page = client.page(f"/communications/{letter.id}")

    pages = page.tree.xpath("//ol[@class='cw-pages']//img/@src")
    assert pages == [f"/documents/{letter.document_id}/pages/{number}?version=1" for number in (1, 2)]
    assert not page.tree.xpath("//*[@data-letter-url]")
    assert client.get(pages[0]).mimetype == "image/jpeg"


def set_pdf(letters: Correspondence, **columns: Any) -> None:
    with letters.factories.transaction() as session:
        session.execute(update(DocumentVersion).values(**columns))
