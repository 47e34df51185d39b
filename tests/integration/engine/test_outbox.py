"""Mail leaves once the step is committed, at least once, and a receiver can tell a repeat by its Message-ID."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from engine import outbox
from engine.errors import Conflict, Invalid, NotAllowed
from engine.instants import frozen_at, now
from engine.permissions import PLATFORM, SHIPPED, Actor
from models.people import Organisation
from models.work import OutboxMessage
from tests.environment.databases import on_sqlite_alone

Sessions = sessionmaker[Session]


class Mailbox:
    """A real mail server that keeps what it is given; `answers` are what it says to the next recipients."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answers: list[str] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    box = Mailbox()
    box.controller.start()
    yield box
    box.controller.stop()


@pytest.fixture
def sessions(database: Any) -> Sessions:
    """Opens transactions on an empty database of a landlord."""
    made = sessionmaker(database, expire_on_commit=False, autoflush=False)
    with made() as session, session.begin():
        session.add(
            Organisation(reference="O1", kind="landlord", name="Brightwater Homes", email="hello@brightwater.example")
        )
    return made


def queue(
    sessions: Sessions, key: str = "7:abc:1", *, to: str = "ada@resident.example", subject: str = "Reminder"
) -> None:
    """Queue a message as a step does."""
    with sessions() as session, session.begin():
        session.add(
            OutboxMessage(
                key=key,
                channel="email",
                payload={"to": to, "subject": subject, "text": "Dear Mrs Okafor\n\nYour complaint."},
                status="waiting",
                next_at=now(),
            )
        )


def row(sessions: Sessions) -> OutboxMessage:
    """Return the one message as it stands."""
    with sessions() as session:
        return session.scalars(select(OutboxMessage)).one()


def test_a_message_reaches_its_receiver_from_the_landlord(sessions: Sessions, mailbox: Mailbox) -> None:
    queue(sessions)

    done = outbox.deliver(sessions, smtp_url=mailbox.url)

    (message,) = mailbox.received
    assert (done.sent, row(sessions).status) == (1, "sent")
    assert message["To"] == "ada@resident.example"
    assert message["From"] == "hello@brightwater.example"
    assert "Dear Mrs Okafor" in message.get_content()


def test_what_is_sent_is_not_sent_again(sessions: Sessions, mailbox: Mailbox) -> None:
    queue(sessions)

    for _ in range(3):
        outbox.deliver(sessions, smtp_url=mailbox.url)

    assert len(mailbox.received) == 1


def test_a_node_that_dies_after_sending_leads_to_a_repeat_with_the_same_id(
    sessions: Sessions, mailbox: Mailbox
) -> None:
    queue(sessions)
    outbox.deliver(sessions, smtp_url=mailbox.url)
    with sessions() as session, session.begin():  # as the row stands when a node dies between sending and noting it
        session.execute(update(OutboxMessage).values(status="waiting", sent_at=None, next_at=now() + outbox.LEASE))

    outbox.deliver(sessions, smtp_url=mailbox.url)
    within_lease = len(mailbox.received)
    with frozen_at(now() + outbox.LEASE + timedelta(seconds=1)):
        outbox.deliver(sessions, smtp_url=mailbox.url)

    assert within_lease == 1
    assert [message["Message-ID"] for message in mailbox.received] == [outbox.message_id("7:abc:1")] * 2


def test_without_a_mail_server_nothing_leaves_and_nothing_is_lost(sessions: Sessions, mailbox: Mailbox) -> None:
    queue(sessions)

    kept = outbox.deliver(sessions, smtp_url="")
    outbox.deliver(sessions, smtp_url=mailbox.url)

    assert (kept.sent, kept.failed, kept.postponed) == (0, 0, 0)
    assert len(mailbox.received) == 1


def test_a_refusal_for_now_is_tried_again_later_each_time_after_a_longer_pause(
    sessions: Sessions, mailbox: Mailbox
) -> None:
    queue(sessions)
    start, pauses = now(), []

    for _ in outbox.PAUSES:
        mailbox.answers = ["451 try again"]
        with frozen_at(row(sessions).next_at):
            outbox.deliver(sessions, smtp_url=mailbox.url)
            pauses.append(row(sessions).next_at - now())
    mailbox.answers = ["451 try again"]
    with frozen_at(row(sessions).next_at):
        outbox.deliver(sessions, smtp_url=mailbox.url)

    assert pauses == list(outbox.PAUSES)
    assert row(sessions).status == "failed"
    assert "Given up after 7 attempts" in row(sessions).error and "451 try again" in row(sessions).error
    assert mailbox.received == [] and row(sessions).next_at > start


def test_a_refusal_for_good_fails_at_once_with_the_servers_words(sessions: Sessions, mailbox: Mailbox) -> None:
    queue(sessions)
    mailbox.answers = ["550 no such mailbox"]

    outbox.deliver(sessions, smtp_url=mailbox.url)

    assert (row(sessions).status, row(sessions).error) == ("failed", "ada@resident.example: 550 no such mailbox")


def test_one_bad_message_does_not_keep_the_others(sessions: Sessions, mailbox: Mailbox) -> None:
    queue(sessions, "1", to="not an address")
    queue(sessions, "2")

    done = outbox.deliver(sessions, smtp_url=mailbox.url)

    assert (done.failed, done.sent) == (1, 1)


@on_sqlite_alone
@pytest.mark.parametrize("to", ["", "nobody", "a@b.example\r\nBcc: all@b.example", "a@b.example\x07", "<>"])
def test_an_address_that_is_none_fails_with_a_sentence_and_reaches_nobody(
    sessions: Sessions, mailbox: Mailbox, to: str
) -> None:
    queue(sessions, to=to)

    outbox.deliver(sessions, smtp_url=mailbox.url)

    assert row(sessions).status == "failed" and row(sessions).error
    assert mailbox.received == []


def test_a_line_end_in_a_subject_adds_no_header(sessions: Sessions, mailbox: Mailbox) -> None:
    queue(sessions, subject="Hello\r\nBcc: all@b.example\n\nA body of my own")

    outbox.deliver(sessions, smtp_url=mailbox.url)

    (message,) = mailbox.received
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: all@b.example A body of my own"


def test_a_server_that_is_away_postpones_everything_and_says_so(sessions: Sessions) -> None:
    queue(sessions)

    done = outbox.deliver(sessions, smtp_url="smtp://127.0.0.1:1")

    assert (done.postponed, row(sessions).status) == (1, "waiting")
    assert "cannot be used" in row(sessions).error


def test_a_password_is_not_sent_in_the_clear_to_another_machine() -> None:
    server = outbox.mail_server("smtp://user:secret@mail.example:587")

    assert not server.is_here and not server.is_tls
    assert outbox.mail_server("smtps://user:p%40ss@mail.example").password == "p@ss"


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://host:port"])
def test_an_address_of_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="SMTP_URL"):
        outbox.mail_server(url)


def test_only_what_failed_is_sent_again_and_only_by_an_administrator(sessions: Sessions) -> None:
    queue(sessions)
    message = row(sessions)

    with sessions() as session, session.begin():
        with pytest.raises(NotAllowed):
            outbox.retry(session, message.id, by=Actor(1, "Officer", grants=SHIPPED.of({"officer"})))
        with pytest.raises(Conflict, match="waiting"):
            outbox.retry(session, message.id, by=PLATFORM)
