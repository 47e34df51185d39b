"""Files from outside: what they are by their content, whether they may be kept, and how they are served."""

import email
import email.policy
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import puremagic

from engine.documents import kinds, names, packages
from engine.documents.kinds import ACCEPTED, KINDS, MB
from engine.documents.refusals import PackageRefused, UploadRefused

CHOOSE_ANOTHER = f"Choose another file. Accepted are {ACCEPTED}."
OLD_OFFICE = "Open it in Word, Excel or LibreOffice, take off any password, save it as .docx or .xlsx and upload that."

# Nothing in a picture, sound or text makes a page or a program, unless somebody wants it to be taken for one.
PAGE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?php)\b|<\?php|<\?xml", re.IGNORECASE
)
PROGRAM = re.compile(rb"\s*(?:#!|MZ|\x7fELF|@echo\b|%!PS|\{\\rtf)", re.IGNORECASE)

INLINE = frozenset({kinds.PDF, kinds.TEXT, "image/jpeg", "image/png", "image/webp"})
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# Chromium shows no PDF in a sandboxed document. Its viewer runs apart from the page and has nothing of ours.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept."""

    content_type: str
    display_name: str
    extension: str  # without its dot


def check_upload(name: str, content: bytes | Path) -> CheckedFile:
    """Say what a file is, going by its content alone, or raise UploadRefused with why it cannot be kept.

    `name` only chooses between texts (.txt, .csv, .eml) and is cleaned for display. A Path is read without loading it.
    """
    with _bytes_of(content) as data:
        try:
            content_type = _content_type(name, data)
            _check_size(content_type, len(data))
        except PackageRefused as fault:
            raise refused(name, fault.reason, remedy=fault.remedy, code=fault.code) from fault
    endings = KINDS[content_type].endings
    ending = names.ending_of(name)
    extension = ending if ending in endings else endings[0]
    return CheckedFile(content_type, names.displayed(name, extension), extension)


def refused(name: str, reason: str, *, remedy: str, code: str) -> UploadRefused:
    """Return the refusal of a file called `name`; `reason` ends the sentence "… was refused because …"."""
    return UploadRefused(f'"{shown_name(name)}" was refused because {reason}.', remedy=remedy, code=code)


def shown_name(name: str) -> str:
    """Return what a file that was not accepted is called, as a person may see it."""
    return names.displayed(name, names.ending_of(name)[:10] or "file")


def safe_headers(content_type: str, filename: str) -> dict[str, str]:
    """Return the headers that a stranger's file is served with: shown in the page only where that is harmless."""
    inline = content_type in INLINE
    known = content_type if content_type in KINDS else "application/octet-stream"
    return {
        "Content-Type": f"{known}; charset=utf-8" if known.startswith("text/") else known,
        "Content-Disposition": names.disposition("inline" if inline else "attachment", filename),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Content-Security-Policy": PDF_POLICY if content_type == kinds.PDF else SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }


@contextmanager
def _bytes_of(content: bytes | Path) -> Iterator[bytes]:
    """Give the bytes, or a file mapped into memory, which finds, slices and measures like bytes."""
    if isinstance(content, bytes):
        yield content
    elif content.stat().st_size == 0:
        yield b""
    else:
        with content.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield cast(bytes, mapped)


def _content_type(name: str, data: bytes) -> str:
    if not data[:1]:
        raise _refused("it is empty", "Choose the file again.", "empty")
    if len(data) > max(kind.most_bytes for kind in KINDS.values()):
        raise _too_large(len(data), max(kind.most_bytes for kind in KINDS.values()))
    if data[:2] == b"PK":
        return _office_type(data)
    content_type = kinds.of_content(data) or _text_type(name, data)
    if content_type is None:
        raise _not_accepted(data)
    _check_single(content_type, data)
    return content_type


def _office_type(data: bytes) -> str:
    if len(data) > KINDS[packages.WORD].most_bytes:
        raise _too_large(len(data), KINDS[packages.WORD].most_bytes)
    content_type = packages.check_office(packages.unpack(data[:]))
    if content_type not in KINDS:
        raise _not_accepted(data)
    return content_type


def _text_type(name: str, data: bytes) -> str | None:
    """Return the media type of a text, told from other texts by its ending; None when it is no text."""
    ending = names.ending_of(name)
    if len(data) > KINDS[kinds.EMAIL].most_bytes or kinds.is_compound(data) or not _reads_as_text(data[:]):
        return None
    if ending == "eml":
        return kinds.EMAIL if _is_email(data[:65536]) else None
    if PAGE.search(data[:4096]) or PROGRAM.match(data[:64]):
        raise _refused("it is a web page or a program", CHOOSE_ANOTHER, "active")
    if ending in ("", *KINDS[kinds.TEXT].endings):
        return kinds.TEXT
    if ending in KINDS[kinds.CSV].endings:
        return kinds.CSV
    known = any(ending in kind.endings for kind in KINDS.values())
    reason = "and its content is not that; it may be damaged" if known else "and is a text of another kind"
    raise _refused(f'it is called ".{ending[:10]}" {reason}', CHOOSE_ANOTHER, "type")


def _reads_as_text(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data = data.decode("utf-16").encode("utf-8", "replace")
        except UnicodeDecodeError:
            return False
    return re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data) is None


def _is_email(head: bytes) -> bool:
    message = email.message_from_bytes(head, policy=email.policy.default)
    return {"from", "date"} <= {name.lower() for name in message} and not head.lstrip().startswith(b"<")


def _check_single(content_type: str, data: bytes) -> None:
    """Refuse a file that is a second kind of file as well."""
    if data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000)) >= 0 and content_type not in (kinds.EMAIL, kinds.OUTLOOK):
        raise _refused("it is two kinds of file in one", CHOOSE_ANOTHER, "polyglot")
    if content_type.startswith(("image/", "audio/", "video/")) and _holds_page(content_type, data):
        raise _refused("a web page is hidden in it", CHOOSE_ANOTHER, "polyglot")


def _holds_page(content_type: str, data: bytes) -> bool:
    """Look through a picture, or the beginning of a film, where a browser would look."""
    looked_at = data[:] if content_type.startswith("image/") else data[:65536]
    found = PAGE.finditer(looked_at)
    # Cameras write their notes as XML ("<?xpacket", "<x:xmpmeta"), some with a declaration.
    return any(not match[0].lower().startswith(b"<?xml") for match in found)


def _check_size(content_type: str, size: int) -> None:
    most = KINDS[content_type].most_bytes
    if size > most:
        raise _too_large(size, most)


def _not_accepted(data: bytes) -> PackageRefused:
    if kinds.is_compound(data):
        return _refused("it is in an old or locked Office format", OLD_OFFICE, "old_office")
    looks_like = _guess(data)
    what = f"it looks like {looks_like}, which is not accepted" if looks_like else "it is not of an accepted kind"
    return _refused(what, CHOOSE_ANOTHER, "type")


def _guess(data: bytes) -> str:
    """Return what the file looks like, for a sentence, or ""."""
    try:
        matches = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        return ""
    named = [match.name for match in matches if match.confidence >= 0.2 and match.name]
    return f'"{named[0][:60]}"' if named else ""


def _too_large(size: int, most: int) -> PackageRefused:
    reason = f"it has {size / MB:,.0f} MB; at most {most // MB} MB are accepted"
    return _refused(reason, "Make it smaller, or split it, and upload it again.", "too_large")


def _refused(reason: str, remedy: str, code: str) -> PackageRefused:
    return PackageRefused(reason, remedy=remedy, code=code)
