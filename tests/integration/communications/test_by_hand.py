"""Writing by hand: whom and how, as it will look, and sent once; on a case, and to a person without one."""

from io import BytesIO
from typing import Any

import pytest

from engine import restricting
from models.communication import Communication
from models.record import RecordChange
from tests.integration.communications.conftest import NOON, Correspondence
from tests.pages import Page, PageClient
from tests.word_files import word_file

QUIET = "start > ask > write:service > end"


@pytest.fixture
def case(letters: Correspondence) -> Correspondence:
    """A case that has not written anything; Ada has an e-mail address."""
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", flows=QUIET, subject="Hello", text="Hello.")
    return letters


@pytest.fixture
def client(letters: Correspondence) -> PageClient:
    return letters.factories.client("officer", teams=("Repairs",))


def here(letters: Correspondence) -> str:
    return f"/cases/{letters.started.reference}/communications"


def compose(client: PageClient, address: str, channel: str, **answers: Any) -> dict[str, Any]:
    """Open the form, answer it, look at the preview, and return what that would send."""
    form = client.page(f"{address}/new?channel={channel}").form("preview")
    shown = Page(client.submit(f"{address}/preview", {**form, **answers}, status=200))
    page = next(f for f in shown.tree.xpath("//main//form") if not (f.get("action") or "").endswith("preview"))
    return {
        name: page.form_values() and [v for n, v in page.form_values() if n == name] for name, _ in page.form_values()
    }


def test_an_email_by_hand_is_seen_first_then_sent_once_and_stands_in_the_history(
    case: Correspondence, client: PageClient
) -> None:
    to = f"person:{case.ada.id}"
    sent = compose(client, here(case), "email", to=to, subject="Your repair", text="We come on Friday.")
    assert case.messages == [] and case.outbox == []  # nothing is kept by looking

    sent["edit_text"] = ["We come on Friday at ten."]
    first = client.submit(here(case), sent)
    client.submit(here(case), sent)
    case.dispatch()

    (message,) = case.messages
    assert [one.text for one in case.post.sent] == ["We come on Friday at ten."]
    assert message.status == "sent" and message.subject == "Your repair" and message.element_id == ""
    page = client.follow(first)
    assert "Your repair" in page.main and "Sent" in page.main
    assert case.events() == ["written", "sent"]
    assert "E-mail “Your repair” to" in client.page(f"/cases/{case.started.reference}/timeline").main


def test_a_document_of_the_case_goes_along_as_it_was_then(case: Correspondence, client: PageClient) -> None:
    scan = (BytesIO(word_file("A plan of the works.")), "plan.docx")
    client.submit(f"/cases/{case.started.reference}/documents", {"files": scan, "kind": "evidence"})
    (plan,) = case.documents
    form = client.page(f"{here(case)}/new?channel=email").form("preview")
    answers = {**form, "to": f"person:{case.ada.id}", "subject": "The plan", "text": "See the plan."}

    client.submit(here(case), {**answers, "attachment": str(plan.id)})
    case.dispatch()

    assert [one.name for one in case.post.sent[0].attachments] == ["plan.docx"]
    assert case.messages[0].attachments == [[plan.id, 1]]
    assert "goes with it, version 1" in client.page(f"/communications/{case.messages[0].id}").main


def test_a_letter_by_hand_is_shown_filed_and_sent(case: Correspondence, client: PageClient) -> None:
    both = [f"person:{case.ada.id}", f"person:{case.bea.id}"]
    form = client.page(f"{here(case)}/new?channel=letter").form("preview")
    answers = {**form, "to": both, "template": "letter:hello"}
    shown = Page(client.submit(f"{here(case)}/preview", answers, status=200))
    drawn = client.submit(f"{here(case)}/preview", {**answers, "as": "docx", "of": both[1]}, status=200)
    assert len(shown.tree.xpath("//*[@data-letter-form]")) == 2 and drawn.data[:2] == b"PK"
    assert case.documents == []

    client.submit(here(case), answers)

    assert [one.channel for one in case.messages] == ["letter", "letter"] and len(case.documents) == 2
    assert case.messages[0].template_version == "sample 1"
    assert case.messages[1].text.startswith(f"Dear {case.bea.salutation}")


def test_what_is_not_safe_is_said_at_once_and_stopped_unless_somebody_who_may_lets_it_go(
    case: Correspondence, client: PageClient
) -> None:
    case.warn(case.ada, "30", "Safe contact only: mobile.")
    case.change(case.ada, contact_hours="weekdays after 16:00")
    page = client.page(f"{here(case)}/new?channel=email")
    assert "has a safe contact alert" in page.main and "weekdays after 16:00" in page.main
    answers = {**page.form("preview"), "to": f"person:{case.ada.id}", "subject": "Hello", "text": "Hello."}

    client.submit(here(case), {**answers, "override": "I think so"}, status=403)
    assert case.messages == []
    client.submit(here(case), answers)
    manager = case.factories.client("team_manager", "officer")
    again = {**answers, "once": "another-form-of-hers", "override": "She asked for it by telephone"}
    manager.submit(here(case), again)
    case.dispatch()

    stopped, gone = case.messages
    assert stopped.status == "stopped" and case.open()[-1].startswith("Decide on “Hello”")
    assert gone.status == "sent" and gone.override == "She asked for it by telephone" and gone.overridden_by_id
    assert case.events() == ["written", "written", "let_go", "sent"]


def test_nobody_is_written_to_who_has_no_address_or_is_not_of_the_case(
    case: Correspondence, client: PageClient
) -> None:
    stranger = case.factories.person(first_name="Cy")
    page = client.page(f"{here(case)}/new?channel=email")
    assert page.tree.xpath(f"//input[@value='person:{case.bea.id}' and @disabled]")
    base = {**page.form("preview"), "subject": "Hello", "text": "Hello."}

    client.submit(here(case), {**base, "to": "address:eve@evil.example", "in_reply_to": "77"}, status=404)
    for to in (f"person:{stranger.id}", f"person:{case.bea.id}", "address:eve@evil.example", "organisation:999"):
        client.submit(here(case), {**base, "to": to}, status=422)

    assert case.messages == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Choose who gets it"),
        ({"to": "ada", "text": ""}, "Enter what it says, or choose a template"),
        ({"to": "ada", "subject": " "}, "Enter a subject"),
        ({"to": "ada", "when": "at", "send_at": "yesterday"}, "is no day or time"),
        ({"to": "ada", "when": "at", "send_at": "2020-01-01T10:00"}, "Choose a time from now on"),
        ({"to": "ada", "attachment": "999"}, "is not among those that can go along"),
        ({"to": "ada", "template": "letter:none"}, "There is no letter “none”"),
        ({"to": "ada", "approval": "Nobody"}, "Choose a team"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    case: Correspondence, client: PageClient, answers: dict[str, str], said: str
) -> None:
    form = client.page(f"{here(case)}/new?channel=email").form("preview")
    base = {**form, "subject": "Your repair", "text": "We come on Friday."}
    sent = {**base, **answers, **({"to": f"person:{case.ada.id}"} if "to" in answers else {})}

    answer = Page(client.submit(f"{here(case)}/preview", sent, status=422))

    assert said in answer.main and (answers.get("text") == "" or "We come on Friday." in answer.text)


def test_a_team_approves_what_was_written_by_hand_and_never_its_writer(
    case: Correspondence, client: PageClient
) -> None:
    answers = {**client.page(f"{here(case)}/new?channel=email").form("preview"), "to": f"person:{case.ada.id}"}
    client.submit(here(case), {**answers, "subject": "Hello", "text": "Hello.", "approval": "Letters"})
    address = f"/communications/{case.messages[0].id}"

    client.submit(f"{address}/approval", status=403)
    colleague = case.factories.client("officer", teams=("Letters",))
    colleague.submit(f"{address}/approval")
    case.dispatch()

    assert len(case.post.sent) == 1 and case.open() == ["Ask"]


def test_a_person_without_a_case_is_written_to_and_it_stands_in_their_record(
    letters: Correspondence, client: PageClient
) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    address = f"/people/{letters.ada.id}/communications"
    sent = compose(client, address, "email", to=f"person:{letters.ada.id}", subject="Hello", text="Good morning.")

    page = client.follow(client.submit(address, sent))
    letters.dispatch()

    (message,) = letters.messages
    assert message.case_id is None and message.status == "sent" and len(letters.post.sent) == 1
    assert "Hello" in page.main and "Hello" in client.page(f"/people/{letters.ada.id}").main
    noted = [(one.part, one.action) for one in letters.rows(RecordChange) if one.part == "communication"]
    assert noted == [("communication", "written"), ("communication", "sent")]
    assert "E-mail “Hello”: sent" in client.page(f"/people/{letters.ada.id}").main
    assert "Sent" in client.page(f"/communications/{message.id}").main


def test_a_team_approves_a_message_to_a_person_without_a_case(letters: Correspondence, client: PageClient) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    address = f"/people/{letters.ada.id}/communications"
    form = client.page(f"{address}/new?channel=email").form("preview")
    answers = {**form, "to": f"person:{letters.ada.id}", "subject": "Hello", "text": "Hi.", "approval": "Letters"}
    client.submit(address, answers)
    approval = f"/communications/{letters.messages[0].id}/approval"

    other = letters.factories.client("officer", teams=("Repairs",))
    other.submit(approval, status=403)
    client.submit(approval, status=403)
    letters.factories.client("officer", teams=("Letters",)).submit(approval)

    assert letters.messages[0].status == "waiting" and letters.outbox[0].status == "waiting"


def test_a_received_message_is_answered_to_whoever_wrote_it(case: Correspondence, client: PageClient) -> None:
    with case.factories.transaction() as session:
        received = Communication(
            key="in:1", direction="in", channel="email", case_id=case.started.id, recipient="Eve Adams",
            address="Eve@Else.example", subject="My repair", text="When do you come?", status="received",
            created_at=NOON, provider_reference="<1@else>",
        )  # fmt: skip
        session.add(received)
        session.flush()
        number = received.id
    page = client.page(f"/communications/{number}")

    form = client.page(page.links()["Answer it"]).form("preview")
    assert form["subject"] == "Re: My repair" and form["to"] == "address:eve@else.example"
    client.submit(here(case), {**form, "text": "On Friday."})
    case.dispatch()

    assert case.post.sent[0].in_reply_to == "<1@else>" and case.post.sent[0].to == "Eve@Else.example"
    assert case.messages[-1].in_reply_to_id == number
    assert "Answers to it" in client.page(f"/communications/{number}").main


def test_nobody_writes_on_a_case_that_they_may_not_see_or_without_the_right(
    case: Correspondence, client: PageClient
) -> None:
    form = client.page(f"{here(case)}/new?channel=email").form("preview")
    answers = {**form, "to": f"person:{case.ada.id}", "subject": "Hello", "text": "Hello."}
    auditor = case.factories.client("auditor")
    auditor.submit(here(case), answers, status=403)
    case.act(restricting.restrict, case.started.id, members=[], reason="Domestic abuse")

    assert client.get(f"{here(case)}/new").status_code == 404 and client.get(here(case)).status_code == 404
    client.submit(f"{here(case)}/preview", answers, status=404)
    client.submit(here(case), answers, status=404)
    assert case.messages == []
