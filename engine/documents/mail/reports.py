"""Reports of mail servers that a message could not be delivered (RFC 3464), and those that are told in words alone."""

import re
from typing import Any

from engine.documents.mail import charsets, headers
from engine.documents.mail.parts import Head, Part, decoded, read_head

MOST_RECIPIENTS = 20
LONGEST_STATUS = 64 * 1024  # bytes
LONGEST_ORIGINAL = 200 * 1024
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_SERVERS = re.compile(r"(mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


def read(content: bytes, head: Head, parts: list[Part]) -> dict[str, Any] | None:
    """Return what a report says of each recipient, and the numbers that the message may have had; none of no report."""
    status = next((part for part in parts if part.head.content_type == "message/delivery-status"), None)
    if status is not None:
        recipients = _recipients(_bytes(content, status, LONGEST_STATUS))
    elif head.get("x-failed-recipients"):
        failed = headers.addresses([head.get("x-failed-recipients")])
        recipients = [_told(one["address"], "failed", "", "") for one in failed if one["address"]]
    elif _SERVERS.search(head.get("from")) and head.get("return-path").strip() == "<>":
        recipients = []
    else:
        return None
    return {"recipients": recipients[:MOST_RECIPIENTS], "numbers": _numbers(content, parts)}


def _recipients(content: bytes) -> list[dict[str, str]]:
    """Read the groups of fields, one for each recipient; the first is about the message."""
    found: list[dict[str, str]] = []
    at = 0
    while at < len(content) and len(found) <= MOST_RECIPIENTS:
        group, after = read_head(content, at, len(content))
        if after <= at:
            break
        at = after
        recipient = group.get("final-recipient") or group.get("original-recipient")
        if recipient:
            address = recipient.partition(";")[2].strip() or recipient.strip()
            action = group.get("action").strip().lower()
            said = group.get("diagnostic-code")
            found.append(_told(address.lower(), action, group.get("status"), said.partition(";")[2] or said))
    return found


def _told(address: str, action: str, status: str, said: str) -> dict[str, str]:
    code = _STATUS.search(status) or _STATUS.search(said)
    return {
        "address": charsets.line(address, 320),
        "action": charsets.line(action, 40) or "failed",
        "status": code[0] if code else "",
        "said": headers.read(said, 500),
    }


def _numbers(content: bytes, parts: list[Part]) -> list[str]:
    """Return the number of the message that is reported on: of its head where that came along, else those in words."""
    for part in parts:
        if part.head.content_type in _ORIGINALS:
            original, _ = read_head(_bytes(content, part, LONGEST_ORIGINAL), 0, LONGEST_ORIGINAL)
            if original.get("message-id"):
                return headers.numbers([original.get("message-id")])
    texts = (charsets.text(_bytes(content, part, LONGEST_ORIGINAL)) for part in parts if _is_text(part))
    return headers.numbers(list(texts))


def _is_text(part: Part) -> bool:
    return part.head.content_type.startswith(("text/", "message/"))


def _bytes(content: bytes, part: Part, most: int) -> bytes:
    return decoded(content[part.start : min(part.end, part.start + most)], part.head.encoding)
