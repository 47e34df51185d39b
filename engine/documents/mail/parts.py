"""Splits a message into its parts (RFC 2045 and 2046), in a time that grows with its size, whatever it holds."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from engine.documents.mail import charsets

DEEPEST = 20
MOST_PARTS = 200
LONGEST_HEAD = 256 * 1024  # bytes of a head that are read
LONGEST_HEADER = 16 * 1024  # characters of one header that count
_FOLDED = re.compile(rb"\r?\n(?=[ \t])")
_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_TYPED = ("content-type", "content-disposition", "content-transfer-encoding", "content-id", "content-description")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a message or part, names in small letters, in their order."""

    headers: tuple[tuple[str, str], ...]
    typed: Message

    def get(self, name: str) -> str:
        """Return the first header of this name; "" without one."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return every header of this name."""
        return [value for key, value in self.headers if key == name]

    @property
    def content_type(self) -> str:
        """Return the media type; text where none is said."""
        return self.typed.get_content_type()

    def parameter(self, name: str) -> str:
        """Return a parameter of the media type, such as its boundary."""
        try:
            value = self.typed.get_param(name, "")
        except (ValueError, LookupError, TypeError):
            return ""
        return str(value[2] if isinstance(value, tuple) else value or "")

    @property
    def disposition(self) -> str:
        """Return inline, attachment, or what else the part says that it is; "" when it says nothing."""
        return self.get("content-disposition").partition(";")[0].strip().lower()[:40]

    @property
    def encoding(self) -> str:
        """Return how its bytes are written: base64, quoted-printable, or as they are."""
        return self.get("content-transfer-encoding").strip().lower()[:40]


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is no container, and where its bytes stand in the message."""

    head: Head
    start: int
    end: int
    within: str  # the media type of what it stands in; "" of the whole message


@dataclass(frozen=True, slots=True)
class Split:
    """A message in its parts; `is_cut` where it has more, or deeper ones, than are read."""

    head: Head
    body: int  # where what follows its head begins
    parts: list[Part]
    is_cut: bool


def split(content: bytes) -> Split:
    """Return a message in its parts. Anything is a message: without a head it is a text."""
    whole, body = read_head(content, 0, len(content))
    parts: list[Part] = []
    waiting = [(0, len(content), 0, "")]
    is_cut = False
    while waiting:
        start, end, depth, within = waiting.pop()
        head, begin = read_head(content, start, end)
        inner = list(_inner(content, head, begin, end)) if depth < DEEPEST else []
        is_cut = is_cut or (depth == DEEPEST and head.content_type.startswith("multipart/"))
        if inner:
            waiting.extend((*span, depth + 1, head.content_type) for span in reversed(inner))
        else:
            parts.append(Part(head, begin, end, within))
        if len(parts) + len(waiting) > MOST_PARTS:
            return Split(whole, body, parts[:MOST_PARTS], is_cut=True)
    return Split(whole, body, parts, is_cut)


def read_head(content: bytes, start: int, end: int) -> tuple[Head, int]:
    """Return the head that begins at `start`, and where what follows it begins."""
    if content[start : start + 5] == b"From ":  # of a file of a mail program
        start = content.find(b"\n", start, end) + 1 or end
    if content[start : start + 1] == b"\n" or content[start : start + 2] == b"\r\n":
        return _head(b""), content.find(b"\n", start, end) + 1
    last, body = _end_of_head(content, start, end)
    if not _HEADER.match(content[start : start + 1000]):
        return _head(b""), start
    return _head(content[start : min(last, start + LONGEST_HEAD)]), body


def decoded(content: bytes, encoding: str) -> bytes:
    """Return the bytes of a part as they were before they were written for the way."""
    if encoding == "base64":
        try:
            return binascii.a2b_base64(content)
        except binascii.Error:  # its end is missing
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
            letters = letters[: len(letters) - (len(letters) % 4 == 1)]
            return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    return content


def _end_of_head(content: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where a head ends and where what follows it begins: behind the first empty line."""
    ends = (content.find(mark, start, end) for mark in (b"\n\n", b"\n\r\n"))
    first = min((found for found in ends if found >= 0), default=-1)
    return (first, content.find(b"\n", first + 1, end) + 1) if first >= 0 else (end, end)


def _head(content: bytes) -> Head:
    headers = []
    for line in _FOLDED.sub(b"", content).splitlines():
        found = _HEADER.match(line)
        if found:
            value = charsets.text(found[2].strip()[:LONGEST_HEADER])
            headers.append((found[1].decode("ascii").lower(), value))
    typed = Message()
    for name in _TYPED:
        value = next((value for key, value in headers if key == name), "")
        if value:
            typed[name] = " ".join(value.split())
    return Head(tuple(headers), typed)


def _inner(content: bytes, head: Head, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a container stand; none of what is no container."""
    if not head.content_type.startswith("multipart/"):
        return iter(())
    boundary = head.parameter("boundary").strip()[:200].encode("utf-8", "replace")
    return islice(_between(content, b"--" + boundary, start, end), MOST_PARTS + 1) if boundary else iter(())


def _between(content: bytes, mark: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin, at = -1, start
    while (found := _mark_of_line(content, mark, start, at, end)) >= 0:
        at = found + len(mark)
        next_line = content.find(b"\n", at, end) + 1 or end
        rest = content[at : min(next_line, at + 100)].strip()
        if rest not in (b"", b"--"):
            continue
        if begin >= 0:
            yield begin, _without_line_end(content, begin, found)
        begin, at = next_line, next_line
        if rest:
            return
    if begin >= 0:
        yield begin, end


def _mark_of_line(content: bytes, mark: bytes, start: int, at: int, end: int) -> int:
    """Return where a line begins with a mark, from `at` on; -1 when none does."""
    if at == start and content.startswith(mark, start, end):
        return start
    found = content.find(b"\n" + mark, max(start, at - 1), end)
    return found + 1 if found >= 0 else -1


def _without_line_end(content: bytes, begin: int, end: int) -> int:
    if end > begin and content[end - 1 : end] == b"\n":
        end -= 1
    return end - (end > begin and content[end - 1 : end] == b"\r")
