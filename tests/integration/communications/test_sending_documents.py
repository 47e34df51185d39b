"""Sending a document that exists, by hand: from its page, seen first, to whom, how, and once."""

from typing import Any

import pytest

from engine import restricting
from engine.communications import settling
from engine.filing import adding
from engine.filing.places import Place
from engine.filing.receiving import receive
from models.document import DocumentLink
from tests.integration.api.conftest import Program
from tests.integration.communications.conftest import LETTER, Correspondence
from tests.integration.communications.test_existing_documents import TITLE, add_version, file_it, pdf
from tests.pages import Page, PageClient

QUIET = "start > ask > write:service > end"


@pytest.fixture
def case(letters: Correspondence) -> Correspondence:
    """A case with a report; Ada has an e-mail address."""
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", flows=QUIET, subject="Hello", text="Hello.")
    file_it(letters, pdf("There is damp."))
    return letters


@pytest.fixture
def client(letters: Correspondence) -> PageClient:
    return letters.factories.client("officer", teams=("Repairs",))


def here(letters: Correspondence) -> str:
    return f"/cases/{letters.started.reference}/communications"


def asked(client: PageClient, case: Correspondence, channel: str, **answers: Any) -> dict[str, Any]:
    """Return the form that sends the report to Ada, filled in."""
    form = client.page(f"{here(case)}/new?document={case.documents[0].id}&channel={channel}").form("preview")
    return {**form, "to": f"person:{case.ada.id}", **answers}


def test_a_document_is_sent_as_a_letter_from_its_page_and_only_once(case: Correspondence, client: PageClient) -> None:
    (report,) = case.documents
    form_at = client.page(f"/documents/{report.id}").links()["Send"]
    assert form_at in client.page(f"/cases/{case.started.reference}/documents").links().values()
    page = client.page(form_at)
    assert page.h1 == "Send this document" and TITLE in page.main and "version 1" in page.main
    answers = {**page.form("preview"), "to": [f"person:{case.ada.id}", f"person:{case.bea.id}"]}

    shown = Page(client.submit(f"{here(case)}/preview", answers, status=200))
    assert "The document below, as it is." in shown.main and TITLE in shown.main and case.messages == []
    client.submit(here(case), answers)
    client.submit(here(case), answers)
    case.dispatch()

    ada, bea = case.messages
    assert (ada.document_id, ada.document_version, ada.subject, ada.template) == (report.id, 1, TITLE, "")
    assert bea.recipient == case.bea.full_name and "There is damp." in ada.text
    assert [one.letter.name for one in case.post.sent if one.letter] == ["report.pdf", "report.pdf"]
    assert len(case.documents) == 1 and ada.status == "sent"


def test_it_goes_by_email_with_a_text_that_can_be_changed(case: Correspondence, client: PageClient) -> None:
    answers = asked(client, case, "email")
    shown = Page(client.submit(f"{here(case)}/preview", answers, status=200))
    (text,) = shown.tree.xpath("//textarea[@name='edit_text']/text()")
    assert "You will find it attached." in text

    edit = {"edit_key": answers["to"], "edit_subject": "The report", "edit_text": "As promised on Monday."}
    client.submit(here(case), {**answers, **edit})
    case.dispatch()

    (sent,) = case.post.sent
    assert (sent.channel, sent.text) == ("email", "As promised on Monday.") and sent.subject.startswith("The report")
    assert [one.name for one in sent.attachments] == ["report.pdf"] and sent.letter is None


def test_what_is_not_safe_is_said_and_goes_only_by_who_may_let_it(case: Correspondence, client: PageClient) -> None:
    case.change(case.ada, no_letters=True)
    answers = asked(client, case, "letter")
    assert "is to get no letters" in Page(client.submit(f"{here(case)}/preview", answers, status=200)).main

    client.submit(here(case), {**answers, "override": "I think so"}, status=403)
    client.submit(here(case), answers)
    manager = case.factories.client("team_manager", "officer")
    manager.submit(here(case), {**answers, "once": "another-form-of-hers", "override": "She asked for it"})

    stopped, gone = case.messages
    assert stopped.status == "stopped" and case.open()[-1].startswith(f"Decide on “{TITLE}”")
    assert gone.status == "waiting" and gone.override == "She asked for it"


def test_a_team_approves_it_and_never_who_sends_it(case: Correspondence, client: PageClient) -> None:
    client.submit(here(case), asked(client, case, "letter", approval="Letters"))
    (message,) = case.messages

    client.submit(f"/communications/{message.id}/approval", status=403)
    case.act(settling.approve, message.id)
    case.dispatch()

    assert len(case.post.sent) == 1


def test_a_version_that_came_meanwhile_is_looked_at_before_it_is_sent(case: Correspondence, client: PageClient) -> None:
    answers = asked(client, case, "letter")
    client.submit(here(case), answers)
    add_version(case, case.documents[0].id, pdf("There is no damp."))

    refused = Page(client.submit(here(case), answers, status=422))

    assert "has a new version, 2, since you looked at it" in refused.main and len(case.messages) == 1
    assert refused.form("preview")["document_version"] == "2"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"to": "person:999"}, "Choose people whom this is about"),
        ({"channel": "sms"}, "A document cannot go as a text message"),
        ({"template": "letter:hello"}, "Send either a letter that is written from a template, or the document"),
        ({"document_id": "999"}, "is not among those that can be sent"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    case: Correspondence, client: PageClient, answers: dict[str, str], said: str
) -> None:
    sent = client.submit(f"{here(case)}/preview", {**asked(client, case, "letter"), **answers}, status=422)

    assert said in Page(sent).main and case.messages == []


def test_a_file_that_cannot_be_printed_goes_by_email_alone(case: Correspondence, client: PageClient) -> None:
    number = file_it(case, b"a,b\n1,2\n", "costs.csv", title="The costs")
    page = client.page(f"{here(case)}/new?document={number}&channel=letter")
    assert page.form("preview")["channel"] == "email" and "Letter" not in page.links()

    answers = {**page.form("preview"), "to": f"person:{case.ada.id}", "channel": "letter"}
    refused = Page(client.submit(here(case), answers, status=422))
    client.submit(here(case), {**answers, "channel": "email"})

    assert "“The costs” cannot be a letter: only Word files and PDFs can." in refused.main
    assert [one.channel for one in case.messages] == ["email"]


def test_nobody_sends_what_they_may_not_see_or_without_the_right(case: Correspondence, client: PageClient) -> None:
    (report,) = case.documents
    answers, mine = asked(client, case, "letter"), here(case)
    case.start("send_email", flows=QUIET, subject="Hello", text="Hello.")
    other = here(case)
    client.submit(other, {**answers, "once": "of-another-case"}, status=422)  # a document of another case
    assert client.get(f"{other}/new?document={report.id}").status_code == 404
    reader = case.factories.client("auditor")
    assert "Send" not in reader.page(f"/documents/{report.id}").links()
    reader.submit(other, answers, status=403)
    case.act(restricting.restrict, report.case_id, members=[], reason="Domestic abuse")

    assert client.get(f"/documents/{report.id}").status_code == 404
    assert client.get(f"{mine}/new?document={report.id}").status_code == 404
    client.submit(mine, answers, status=404)
    assert case.messages == []


def test_what_is_filed_under_a_person_is_sent_to_them_without_a_case(
    letters: Correspondence, client: PageClient
) -> None:
    place = Place(links=(("person", letters.ada.id),))
    with letters.factories.transaction() as session:
        number = adding.file(session, receive("answer.docx", LETTER), place, title="Our answer", by=letters.by)
    send_at = client.page(f"/documents/{number}").links()["Send"]
    assert send_at == f"/people/{letters.ada.id}/communications/new?document={number}"

    answers = {**client.page(send_at).form("preview"), "to": f"person:{letters.ada.id}"}
    client.submit(f"/people/{letters.ada.id}/communications", answers)

    (message,) = letters.messages
    assert (message.document_id, message.case_id, message.person_id) == (number, None, letters.ada.id)


def test_what_a_restricted_case_filed_under_a_person_is_not_sent_from_their_page(
    case: Correspondence, client: PageClient
) -> None:
    (report,) = case.documents
    with case.factories.transaction() as session:
        session.add(DocumentLink(document_id=report.id, entity_type="person", entity_id=case.ada.id))
    address = f"/people/{case.ada.id}/communications"
    answers = {**client.page(f"{address}/new?document={report.id}").form("preview"), "to": f"person:{case.ada.id}"}
    case.act(restricting.restrict, report.case_id, members=[], reason="Domestic abuse")

    assert client.get(f"{address}/new?document={report.id}").status_code == 404
    client.submit(address, answers, status=422)
    assert case.messages == []


def test_a_document_is_sent_over_rest_in_the_version_that_was_looked_at(letters: Correspondence) -> None:
    letters.start("send_email", flows=QUIET, subject="Hello", text="Hello.")
    number = file_it(letters, pdf("There is damp."))
    program = Program(letters.factories, letters.factories.user("officer"))
    wish = {"case": letters.started.reference, "channel": "letter", "to": [letters.ada.id], "document_id": number}

    sent = program.post("/communications", wish, status=201, headers={"Idempotency-Key": "one"})
    again = program.post("/communications", wish, status=201, headers={"Idempotency-Key": "one"})
    add_version(letters, number, pdf("There is no damp."))
    late = program.post("/communications", {**wish, "document_version": 1}, status=422)
    program.post("/communications", {**wish, "document_id": number + 9}, status=422)
    program.post("/communications", {**wish, "channel": "sms"}, status=422)

    assert sent == again and sent["items"][0]["document_version"] == 1 and len(letters.messages) == 1
    assert "has a new version, 2" in str(late)
