"""What leaves: once, again after a pause when it was not taken, and never a second time after a crash."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import outbox
from engine.communications.providers.base import Postponed, Receipt, Refused, Unreachable
from models.document import DocumentVersion
from models.work import OutboxMessage
from tests.integration.communications.conftest import NOON, Correspondence


@pytest.fixture
def queued(letters: Correspondence) -> Correspondence:
    """An e-mail that is on its way."""
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", subject="Hello", text="Hello.")
    return letters


def test_what_was_not_taken_goes_again_after_a_pause(queued: Correspondence) -> None:
    queued.post.errors = [Postponed("450 Busy")]

    queued.dispatch()
    queued.dispatch()
    assert queued.post.sent == [] and queued.messages[0].status == "waiting"
    queued.dispatch(NOON + outbox.PAUSES[0])

    assert len(queued.post.sent) == 1 and queued.messages[0].status == "sent"


def test_what_is_refused_for_good_fails_with_its_reason_and_the_owner_is_told(queued: Correspondence) -> None:
    queued.post.errors = [Refused("550 No such mailbox")]

    queued.dispatch()

    assert queued.messages[0].status == "failed" and queued.messages[0].reason == "550 No such mailbox"
    assert queued.outbox[0].status == "failed"  # a dead letter, which an administrator sees
    assert queued.warnings == [f"E-mail “Hello” to {queued.ada.full_name} did not arrive: 550 No such mailbox"]
    assert queued.events() == ["written", "failed"]


def test_it_is_given_up_after_the_last_pause(queued: Correspondence) -> None:
    at = NOON
    for pause in (timedelta(), *outbox.PAUSES):
        at += pause
        queued.post.errors = [Postponed("450 Busy")]
        queued.dispatch(at)

    assert queued.messages[0].status == "failed" and "Given up after 7 attempts" in queued.messages[0].reason


def test_a_provider_that_cannot_be_reached_keeps_everything(queued: Correspondence) -> None:
    queued.post.errors = [Unreachable("no route")]

    done = queued.dispatch()

    assert (done.sent, done.failed) == (0, 0) and queued.outbox[0].status == "waiting"


def test_a_node_that_died_after_sending_does_not_make_it_go_twice(queued: Correspondence) -> None:
    with queued.factories.transaction() as session:  # claimed by a node that is gone
        session.execute(update(OutboxMessage).values(attempts=1, next_at=NOON - timedelta(seconds=1)))
    queued.post.known[queued.messages[0].key] = Receipt("post-from-before")

    queued.dispatch()

    assert queued.post.sent == [] and queued.post.asked == [queued.messages[0].key]
    assert queued.messages[0].status == "sent" and queued.messages[0].provider_reference == "post-from-before"


def test_a_text_message_waits_for_the_hours_in_which_it_is_welcome(letters: Correspondence) -> None:
    letters.reach(letters.ada, "phone", "07700 900123")
    letters.change(letters.ada, contact_hours="weekdays after 16:00")
    letters.start("send_sms", text="We come on Friday.")

    letters.dispatch(NOON)
    assert letters.post.sent == [] and letters.messages[0].status == "waiting"
    letters.dispatch(NOON.replace(hour=16))

    assert [one.to for one in letters.post.sent] == ["07700 900123"]


def test_hours_that_only_a_person_can_read_stop_a_text_message(letters: Correspondence) -> None:
    letters.reach(letters.ada, "phone", "07700 900123")
    letters.change(letters.ada, contact_hours="when her husband is at work")
    letters.start("send_sms", text="We come on Friday.")

    assert letters.messages[0].status == "stopped" and "husband is at work" in letters.messages[0].reason


def test_a_letter_waits_for_its_pdf_but_not_for_ever(letters: Correspondence) -> None:
    letters.start("send_letter", template="hello")
    with letters.factories.transaction() as session:
        session.execute(update(DocumentVersion).values(pdf_state="waiting", created_at=NOON))

    letters.dispatch(NOON)
    assert letters.post.sent == [] and letters.messages[0].status == "waiting"
    letters.dispatch(NOON + timedelta(minutes=11))

    assert len(letters.post.sent) == 1


def test_a_letter_goes_to_the_printer_with_its_file(letters: Correspondence) -> None:
    letters.start("send_letter", template="hello", enclosures="hello")

    letters.dispatch()

    (sent,) = letters.post.sent
    assert sent.letter is not None and sent.letter.path.read_bytes()[:2] == b"PK"
    assert [one.name for one in sent.attachments] == [f"{letters.started.reference} Hello.docx"]
    assert sent.address_lines[-1] == letters.home.postcode
