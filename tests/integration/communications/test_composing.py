"""What a step of a diagram writes: one message to each recipient, filed and queued with the step."""

from sqlalchemy import delete, select

from engine import tasks
from models.document import DocumentLink
from models.tenancies import TenureMember
from models.work import UserTask
from tests.integration.communications.conftest import NOON, Correspondence


def test_a_letter_is_written_filed_and_queued_and_the_case_goes_on(letters: Correspondence) -> None:
    letters.start("send_letter", template="hello", title="Our answer")

    (message,) = letters.messages
    assert (message.channel, message.status, message.subject) == ("letter", "waiting", "Our answer")
    assert message.recipient == letters.ada.full_name and letters.home.postcode in message.address
    assert f"Dear {letters.ada.salutation}" in message.text and letters.started.reference in message.text
    assert message.template == "hello" and message.template_version == "sample 1"
    (document,) = letters.documents
    assert document.id == message.document_id and document.title == "Our answer"
    with letters.factories.transaction() as session:
        links = session.execute(select(DocumentLink.entity_type, DocumentLink.entity_id)).all()
    assert [tuple(link) for link in links] == [("person", letters.ada.id)]
    assert letters.open() == ["Ask"] and letters.events() == ["written"]


def test_each_joint_tenant_gets_a_letter_of_their_own(letters: Correspondence) -> None:
    letters.start("send_letter", template="hello", to="tenants")

    assert [one.recipient for one in letters.messages] == [letters.ada.full_name, letters.bea.full_name]
    assert letters.bea.salutation in letters.messages[1].text


def test_nothing_leaves_before_the_commit_and_each_message_leaves_once(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", subject="Your repair", text="We come on Friday.")
    assert letters.post.sent == []

    letters.dispatch()
    letters.dispatch()

    (sent,) = letters.post.sent
    assert (sent.to, sent.text) == ("ada@resident.example", "We come on Friday.")
    assert sent.subject == f"Your repair ({letters.started.reference})"
    (message,) = letters.messages
    assert message.status == "sent" and message.provider_reference == "post-1" and message.sent_at == NOON
    assert letters.events() == ["written", "sent"] and letters.outbox[0].status == "sent"


def test_a_job_that_is_run_again_writes_nothing_twice(letters: Correspondence) -> None:
    letters.start("send_letter", flows="start > write:service > ask > write2:service > end", template="hello")

    letters.run_jobs()

    assert len(letters.messages) == 1 and len(letters.documents) == 1


def test_what_goes_once_a_case_is_not_written_again_by_another_step(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    flows = (
        "start > join? ; join? > write:service ; write > ask > again? ; again? -[again = true]-> join? ; again? > end"
    )
    letters.start("send_email", flows=flows, subject="Hello", text="Hello.", repeat="once")
    (task,) = [one for one in letters.rows(UserTask) if one.status == "open"]

    with letters.factories.transaction() as session:
        done = tasks.complete(session, task.id, answers={"again": True}, by=letters.by)
    letters.run_jobs()

    assert done and len(letters.messages) == 1 and letters.open() == ["Ask"]


def test_an_email_waits_for_its_day(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", subject="Hello", text="Hello.", send_at="2026-12-10")

    letters.dispatch(NOON)
    assert letters.post.sent == []
    letters.dispatch(NOON.replace(day=10, hour=8))
    assert letters.post.sent == []
    letters.dispatch(NOON.replace(day=10, hour=9))

    assert len(letters.post.sent) == 1


def test_what_was_overtaken_is_cancelled_when_it_is_about_to_leave(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", subject="Hello", text="Hello.", cancel_when='case.status = "open"')

    letters.dispatch()

    assert letters.post.sent == [] and letters.messages[0].status == "cancelled"
    assert "overtaken" in letters.messages[0].reason and letters.events() == ["written", "cancelled"]


def test_a_recipient_or_template_that_is_not_there_is_an_incident_in_words(letters: Correspondence) -> None:
    letters.start("send_letter", template="hello", to="complainant")

    (incident,) = letters.incidents
    assert incident.message == "“complainant” is nobody on this case."
    assert letters.messages == [] and letters.open() == []


def test_a_letter_to_whom_has_no_address_is_written_and_stopped_for_that(letters: Correspondence) -> None:
    with letters.factories.transaction() as session:
        session.execute(delete(TenureMember))

    letters.start("send_letter", template="hello")

    (message,) = letters.messages
    assert message.status == "stopped" and message.address == "" and letters.incidents == []
    assert message.reason == f"{letters.ada.full_name} has no address for a letter."
    assert f"Dear {letters.ada.salutation}" in message.text and "Decide on “Hello” to" in letters.open()[0]


def test_each_is_written_to_as_they_prefer_and_as_is_safe(letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example", is_preferred=True)
    letters.reach(letters.bea, "email", "bea@resident.example", is_safe=False, is_preferred=True)

    letters.start("send_by_preference", to="tenants", letter="hello")

    assert [one.channel for one in letters.messages] == ["email", "letter"]
    letters.dispatch()
    by_email = next(one for one in letters.post.sent if one.channel == "email")
    assert by_email.to == "ada@resident.example" and by_email.subject.startswith("Hello")
    assert f"Dear {letters.ada.salutation}" in by_email.text and "attached" in by_email.text
    assert [one.path.read_bytes()[:2] for one in by_email.attachments] == [b"PK"]  # the letter itself
