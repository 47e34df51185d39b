"""Pictures without what a camera writes into them: where they were taken, smaller pictures, what it made of them.

The picture itself stays as it is, bit for bit; so do the day and time, the way up and the camera's name. Runs in the
limited child only. Sources: JPEG (ITU-T T.81), PNG third edition, the WebP container, Exif 2.32.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import date

from PIL import ExifTags, Image

Exif = Image.Exif

KEPT_TAGS = (ExifTags.Base.Orientation, ExifTags.Base.DateTime, ExifTags.Base.Make, ExifTags.Base.Model)
KEPT_MOMENTS = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal)
LONGEST_NOTE = 200

START, END, SCAN = 0xD8, 0xD9, 0xDA
# JFIF, a colour profile, and Adobe's word about colours: without these the picture would look otherwise.
KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
MARK = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # ends the coded picture; FF 00 and restarts belong to it

KEPT_CHUNKS = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
HAS_NOTES = 0x08 | 0x04  # of a WebP's flags: Exif, XMP

TIFF = re.compile(rb"II\*\0|MM\0\*")
PLACES, LONG, ENTRY = 0x8825, 4, 12
XMP_PLACE = re.compile(rb"(exif:GPS\w+\s*(?:=\s*\"|>))([^\"<]{1,200})")


class Damaged(Exception):
    """The picture ends too early, or its parts are not where it says."""


def without_place(content: bytes, content_type: str) -> bytes:
    """Return a picture without the place where it was taken. Raises Damaged."""
    try:
        match content_type:
            case "image/jpeg":
                return _jpeg(content)
            case "image/png":
                return _png(content)
            case "image/webp":
                return _webp(content)
            case "image/heic":
                return blanked(content)
    except (struct.error, IndexError) as fault:
        raise Damaged from fault
    return content


def taken_on(content: bytes) -> date | None:
    """Return the day that a camera noted; none where there is no note, or none that is a day."""
    noted = _exif(content).get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    found = re.match(r"(\d{4}):(\d\d):(\d\d)\b", noted) if isinstance(noted, str) else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _exif(content: bytes) -> Exif:
    """Return what a picture notes; nothing where that cannot be read."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.getexif()
    except Exception:  # whatever a hostile file brings about: a picture without readable notes is kept without
        return Exif()


def _notes(content: bytes) -> bytes:
    """Return new Exif notes with what is kept of a picture's, or b""; they begin with "Exif"."""
    found, kept = _exif(content), Exif()
    for tag in KEPT_TAGS:
        if _is_plain(found.get(tag)):
            kept[tag] = found[tag]
    moments = found.get_ifd(ExifTags.IFD.Exif)
    told = {tag: moments[tag] for tag in KEPT_MOMENTS if _is_plain(moments.get(tag))}
    if told:
        kept[ExifTags.IFD.Exif] = told
    return kept.tobytes() if len(kept) else b""


def _is_plain(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and 0 < len(value) <= LONGEST_NOTE)


def _jpeg(content: bytes) -> bytes:
    """Keep the first picture of a JPEG file; telephones write further ones, and films, behind it."""
    parts, notes = [content[:2]], _notes(content)
    if notes:
        parts.append(b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes)
    for marker, segment in _segments(content):
        is_note = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not is_note or (marker in KEPT_SEGMENTS and segment[4:].startswith(KEPT_SEGMENTS[marker])):
            parts.append(segment)
    return b"".join(parts)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each segment of a JPEG after its start mark, a scan together with its coded picture, up to the end mark."""
    at = 2
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:  # padding
            at += 1
        if content[at] != 0xFF:
            raise Damaged
        marker = content[at + 1]
        if marker == END:
            yield marker, content[at : at + 2]
            return
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == SCAN:
            found = MARK.search(content, end)
            if found is None:
                raise Damaged
            end = found.start()
        if end > len(content):
            raise Damaged
        yield marker, content[at:end]
        at = end


def _png(content: bytes) -> bytes:
    parts, at, notes = [PNG_HEAD], len(PNG_HEAD), _notes(content).removeprefix(b"Exif\0\0")
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise Damaged
        if name == b"IDAT" and notes:
            parts.append(struct.pack(">I", len(notes)) + b"eXIf" + notes)
            parts.append(struct.pack(">I", zlib.crc32(b"eXIf" + notes)))
            notes = b""
        if name in KEPT_CHUNKS:
            parts.append(content[at:end])
        if name == b"IEND":
            return b"".join(parts)
        at = end


def _webp(content: bytes) -> bytes:
    parts, at, notes = [], 12, _notes(content).removeprefix(b"Exif\0\0")
    while at + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise Damaged
        chunk = content[at:end].ljust(end - at, b"\0")
        if name == b"VP8X":
            flags = chunk[8] & ~HAS_NOTES | (0x08 if notes else 0)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if name not in (b"EXIF", b"XMP "):
            parts.append(chunk)
        at = end
    if notes and parts and parts[0].startswith(b"VP8X"):
        parts.append(struct.pack("<4sI", b"EXIF", len(notes)) + notes + b"\0" * (len(notes) % 2))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def blanked(content: bytes) -> bytes:
    """Return a HEIC picture with the places in it overwritten, nothing moved: its parts are found by position."""
    changed = bytearray(content)
    for found in TIFF.finditer(content):
        _blank_tiff(changed, found.start())
    for found in XMP_PLACE.finditer(content):
        changed[found.start(2) : found.end(2)] = b" " * len(found[2])
    return bytes(changed)


def _blank_tiff(content: bytearray, start: int) -> None:
    """Empty the table of places of the Exif notes that begin at `start`, and what it refers to."""
    order = "<" if content[start : start + 2] == b"II" else ">"
    try:
        first = start + struct.unpack_from(f"{order}I", content, start + 4)[0]
        for place in _entries(content, first, order):
            tag, kind, count, value = struct.unpack_from(f"{order}HHII", content, place)
            if tag == PLACES and kind == LONG and count == 1:
                _blank_table(content, start, start + value, order)
    except (struct.error, IndexError):
        return  # these four bytes begin no notes


def _blank_table(content: bytearray, start: int, table: int, order: str) -> None:
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
    for place in _entries(content, table, order):
        _, kind, count, value = struct.unpack_from(f"{order}HHII", content, place)
        size = sizes.get(kind, 1) * count
        if 4 < size <= 1000 and start + value + size <= len(content):
            content[start + value : start + value + size] = bytes(size)
        content[place : place + ENTRY] = bytes(ENTRY)
    content[table : table + 2] = b"\0\0"


def _entries(content: bytearray, table: int, order: str) -> range:
    count = struct.unpack_from(f"{order}H", content, table)[0]
    if count > 200 or table + 2 + count * ENTRY > len(content):
        raise IndexError(table)
    return range(table + 2, table + 2 + count * ENTRY, ENTRY)
