"""Receives what came with an e-mail: each file passes the checks of uploads; what is refused is cut out of it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from engine.documents import kinds, names
from engine.documents.kinds import KINDS
from engine.documents.mail import AttachedFile, Mail
from engine.documents.receiving import Received
from engine.documents.refusals import Held, UploadRefused
from engine.documents.uploads import CheckedFile
from engine.filing.receiving import LARGEST_HELD, quarantine, receive, renditions, store

MOST_FILES = 50
# Of these nothing is to be seen or filed.
PASSED_OVER = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
OF_REPORTS = frozenset({"message/delivery-status", "text/rfc822-headers", "message/rfc822", "message/global-headers"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of what came in: what was received of it, or why it was refused.

    Of a message of which a part was refused there is both: what is left of it, and why the original is kept apart.
    """

    kind: str  # message, attachment, inline, scan
    name: str
    content_type: str
    size: int
    received: Received | None = None
    refusal: UploadRefused | None = None
    page: str | None = None  # the digest of a message's HTML, clean


def files_of(read: Mail, content: bytes) -> list[File]:
    """Receive what came with an e-mail, and the e-mail itself without those of its files that were refused."""
    passed_over = PASSED_OVER | (OF_REPORTS if read.report else frozenset())
    wanted = [one for one in read.files if one.content_type not in passed_over][:MOST_FILES]
    attached = [(one, _attached(one, content, number)) for number, one in enumerate(wanted, start=1)]
    refused = [one for one, file in attached if file.refusal is not None]
    return [_message(content, refused, read), *(file for _, file in attached)]


def _attached(one: AttachedFile, content: bytes, number: int) -> File:
    name = one.name or _unnamed(one, number)
    kind = "inline" if one.is_inline else "attachment"
    written = one.bytes_of(content)
    try:
        received = receive(name, written)
    except UploadRefused as refusal:
        return File(kind, name, one.content_type, len(written), refusal=refusal)
    return File(kind, name, received.checked.content_type, received.size, received)


def _unnamed(one: AttachedFile, number: int) -> str:
    ending = KINDS[one.content_type].endings[0] if one.content_type in KINDS else "bin"
    return f"{'message' if one.content_type == kinds.EMAIL else 'file'} {number}.{ending}"


def _message(content: bytes, refused: Sequence[AttachedFile], read: Mail) -> File:
    """Keep the message itself. What was refused of it is taken out; the original is then in the quarantine."""
    name = names.displayed(f"{read.subject or 'Message'}.eml", "eml")
    kept, refusal = content, None
    if refused:
        for one in sorted(refused, key=lambda one: one.start, reverse=True):
            kept = kept[: one.start] + kept[one.end :]
        refusal = held(name, content, f"“{name}” came with files that were refused.", "attachment")
    checked = CheckedFile(kinds.EMAIL, name, "eml")
    received = Received(checked, store().put(kept), len(kept), place_removed=False)
    page = renditions().put(read.html.encode()) if read.html.strip() else None
    return File("message", name, checked.content_type, len(kept), received, refusal, page)


def held(name: str, content: bytes, reason: str, code: str) -> UploadRefused:
    """Keep bytes apart, and return the refusal that says why."""
    refusal = UploadRefused(reason, remedy="", code=code)
    if 0 < len(content) <= LARGEST_HELD:
        with quarantine().incoming(io.BytesIO(content)) as incoming:
            refusal.held = Held(name[:200], quarantine().keep(incoming), incoming.size)
    return refusal
