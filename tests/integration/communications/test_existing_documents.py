"""A document of the case that a step sends as it is: as a letter, or attached to an e-mail."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from engine import filing, jobs, tasks
from engine.communications import settling
from engine.communications.providers import pages
from engine.communications.providers.base import Attachment, Outgoing
from engine.documents import printing
from engine.documents.kinds import PDF
from engine.filing import adding
from engine.filing.receiving import receive
from models.communication import CommunicationEdit
from models.document import DocumentVersion
from models.work import Job, UserTask
from tests.integration.communications.conftest import LETTER, Correspondence

TITLE = "What the surveyor found"
FLOWS = "start > before > write:service > ask > end"
WHERE = ["3 Elm Way", "Leeds", "LS1 4AB"]


def pdf(*said: str, top: float = 400) -> bytes:
    """A page that says this; the window of an envelope shows it at 130 points from the top."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595.28, 841.89), invariant=1)
    for number, line in enumerate(said):
        canvas.drawString(70, 841.89 - top - 13 * number, line)
    canvas.save()
    return file.getvalue()


def file_it(letters: Correspondence, content: bytes, name: str = "report.pdf", title: str = TITLE) -> int:
    with letters.factories.transaction() as session:
        return filing.add_document(session, letters.started.id, name, content, title=title, by=letters.by)


def add_version(letters: Correspondence, document_id: int, content: bytes, name: str = "report.pdf") -> int:
    with letters.factories.transaction() as session:
        return adding.add_version(session, document_id, receive(name, content), by=letters.by)


def go_on(letters: Correspondence) -> None:
    """Complete the open task, and do what follows."""
    (task,) = [one for one in letters.rows(UserTask) if one.status == "open"]
    with letters.factories.transaction() as session:
        tasks.complete(session, task.id, answers={}, by=letters.by)
    letters.run_jobs()


def sends(letters: Correspondence, type_: str = "send_letter", content: bytes | None = None, **inputs: str) -> int:
    """Have a case send a document that was filed on it; return its number."""
    letters.start(type_, flows=FLOWS, **{"document": TITLE, **inputs})
    number = file_it(letters, content or pdf("There is damp.", "It comes from the roof."))
    go_on(letters)
    return number


def test_a_pdf_of_the_case_goes_as_it_is_to_each_recipient(letters: Correspondence) -> None:
    number = sends(letters, to="tenants")

    assert [one.recipient for one in letters.messages] == [letters.ada.full_name, letters.bea.full_name]
    message = letters.messages[0]
    assert (message.document_id, message.document_version, message.template) == (number, 1, "")
    assert (message.subject, message.status) == (TITLE, "waiting") and letters.home.postcode in message.address
    assert "There is damp." in message.text and len(letters.documents) == 1
    assert message.key.endswith(f":document:{number}:1:person:{letters.ada.id}")
    letters.dispatch()
    letters.dispatch()
    assert [one.letter.content_type for one in letters.post.sent if one.letter is not None] == [PDF, PDF]
    assert letters.open() == ["Ask"]


def test_the_newest_version_is_sent_and_a_later_one_is_not_put_in_its_place(letters: Correspondence) -> None:
    letters.start("send_letter", flows=FLOWS, document=TITLE)
    number = file_it(letters, pdf("A first draft."))
    add_version(letters, number, pdf("Corrected by an officer."))
    go_on(letters)
    add_version(letters, number, pdf("Another thing altogether."))

    letters.dispatch()

    assert letters.messages[0].document_version == 2 and "Corrected" in letters.messages[0].text
    (sent,) = letters.post.sent
    assert sent.letter is not None and sent.letter.path.read_bytes() == pdf("Corrected by an officer.")


@pytest.mark.parametrize("given", ["=number", "=[number]", "=string(number)"])
def test_a_document_is_named_by_its_number_too(letters: Correspondence, given: str) -> None:
    letters.start("send_letter", flows=FLOWS, document=given)
    number = file_it(letters, pdf("There is damp."))
    (task,) = [one for one in letters.rows(UserTask) if one.status == "open"]
    with letters.factories.transaction() as session:
        tasks.complete(session, task.id, answers={"number": number}, by=letters.by)
    letters.run_jobs()

    assert [one.document_id for one in letters.messages] == [number], letters.incidents


def test_who_prefers_email_gets_the_document_attached_and_who_must_not_gets_it_by_post(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example", is_preferred=True)
    letters.reach(letters.bea, "email", "bea@resident.example", is_preferred=True, is_safe=False)

    sends(letters, "send_by_preference", to="tenants")

    assert [one.channel for one in letters.messages] == ["email", "letter"]
    letters.dispatch()
    by_email = next(one for one in letters.post.sent if one.channel == "email")
    assert by_email.subject.startswith(TITLE) and "attached" in by_email.text
    assert [one.content_type for one in by_email.attachments] == [PDF]


def test_a_word_file_that_somebody_uploaded_goes_as_a_pdf(letters: Correspondence) -> None:
    letters.start("send_letter", flows=FLOWS, document=TITLE)
    file_it(letters, LETTER, "answer.docx")

    (task,) = [one for one in letters.rows(UserTask) if one.status == "open"]
    with letters.factories.transaction() as session:
        keys = tasks.complete(session, task.id, answers={}, by=letters.by)
    jobs.run_waiting(letters.factories.sessions, but=jobs.APART)

    assert keys and [one.pdf_state for one in letters.rows(DocumentVersion)] == ["waiting"]
    assert len([one for one in letters.rows(Job) if one.kind == "make_pdf"]) == 1
    letters.dispatch(letters.messages[0].created_at)
    assert letters.post.sent == []  # it waits for its PDF


@pytest.mark.parametrize(
    ("content", "name", "type_", "said"),
    [
        (b"a,b\n1,2\n", "costs.csv", "send_letter", f"“{TITLE}” cannot be a letter: only Word files and PDFs can."),
        (None, "", "send_letter", f"The case has no document “{TITLE}” to send."),
    ],
)
def test_what_cannot_be_sent_is_an_incident_in_words(
    letters: Correspondence, content: bytes | None, name: str, type_: str, said: str
) -> None:
    letters.start(type_, flows=FLOWS, document=TITLE)
    if content is not None:
        file_it(letters, content, name)
    go_on(letters)

    assert [one.message for one in letters.incidents] == [said]
    assert letters.messages == []


@pytest.mark.parametrize(("type_", "given"), [("send_letter", "=nothing"), ("send_by_preference", "=[1, 2]")])
def test_a_field_that_names_no_document_is_an_incident_in_words(
    letters: Correspondence, type_: str, given: str
) -> None:
    letters.start(type_, document=given)

    (incident,) = letters.incidents
    assert "the document of the case that is sent as it is." in incident.message or "Name one" in incident.message
    assert letters.messages == []


def test_a_document_of_another_case_is_not_found(letters: Correspondence) -> None:
    letters.start("send_letter", flows=FLOWS, document="=number")
    other = letters.started
    number = file_it(letters, pdf("It concerns somebody else."))
    letters.start("send_letter", flows=FLOWS, document="=number")
    task = next(one for one in letters.rows(UserTask) if one.case_id == letters.started.id and one.status == "open")

    with letters.factories.transaction() as session:
        tasks.complete(session, task.id, answers={"number": number}, by=letters.by)
    letters.run_jobs()

    assert other.id != letters.started.id and letters.messages == []
    assert letters.incidents[-1].message == f"The case has no document “{number}” to send."


def test_a_document_that_is_not_safe_to_send_is_stopped_and_the_team_decides(letters: Correspondence) -> None:
    letters.change(letters.ada, no_letters=True)

    sends(letters)

    assert letters.messages[0].status == "stopped" and "no letters" in letters.messages[0].reason
    assert letters.open() == [f"Decide on “{TITLE}” to {letters.ada.full_name}"]


def test_a_document_waits_for_approval_and_goes_once_it_is_given(letters: Correspondence) -> None:
    sends(letters, approval="Letters")
    letters.dispatch()
    assert letters.post.sent == [] and letters.messages[0].status == "approval"

    letters.act(settling.approve, letters.messages[0].id)
    letters.dispatch()

    assert len(letters.post.sent) == 1 and letters.rows(CommunicationEdit) == []
    assert letters.open() == ["Ask"]


def test_the_same_document_is_not_sent_again_within_the_days_and_another_is(letters: Correspondence) -> None:
    flows = (
        "start > before > join? ; join? > write:service ; write > ask > again? ; again? -[true]-> join? ; again? > end"
    )
    letters.start("send_letter", flows=flows, document=TITLE, repeat="after_days", repeat_days="=7")
    file_it(letters, pdf("There is damp."))
    go_on(letters)
    go_on(letters)
    assert len(letters.messages) == 1

    file_it(letters, pdf("It has got worse."))
    go_on(letters)

    assert len(letters.messages) == 2


# --- the sheet with the address


def letter(content: bytes, *, may_have_sheet: bool = True) -> printing.Letter:
    return printing.Letter("Ada Byrne", TITLE, list(WHERE), [content], may_have_sheet)


def printed(one: printing.Letter, **options: bool) -> tuple[printing.Run, list[str]]:
    ran = printing.run(
        [one], **{"duplex": True, "separators": False, "window": True, "leave_out": True, **options}, title="Post"
    )
    found = PdfReader(io.BytesIO(ran.content)).pages if ran.content else []
    return ran, [page.extract_text().strip() for page in found]


def test_what_no_template_wrote_gets_a_sheet_with_the_address_on_a_sheet_of_its_own() -> None:
    ran, said = printed(letter(pdf("There is damp.", top=130)))

    assert ran.faults == [""] and [bool(text.strip()) for text in said] == [True, False, True, False]
    assert said[0].split("\n") == ["Ada Byrne", *WHERE]
    whole = printing.Letter("Ada Byrne", TITLE, list(WHERE), [ran.content])
    assert printed(whole)[0].faults == [""]  # the sheet stands in the window, by the same measure


def test_nothing_is_put_before_what_has_the_address_in_the_window_or_is_of_a_template() -> None:
    with_address = pdf("Ada Byrne", *WHERE, top=130)

    assert len(printed(letter(with_address), duplex=False)[1]) == 1
    assert len(printed(letter(pdf("There is damp.")), duplex=False, window=False)[1]) == 1
    assert printed(letter(pdf("There is damp."), may_have_sheet=False))[0].faults != [""]


def test_a_long_name_and_a_long_address_stay_within_the_window() -> None:
    one = letter(pdf("There is damp."))
    one.name = "The Executors of the Estate of the late Mrs Wilhelmina Featherstonehaugh-Cholmondeley"
    one.lines = ["Care of Somebody and Somebody Else Solicitors", *(f"Line {n} of it" for n in range(4)), "LS1 4AB"]

    content = printed(one)[0].content
    again = printing.Letter(one.name, TITLE, one.lines, [content])

    assert printed(again)[0].faults == [""]


def test_a_print_service_gets_the_address_sheet_too(tmp_path: Any) -> None:
    (tmp_path / "it").write_bytes(pdf("There is damp."))
    file = Attachment("report.pdf", PDF, tmp_path / "it")
    message = Outgoing(
        "key", "letter", "3 Elm Way, Leeds", "Ada Byrne", address_lines=tuple(WHERE), letter=file, is_as_it_is=True
    )

    said = [page.extract_text().strip() for page in PdfReader(io.BytesIO(pages.pdf_of(message))).pages]

    assert said[0].split("\n") == ["Ada Byrne", *WHERE] and said[1] == "There is damp."
