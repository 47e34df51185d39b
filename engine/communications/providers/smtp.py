"""E-mail by a mail server. Whether it arrives is told by bounces alone, which come to the mailbox."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine import outbox
from engine.communications.providers.base import (
    NEVER,
    Attachment,
    Outgoing,
    Postponed,
    Progress,
    Receipt,
    Refused,
    Send,
    Unreachable,
)
from engine.documents.kinds import PDF


class Smtp:
    """A mail server, by its SMTP_URL; `sender` is the From address."""

    name = "smtp"
    follows_for = NEVER

    def __init__(self, url: str, sender: str) -> None:
        self._server = outbox.mail_server(url)
        self._sender = sender

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Connect for a round. Raises Unreachable."""
        try:
            with outbox.connected(self._server) as connection:
                yield lambda message: self._send(connection, message)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"The mail server cannot be used: {outbox.described(error)}") from error

    def find(self, message: Outgoing) -> Receipt | None:
        """Return none: a repeat has the same Message-ID, by which receivers drop it."""
        return None

    def follow(self, references: Sequence[str]) -> dict[str, Progress]:
        """Return nothing: what bounces comes to the mailbox."""
        return {}

    def check(self) -> None:
        """Connect and sign in. Raises Unreachable."""
        with self.open():
            pass

    def _send(self, connection: smtplib.SMTP, message: Outgoing) -> Receipt:
        try:
            written = outbox.compose(
                message.key,
                {"to": message.to, "subject": message.subject, "text": message.text, "html": message.html},
                sender=self._sender,
                attachments=[_as_sent(one) for one in message.attachments],
                in_reply_to=message.in_reply_to,
            )
            connection.send_message(written)
        except outbox.Refused as refused:
            raise Refused(str(refused)) from refused
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, UnicodeError) as error:
            kind = Refused if outbox.is_final(error) else Postponed
            raise kind(outbox.described(error)) from error
        return Receipt(outbox.message_id(message.key))


def _as_sent(one: Attachment) -> tuple[str, str, bytes]:
    """Return a file as it is attached: a letter as its PDF, which nobody changes by mistake."""
    if one.pdf is None:
        return one.name, one.content_type, one.path.read_bytes()
    return f"{one.name.rpartition('.')[0] or one.name}.pdf", PDF, one.pdf.read_bytes()
