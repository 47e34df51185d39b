"""What headers say, as people read it: encoded words (RFC 2047), addresses, days, the numbers of messages."""

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from typing import Any

from engine.documents.mail import charsets
from engine.documents.mail.parts import Head, decoded

LONGEST = 200  # characters of a subject or a name
MOST_ADDRESSES = 50
MOST_LISTS, LONGEST_LIST = 3, 4_000  # headers of one name, and characters of each: the time grows with their square
MOST_NUMBERS = 50
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_NUMBER = re.compile(r"<[^<>\s@]{1,150}@[^<>\s@]{1,90}>")
_ADDRESS = re.compile(r"[^\s@<>()\[\]\",;:\\]{1,64}@[\w.-]{1,190}")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)=([a-z]{1,20})", re.IGNORECASE)


def read(value: str, most: int = LONGEST) -> str:
    """Return a header as one line, its encoded words read."""
    return charsets.line(_words(value[: most * 20]), most)


def addresses(values: list[str]) -> list[dict[str, str]]:
    """Return the name and the address of each whom headers name; the address is "" where none can be written to."""
    joined = [value[:LONGEST_LIST] for value in values[:MOST_LISTS]]
    try:
        named = getaddresses(joined)
    except (ValueError, IndexError, RecursionError):
        named = [(value, "") for value in joined]
    return [
        {"name": read(name), "address": address.lower() if _ADDRESS.fullmatch(address) else ""}
        for name, address in ((name, charsets.line(address, 320)) for name, address in named[:MOST_ADDRESSES])
        if name or address
    ]


def numbers(values: list[str]) -> list[str]:
    """Return the numbers (Message-ID) that headers or a text hold, each once."""
    found = (number for value in values for number in _NUMBER.findall(value))
    return list(dict.fromkeys(found))[:MOST_NUMBERS]


def instant(value: str) -> str | None:
    """Return a day and time in UTC, as ISO text; none where it says none, or one that cannot be."""
    try:
        at = parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return None
    latest = datetime(2200, 1, 1, tzinfo=UTC) - timedelta(days=1)
    return at.isoformat() if datetime(1970, 1, 1, tzinfo=UTC) < at < latest else None


def file_name(typed: Message) -> str:
    """Return what a part says that its file is called."""
    try:
        name = collapse_rfc2231_value(typed.get_filename("") or "")
    except (ValueError, LookupError, TypeError):
        return ""
    return read(name)


def automatic(head: Head) -> str:
    """Return how a message says that no person wrote it (RFC 3834): auto-replied, auto-generated; else ""."""
    said = head.get("auto-submitted").partition(";")[0].strip().lower()
    if said and said != "no":
        return "auto-replied" if said.startswith("auto-replied") else "auto-generated"
    answers = ("x-autoreply", "x-autorespond", "x-autoresponder")
    if any(head.get(name) for name in answers) or head.get("precedence").strip().lower() == "auto_reply":
        return "auto-replied"
    return ""


def authentication(head: Head) -> dict[str, str]:
    """Return what a server said of the sender, by check (spf, dkim, dmarc): a hint, for a message may bring it."""
    results = _RESULT.findall(head.get("authentication-results")[:2000])
    found: dict[str, str] = {}
    for check, result in results:
        found.setdefault(check.lower(), result.lower())
    return found


def _words(value: str) -> str:
    """Read encoded words; what two of one charset write together is read together, as a sign may be cut in two."""
    pieces: list[Any] = []
    at = 0
    value = _BETWEEN.sub("", value)
    for word in _WORD.finditer(value):
        if word.start() > at:
            pieces.append(value[at : word.start()])
        content = _bytes(word[2].lower(), word[3])
        charset = word[1].partition("*")[0].lower()
        if pieces and word.start() == at and isinstance(pieces[-1], tuple) and pieces[-1][0] == charset:
            pieces[-1] = (charset, pieces[-1][1] + content)
        else:
            pieces.append((charset, content))
        at = word.end()
    pieces.append(value[at:])
    return "".join(piece if isinstance(piece, str) else charsets.text(piece[1], piece[0]) for piece in pieces)


def _bytes(way: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if way == "b":
        try:
            return decoded(content, "base64")
        except binascii.Error:
            return content
    return binascii.a2b_qp(content, header=True)
