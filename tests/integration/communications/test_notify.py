"""GOV.UK Notify: what it is handed, and what its answers mean. It is a real server here, which takes repeats as new."""

import base64
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from engine import outbox
from engine.communications import dispatching
from engine.communications.providers.base import Outgoing, Postponed, Refused, Unreachable
from engine.communications.providers.notify import FAILURES, Notify, account, progress_of
from engine.errors import Invalid
from engine.instants import frozen_at
from tests.environment import gateways
from tests.environment.databases import on_sqlite_alone
from tests.environment.gateways import NOTIFY_KEY, TEMPLATE
from tests.environment.office import needs_libreoffice
from tests.integration.communications.conftest import NOON, Correspondence


@pytest.fixture
def notify() -> Iterator[gateways.Notify]:
    """Notify on a port."""
    with gateways.serving(gateways.Notify()) as fake:
        yield fake


def provider(notify: gateways.Notify, channel: str) -> Notify:
    return Notify(account(NOTIFY_KEY, url=notify.url, sms_template=TEMPLATE, email_template=TEMPLATE), channel)


@pytest.fixture
def texting(letters: Correspondence, notify: gateways.Notify) -> Any:
    """A text message on its way; calling it sends what is due."""
    letters.reach(letters.ada, "phone", "07700 900123")
    letters.start("send_sms", text="We come on Friday.")

    def dispatch(at: Any = NOON) -> Any:
        with frozen_at(at):
            return dispatching.dispatch(letters.factories.sessions, {"sms": provider(notify, "sms")})

    return dispatch


@on_sqlite_alone
def test_a_text_message_goes_by_the_template_under_our_key(
    texting: Any, notify: gateways.Notify, letters: Correspondence
) -> None:
    texting()

    (taken,) = notify.taken
    (message,) = letters.messages
    assert taken["personalisation"] == {"body": "We come on Friday."} and taken["template_id"] == TEMPLATE
    assert taken["reference"] == message.key and taken["phone_number"] == "07700 900123"
    assert (message.status, message.provider, message.provider_reference) == ("sent", "notify", taken["id"])
    assert notify.headers[0]["Authorization"].startswith("Bearer ey")


@on_sqlite_alone
def test_an_answer_that_never_came_is_asked_for_before_it_is_sent_again(
    texting: Any, notify: gateways.Notify, letters: Correspondence
) -> None:
    notify.answers = [(0, None)]

    texting()
    assert letters.messages[0].status == "waiting"
    texting(NOON + outbox.PAUSES[0])

    assert len(notify.taken) == 1 and letters.messages[0].status == "sent"
    assert letters.messages[0].provider_reference == notify.taken[0]["id"]


@on_sqlite_alone
def test_nothing_is_sent_again_while_notify_cannot_say_what_it_has(
    texting: Any, notify: gateways.Notify, letters: Correspondence
) -> None:
    notify.answers = [(0, None), (400, {"errors": [{"message": "not now"}]}), (503, {})]

    for minutes in (0, 1, 6, 21):
        texting(NOON + timedelta(minutes=minutes))

    assert len(notify.taken) == 1 and letters.messages[0].status == "sent"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (408, Postponed),
        (429, Postponed),
        (500, Postponed),
        (200, Postponed),
        (302, Unreachable),
        (401, Unreachable),
        (403, Unreachable),
        (503, Unreachable),
        (400, Refused),
        (413, Refused),
    ],
)
def test_an_answer_means_never_or_later_for_this_message_or_for_all(
    notify: gateways.Notify, status: int, kind: type[Exception]
) -> None:
    notify.answers = [(status, b"<html>")]

    with pytest.raises(kind), provider(notify, "sms").open() as send:
        send(Outgoing("7:a", "sms", "07700 900123", "Ada", text="Hello."))

    assert len(notify.asked) == 1


@on_sqlite_alone
def test_what_notify_refuses_fails_with_its_words(
    texting: Any, notify: gateways.Notify, letters: Correspondence
) -> None:
    notify.answers = [(400, {"errors": [{"error": "ValidationError", "message": "phone_number is too short"}]})]

    texting()

    assert letters.messages[0].status == "failed" and "phone_number is too short" in letters.messages[0].reason


@on_sqlite_alone
def test_an_email_has_a_subject_and_no_attachments(notify: gateways.Notify, letters: Correspondence) -> None:
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", subject="Hello", text="Hello, Ada.")
    with frozen_at(NOON):
        dispatching.dispatch(letters.factories.sessions, {"email": provider(notify, "email")})

    assert notify.taken[0]["personalisation"]["body"] == "Hello, Ada."
    assert notify.taken[0]["personalisation"]["subject"] == f"Hello ({letters.started.reference})"
    assert notify.taken[0]["email_address"] == "ada@resident.example"


@on_sqlite_alone
@needs_libreoffice
def test_a_letter_goes_as_one_pdf_with_what_is_enclosed(notify: gateways.Notify, letters: Correspondence) -> None:
    letters.start("send_letter", template="hello", enclosures="hello")
    with frozen_at(NOON):
        dispatching.dispatch(letters.factories.sessions, {"letter": provider(notify, "letter")})

    assert letters.messages[0].reason == ""
    (taken,) = notify.taken
    pdf = base64.b64decode(taken["content"])
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert letters.messages[0].status == "sent" and taken["type"] == "letter"


def test_what_becomes_of_it_is_read_in_words() -> None:
    for status, by_channel in FAILURES.items():
        for channel in by_channel:
            progress = progress_of({"status": status, "type": channel})
            assert progress is not None and progress.status == "failed" and progress.reason.endswith(".")
    assert progress_of({"status": "sending", "type": "sms"}) is None
    delivered = progress_of(
        {"status": "delivered", "completed_at": "2026-12-03T12:00:00.000000Z", "cost_in_pounds": 0.0324}
    )
    assert delivered is not None and delivered.at == NOON and str(delivered.cost) == "0.0324"
    posted = progress_of({"status": "received", "type": "letter"})
    assert posted is not None and posted.status == "sent" and posted.is_last


def test_follow_leaves_out_what_notify_has_forgotten(notify: gateways.Notify) -> None:
    one = provider(notify, "sms")
    with one.open() as send:
        receipt = send(Outgoing("7:a", "sms", "07700 900123", "Ada", text="Hello."))
    notify.statuses[receipt.reference] = {"status": "permanent-failure"}

    found = one.follow([receipt.reference, "44444444-4444-4444-8444-444444444444"])

    assert list(found) == [receipt.reference] and found[receipt.reference].status == "failed"


def test_the_check_reads_the_template_and_says_what_is_wrong_with_it(notify: gateways.Notify) -> None:
    provider(notify, "sms").check()
    provider(notify, "letter").check()

    notify.answers = [(200, {"body": "Dear ((name))"})]
    with pytest.raises(Unreachable, match=r"\(\(body\)\)"):
        provider(notify, "sms").check()
    notify.answers = [(403, {"errors": [{"message": "Invalid token"}]})]
    with pytest.raises(Unreachable, match="Invalid token"):
        provider(notify, "email").check()


def test_a_key_that_is_none_is_told_at_start() -> None:
    with pytest.raises(Invalid, match="NOTIFY_API_KEY"):
        account("secret")
    with pytest.raises(Invalid, match="NOTIFY_SMS_TEMPLATE"):
        account(NOTIFY_KEY, sms_template="hello")
    with pytest.raises(Invalid, match="unencrypted"):
        account(NOTIFY_KEY, url="http://notify.example")
