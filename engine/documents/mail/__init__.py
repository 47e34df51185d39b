"""E-mails as they came in: read in the limited child, whatever they hold; nothing in them is believed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.documents import limited, viewing
from engine.documents.mail.parts import LONGEST_HEAD, decoded
from engine.errors import Invalid

__all__ = ["LONGEST_HEAD", "Address", "AttachedFile", "Mail", "Report", "read"]

SECONDS = 10.0
_WHY = {
    "time": "it takes too long to read",
    "memory": "it needs too much memory to read",
    "depth": "it is nested too deeply",
    "crash": "reading it broke off",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a header names; the address is "" where it is none."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name and self.address else self.name or self.address


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with a message, and where it stands in it."""

    name: str
    content_type: str  # as the message says
    encoding: str
    start: int
    end: int
    is_inline: bool  # a picture within the text, such as of a signature

    def bytes_of(self, content: bytes) -> bytes:
        """Return the file, out of the message that it came with."""
        return decoded(content[self.start : self.end], self.encoding)


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says of a message of ours. Each recipient: address, action, status (5.1.1), said."""

    recipients: list[dict[str, str]]
    numbers: list[str]


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it was read. `html` is clean; `numbers` are those of messages, with their brackets."""

    number: str
    answers: list[str]
    sender: Address
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    subject: str
    sent_at: datetime | None
    automatic: str  # auto-replied, auto-generated, or ""
    authentication: dict[str, str]
    text: str
    html: str
    files: list[AttachedFile]
    is_cut: bool
    report: Report | None
    key: list[str] = field(repr=False)
    body: int = 0


def read(content: bytes) -> Mail:
    """Read a message.

    Raises:
        Invalid: it cannot be read; the sentence says why.
        Unavailable: none can be read just now.
    """
    try:
        found, page = viewing.run({"job": "mail"}, content, seconds=SECONDS)
    except limited.Breach as breach:
        raise Invalid(f"The message cannot be read: {_WHY[breach.what]}.", remedy=_REMEDY) from breach
    except limited.Failed as fault:
        raise Invalid(f"The message cannot be read ({fault}).", remedy=_REMEDY) from fault
    return _mail(found["done"], page.decode())


_REMEDY = "Save the original to look at it in a mail program."


def _mail(found: dict[str, Any], html: str) -> Mail:
    people = {name: [Address(**one) for one in found[name]] for name in ("reply_to", "to", "cc")}
    return Mail(
        number=found["number"],
        answers=found["answers"],
        sender=Address(**found["sender"]),
        subject=found["subject"],
        sent_at=datetime.fromisoformat(found["sent_at"]) if found["sent_at"] else None,
        automatic=found["automatic"],
        authentication=found["authentication"],
        text=found["text"],
        html=html,
        files=[AttachedFile(**one) for one in found["files"]],
        is_cut=found["is_cut"],
        report=Report(**found["report"]) if found["report"] else None,
        key=found["key"],
        body=found["body"],
        **people,
    )
