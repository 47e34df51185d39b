"""Reads a message for whoever files it: who, when, what it says, what came with it. Runs in the limited child only."""

from typing import Any

from engine.documents.mail import bodies, headers, reports
from engine.documents.mail.parts import Part, Split, split

SMALL = (
    b"From: =?utf-8?q?Ann?= <a@example.org>\nTo: b@example.org\nDate: Thu, 3 Dec 2026 10:00:00 +0000\nSubject: x\n"
    b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nd2FybQ==\n"
    b"--b\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<p>warm\n"
    b"--b\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; a@example.org\n"
    b"--b\nContent-Type: text/plain; name*=utf-8''a%20b.txt\nContent-Disposition: attachment\n\nwarm\n--b--\n"
)


def read(content: bytes) -> tuple[dict[str, Any], str]:
    """Return what a message holds, as data, and its HTML as a page without head and body."""
    found = split(content)
    said = [part for part in found.parts if bodies.is_body(part)]
    text, page = bodies.read(content, said)
    return {**_heads(found), **_files(found, said), "text": text, "report": _report(content, found)}, page


def warm_up() -> None:
    """Read a small message, so that what is imported late is there."""
    read(SMALL)


def _heads(found: Split) -> dict[str, Any]:
    head = found.head
    sender = headers.addresses(head.all("from")[:1] or head.all("sender")[:1])
    return {
        "number": next(iter(headers.numbers(head.all("message-id"))), ""),
        "answers": headers.numbers([*head.all("in-reply-to"), *reversed(head.all("references"))]),
        "sender": sender[0] if sender else {"name": "", "address": ""},
        "reply_to": headers.addresses(head.all("reply-to")),
        "to": headers.addresses(head.all("to")),
        "cc": headers.addresses(head.all("cc")),
        "subject": headers.read(head.get("subject")),
        "sent_at": headers.instant(head.get("date")),
        "automatic": headers.automatic(head),
        "authentication": headers.authentication(head),
        "key": [" ".join(head.get(name).split()) for name in ("message-id", "from", "date", "subject")],
        "body": found.body,
    }


def _files(found: Split, said: list[Part]) -> dict[str, Any]:
    body = {id(part) for part in said}
    rest = [part for part in found.parts if id(part) not in body and part.end > part.start]
    return {"files": [_file(part) for part in rest], "is_cut": found.is_cut}


def _file(part: Part) -> dict[str, Any]:
    return {
        "name": headers.file_name(part.head.typed),
        "content_type": part.head.content_type,
        "encoding": part.head.encoding,
        "start": part.start,
        "end": part.end,
        "is_inline": bool(part.head.get("content-id")) and part.within == "multipart/related",
    }


def _report(content: bytes, found: Split) -> dict[str, Any] | None:
    return reports.read(content, found.head, found.parts)
