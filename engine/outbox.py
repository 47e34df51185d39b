"""Sends what leaves the house: rows that were committed with the step that wanted them, delivered at least once.

A node claims a row for a minute, sends it outside any transaction, and writes down what became of it. A node that dies
in between leaves the row to the next one, whose message then has the same Message-ID: receivers drop the repeat.
"""

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import fences
from engine.errors import Conflict, Invalid, NotFound
from engine.instants import now, unmoved_now
from engine.permissions import Actor, require
from engine.transactions import Sessions, reading, writing
from models.base import table
from models.people import Organisation
from models.work import OutboxMessage

OUTBOX = table(OutboxMessage)
BATCH = 100
SECONDS = 10  # that a mail server may take to answer
LEASE = timedelta(seconds=60)
# How long after each failed attempt the next one is made; after the last the message has failed.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 720))
NO_SERVER = "not sent: no mail server is set"

log = logging.getLogger(__name__)


class Refused(Exception):
    """The message will never be accepted, however often it is sent."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in: `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://host:465`."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool

    @property
    def is_here(self) -> bool:
        """Say whether the server is this machine, to which a password may go unencrypted."""
        return self.host in ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True)
class Delivered:
    """What one round of delivery did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0


def mail_server(url: str) -> MailServer:
    """Read SMTP_URL. Raises Invalid when it is not one."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
        raise Invalid("SMTP_URL is not the address of a mail server.", remedy="Write smtp://user:password@host:587.")
    is_tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or (465 if is_tls else 587), user, password, is_tls)


def deliver(sessions: Sessions, *, smtp_url: str, sender: str = "", only: str = "") -> Delivered:
    """Send what is due, over one connection. Without `smtp_url` nothing leaves and everything is kept.

    `sender` is the From address; the landlord's own by default. `only` is the key of the one message to be sent.
    """
    done = Delivered()
    if not smtp_url or not (keys := _due(sessions, only)):
        return done
    sender = sender or landlord(sessions)
    try:
        with connected(mail_server(smtp_url)) as server:
            for key in keys:
                _send_one(sessions, server, key, sender, done)
    except (OSError, smtplib.SMTPException) as error:  # the server itself: everything else waits for the next round
        log.warning("the mail server cannot be used: %s", error)
        _postpone_due(sessions, only, f"The mail server cannot be used: {described(error)}", done)
    return done


def send_test(sessions: Sessions, to: str, *, smtp_url: str, sender: str = "") -> OutboxMessage:
    """Send a message to `to` the way that all others go, and return its row, which says what the mail server said."""
    key = f"test:{to}:{unmoved_now().isoformat()}"
    text = "This message was sent to test the mail settings of Casewright. Nothing needs to be done."
    with writing(sessions) as session:
        session.execute(OUTBOX.insert(), message(key, to, "Casewright: a test of the mail settings", text, at=now()))
    deliver(sessions, smtp_url=smtp_url, sender=sender, only=key)
    with reading(sessions) as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()


def retry(session: Session, message_id: int, *, by: Actor) -> None:
    """Put a failed message back among those that wait.

    Raises:
        Conflict: it did not fail.
    """
    row = _failed(session, message_id, by)
    row.status, row.attempts, row.next_at, row.error = "waiting", 0, now(), ""
    session.flush()  # before the lists are read again


def message(key: str, to: str, subject: str, text: str, *, at: datetime, case_id: int | None = None) -> dict[str, Any]:
    """Return the row of an e-mail that leaves after the commit, once for each `key`."""
    return {
        "key": key,
        "channel": "email",
        "case_id": case_id,
        "payload": {"to": to, "subject": subject, "text": text},
        "status": "waiting",
        "attempts": 0,
        "next_at": at,
        "error": "",
    }


def discard(session: Session, message_id: int, *, reason: str, by: Actor) -> None:
    """Give a failed message up for good.

    Raises:
        Conflict: it did not fail.
    """
    row = _failed(session, message_id, by)
    row.status, row.error = "discarded", f"Discarded: {reason}"
    session.flush()  # before the lists are read again


def _failed(session: Session, message_id: int, by: Actor) -> OutboxMessage:
    require(by, "administer")
    row = session.get(OutboxMessage, message_id)
    if row is None:
        raise NotFound("There is no such message.")
    if row.status != "failed":
        raise Conflict(f"This message is {row.status}.", remedy="Only what failed can be sent again.")
    return row


def message_id(key: str) -> str:
    """Return the Message-ID of an outbox key: always the same, so that a repeat is known as one (RFC 5322, 3.6.4)."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@casewright.invalid>"


def compose(
    key: str,
    payload: dict[str, Any],
    *,
    sender: str,
    attachments: Iterable[tuple[str, str, bytes]] = (),
    in_reply_to: str = "",
) -> EmailMessage:
    """Return the message of an outbox row; `attachments` are (name, content type, content).

    Raises:
        Refused: an address or a text that no message can carry.
    """
    message = EmailMessage()
    try:
        message["From"] = sender
        message["To"] = str(payload["to"])
        message["Subject"] = " ".join(str(payload.get("subject", "")).split())
        message["Date"] = format_datetime(unmoved_now())
        message["Message-ID"] = message_id(key)
        message["Auto-Submitted"] = "auto-generated"
        if in_reply_to:
            message["In-Reply-To"] = message["References"] = in_reply_to
        message.set_content(str(payload.get("text", "")))
        if payload.get("html"):
            message.add_alternative(str(payload["html"]), subtype="html")
        for name, content_type, content in attachments:
            kind, _, subtype = content_type.partition("/")
            message.add_attachment(content, maintype=kind, subtype=subtype or "octet-stream", filename=name)
    except (ValueError, KeyError, UnicodeError, LookupError) as error:
        raise Refused(f"The message cannot be written: {error}") from error
    addresses = message["To"].addresses
    if not addresses or not all(address.domain and str(address).isprintable() for address in addresses):
        raise Refused(f"“{payload['to']}” is not an e-mail address")
    return message


def described(error: Exception) -> str:
    """Return what a mail server said, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who}: {_text(code, said)}" for who, (code, said) in error.recipients.items())
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _due(sessions: Sessions, only: str = "") -> list[str]:
    keys = select(OUTBOX.c.key).where(is_due("email")).order_by(OUTBOX.c.id).limit(BATCH)
    with reading(sessions) as session:
        return list(session.scalars(keys.where(OUTBOX.c.key == only) if only else keys))


def is_due(channel: str) -> Any:
    """Return the condition on messages that may be sent now."""
    return (OUTBOX.c.status == "waiting") & (OUTBOX.c.channel == channel) & (OUTBOX.c.next_at <= now())


def landlord(sessions: Sessions) -> str:
    """Return the landlord's own e-mail address, from which messages come unless told otherwise."""
    with reading(sessions) as session:
        found = session.scalar(select(Organisation.email).where(Organisation.kind == "landlord").limit(1))
    return found or "casewright@localhost"


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Connect to a mail server and sign in. Raises OSError or SMTPException."""
    context = ssl.create_default_context()
    kind = smtplib.SMTP_SSL if server.is_tls else smtplib.SMTP
    options: dict[str, Any] = {"context": context} if server.is_tls else {}
    with kind(server.host, server.port, timeout=SECONDS, **options) as connection:
        connection.ehlo()
        is_private = server.is_tls
        if not is_private and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            is_private = True
        if server.user and not (is_private or server.is_here):
            raise smtplib.SMTPException("it takes the password only unencrypted; use smtps://")
        if server.user:
            connection.login(server.user, server.password)
        yield connection


def _send_one(sessions: Sessions, server: smtplib.SMTP, key: str, sender: str, done: Delivered) -> None:
    row = claim(sessions, key, "email")
    if row is None:
        return  # another node has it
    with reading(sessions) as session:
        refusal = fences.refusal(session, str(row.payload.get("to", "")))
    if refusal:
        _fail(sessions, row, refusal, done)
        return
    try:
        server.send_message(compose(key, row.payload, sender=sender))
    except Refused as refused:
        _fail(sessions, row, str(refused), done)
    except smtplib.SMTPServerDisconnected as gone:
        _postpone(sessions, row, described(gone), done)
        raise
    except (smtplib.SMTPException, UnicodeError) as error:
        (_fail if is_final(error) else _postpone)(sessions, row, described(error), done)
    else:
        _note(sessions, row, status="sent", sent_at=now(), error="")
        done.sent += 1


def claim(sessions: Sessions, key: str, channel: str) -> Any:
    """Take a message that is due for a minute and return its row; none when another node has it."""
    # Written before it is sent: a mail server may refuse it to our mailbox at once.
    number = {"mail_id": message_id(key)} if channel != "webhook" else {}
    with writing(sessions) as session:
        claimed = session.execute(
            update(OUTBOX)
            .where(OUTBOX.c.key == key, is_due(channel))
            .values(next_at=now() + LEASE, attempts=OUTBOX.c.attempts + 1, **number)
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]
            return None
        return session.execute(select(OUTBOX).where(OUTBOX.c.key == key)).first()


def is_final(error: Exception) -> bool:
    """Say whether the server will never take the message: a 5xx answer (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, smtplib.SMTPNotSupportedError | UnicodeError)


def _fail(sessions: Sessions, row: Any, error: str, done: Delivered) -> None:
    _note(sessions, row, status="failed", next_at=now(), error=error)
    done.failed += 1


def _postpone(sessions: Sessions, row: Any, error: str, done: Delivered) -> None:
    if row.attempts > len(PAUSES):
        _fail(sessions, row, f"Given up after {row.attempts} attempts. {error}", done)
        return
    _note(sessions, row, next_at=now() + PAUSES[row.attempts - 1], error=error)
    done.postponed += 1


def _postpone_due(sessions: Sessions, only: str, error: str, done: Delivered) -> None:
    """Postpone all that is due, without counting an attempt twice."""
    for key in _due(sessions, only):
        row = claim(sessions, key, "email")
        if row is not None:
            _postpone(sessions, row, error, done)


def _note(sessions: Sessions, row: Any, **columns: Any) -> None:
    with writing(sessions) as session:
        session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**columns))


def _text(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
