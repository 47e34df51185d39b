"""The kinds of file that may be kept, each told by its content."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.documents import packages

MB = 1024 * 1024

TEXT = "text/plain"
CSV = "text/csv"
EMAIL = "message/rfc822"
OUTLOOK = "application/vnd.ms-outlook"
PDF = "application/pdf"


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type, its endings (the first is given), and the most bytes that are accepted."""

    content_type: str
    endings: tuple[str, ...]
    most_bytes: int = 50 * MB


KINDS = {
    kind.content_type: kind
    for kind in (
        Kind(PDF, ("pdf",)),
        Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
        Kind("image/png", ("png",)),
        Kind("image/webp", ("webp",)),
        Kind("image/heic", ("heic", "heif")),
        Kind(packages.WORD, ("docx",)),
        Kind(packages.EXCEL, ("xlsx",)),
        Kind(packages.POWERPOINT, ("pptx",)),
        Kind(f"{packages.OPEN_DOCUMENT}text", ("odt",)),
        Kind(f"{packages.OPEN_DOCUMENT}spreadsheet", ("ods",)),
        Kind(f"{packages.OPEN_DOCUMENT}presentation", ("odp",)),
        Kind(TEXT, ("txt", "text", "log"), 10 * MB),
        Kind(CSV, ("csv", "tsv"), 10 * MB),
        Kind(EMAIL, ("eml",)),
        Kind(OUTLOOK, ("msg",)),
        Kind("video/mp4", ("mp4", "m4v"), 200 * MB),
        Kind("video/quicktime", ("mov", "qt"), 200 * MB),
        Kind("audio/mp4", ("m4a",), 200 * MB),
        Kind("audio/mpeg", ("mp3",), 200 * MB),
    )
}

ACCEPTED = "PDF, pictures (JPEG, PNG, WebP, HEIC), Word, Excel, OpenDocument, text, CSV, e-mails, MP4, MOV, M4A and MP3"

# ISO base media files say what they are in their "major brand", bytes 8 to 12.
BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic", b"mif1": "image/heic",
    b"msf1": "image/heic", b"hevc": "image/heic", b"qt  ": "video/quicktime", b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4", b"M4V ": "video/mp4", b"M4VH": "video/mp4", b"isom": "video/mp4", b"iso2": "video/mp4",
    b"iso4": "video/mp4", b"iso5": "video/mp4", b"iso6": "video/mp4", b"mp41": "video/mp4", b"mp42": "video/mp4",
    b"avc1": "video/mp4", b"dash": "video/mp4", b"MSNV": "video/mp4", b"mmp4": "video/mp4", b"3gp4": "video/mp4",
    b"3gp5": "video/mp4",
}  # fmt: skip


def is_pdf(content: bytes) -> bool:
    """Say whether this is a PDF from its first byte to its last line."""
    return re.match(rb"%PDF-[12]\.\d", content) is not None and b"%%EOF" in content[-2048:]


def is_jpeg(content: bytes) -> bool:
    """Say whether this begins as a JPEG and has its end mark (telephones write more after it)."""
    return content[:3] == b"\xff\xd8\xff" and content.rfind(b"\xff\xd9") > 0


def is_png(content: bytes) -> bool:
    """Say whether this begins as a PNG and has its end mark."""
    return content[:16] == b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" and content.rfind(b"IEND") > 0


def is_webp(content: bytes) -> bool:
    """Say whether this is a WebP whose stated size is its own."""
    stated = int.from_bytes(content[4:8], "little")
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP" and 0 <= len(content) - 8 - stated <= 1


def is_mp3(content: bytes) -> bool:
    """Say whether this begins with an ID3 tag or with two MPEG audio layer III frame heads, one frame apart."""
    if content[:3] == b"ID3" and len(content) > 10 and max(content[6:10]) < 0x80:
        return True
    length = _frame_length(content[:4])
    return length > 0 and _frame_length(content[length : length + 4]) > 0


BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
LOW_BIT_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frame_length(head: bytes) -> int:
    """Return the length of an MPEG audio layer III frame from its four-byte head, 0 when it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bit_rate, sample_rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or sample_rate == 3:
        return 0
    kilobits = (BIT_RATES if version == 3 else LOW_BIT_RATES)[bit_rate]
    return (144 if version == 3 else 72) * kilobits * 1000 // SAMPLE_RATES[version][sample_rate] + (head[2] >> 1 & 1)


def is_outlook(content: bytes) -> bool:
    """Say whether this is an Outlook message: a compound file with the property streams that only messages have."""
    streams = ("__properties_version1.0", "__nameid_version1.0")
    return is_compound(content) and all(content.find(stream.encode("utf-16-le")) > 0 for stream in streams)


def is_compound(content: bytes) -> bool:
    """Say whether this is one of Microsoft's compound files: .doc, .xls, .msg, .msi and locked .docx."""
    return content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


SIGNED: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (PDF, is_pdf),
    ("image/jpeg", is_jpeg),
    ("image/png", is_png),
    ("image/webp", is_webp),
    ("audio/mpeg", is_mp3),
    (OUTLOOK, is_outlook),
)


def of_content(content: bytes) -> str | None:
    """Return the media type that the bytes show, or None; zip containers and texts are not told here."""
    if content[4:8] == b"ftyp":
        return BRANDS.get(content[8:12])
    return next((content_type for content_type, is_it in SIGNED if is_it(content)), None)
