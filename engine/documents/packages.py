"""Zip containers (Word, Excel, OpenDocument) checked before anything else reads them.

`unpack` holds the limits of a zip; `check_office` what an Office file may carry. Both raise PackageRefused.
Sizes are counted while unpacking, never believed: a zip says what it likes about itself.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from engine.documents.refusals import PackageRefused

LARGEST_TOTAL = 50 * 1024 * 1024  # bytes, all members unpacked
LARGEST_PART = 20 * 1024 * 1024  # bytes, one XML part
MOST_MEMBERS = 500
HIGHEST_RATIO = 100  # unpacked over packed, for anything over a megabyte
SMALL = 1024 * 1024

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MAIN_PARTS = {f"{WORD}.main+xml": WORD, f"{EXCEL}.main+xml": EXCEL, f"{POWERPOINT}.main+xml": POWERPOINT}

OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
SAFE_LINKS = frozenset({"http", "https", "mailto", "tel"})
ACTIVE_FIELDS = re.compile(
    rb"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|AUTOTEXT)\b", re.IGNORECASE
)
# What OpenDocument fetches when it is opened; a plain link (text:a) only when somebody follows it.
FETCHED = re.compile(
    rb'<(?:draw:(?:image|object|object-ole|plugin|applet)|text:section-source|table:table-source)[^>]*?xlink:href="([^"]*)'
)
EMBEDDED = frozenset({"afchunk", "oleobject", "vbaproject", "control", "activexcontrolbinary", "keymapcustomizations"})
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

NOT_AS_IS = "Save it again with Word or LibreOffice and upload that copy."
NO_MACROS = "Save it as a plain document without macros (.docx, .xlsx) and upload that copy."
NO_LINKS = "Paste the picture or object in as a picture, or remove the link, and save the document again."


@dataclass(frozen=True)
class Package:
    """The members of one zip, name to bytes, all unpacked."""

    members: dict[str, bytes]

    def xml_parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield the members that are XML by their name or their first bytes."""
        for name, content in self.members.items():
            if name.lower().endswith((".xml", ".rels", ".vml")) or content[:200].lstrip()[:5] == b"<?xml":
                yield name, content


def unpack(content: bytes) -> Package:
    """Unpack the zip in `content` within the limits. Raises PackageRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(content, archive)
            return Package(dict(_unpacked(archive)))
    except (zipfile.BadZipFile, NotImplementedError, struct.error, EOFError, ValueError, OSError, zlib.error) as fault:
        raise PackageRefused("it is damaged", remedy=NOT_AS_IS, code="damaged") from fault


def _check_directory(content: bytes, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise _bomb(f"it holds {len(members):,} parts; at most {MOST_MEMBERS} are accepted")
    if len({member.filename.lower() for member in members}) < len(members):
        raise _damaged("two of its parts have the same name")
    if any(_strays(member.filename) for member in members):
        raise _damaged("one of its parts is named to land outside it")
    if any(member.flag_bits & 1 for member in members):
        raise PackageRefused(
            "it is protected by a password", remedy="Take the password off and upload it again.", code="encrypted"
        )
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise _damaged("it is packed in a way that Office files are not")
    _check_sizes(members)
    _check_layout(content, archive, members)


def _strays(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\0" in name or ":" in name or ".." in re.split(r"[/\\]", name)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if total > LARGEST_TOTAL:
        raise _bomb(f"it unpacks to {total // SMALL:,} MB; at most {LARGEST_TOTAL // SMALL} MB are accepted")
    for member in members:
        if member.file_size > SMALL and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
            raise _bomb(f"one of its parts unpacks to more than {HIGHEST_RATIO} times its size")


def _check_layout(content: bytes, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes, and anything before the first or after the last: a second file hides there."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise _damaged("its parts overlap")
        end = _end_of(member, content)
    if end > archive.start_dir:
        raise _damaged("its parts overlap")
    if (members and min(member.header_offset for member in members) != 0) or not content.startswith(b"PK"):
        raise _polyglot()
    # 22: the end record without its comment; nothing may follow it, and no comment is needed.
    if archive.comment or content[-22:-18] != b"PK\x05\x06":
        raise _polyglot()


def _end_of(member: zipfile.ZipInfo, content: bytes) -> int:
    """Return where a member's bytes end: after its own header (30 bytes), name, extra field and data."""
    name, extra = struct.unpack("<HH", content[member.header_offset + 26 : member.header_offset + 30])
    return int(member.header_offset + 30 + name + extra + member.compress_size)


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    left = LARGEST_TOTAL
    for member in archive.infolist():
        if member.is_dir():
            continue
        with archive.open(member) as stream:
            content = stream.read(member.file_size + 1)
        left -= len(content)
        if len(content) != member.file_size or left < 0:
            raise _bomb("its parts are not the size that they say")
        yield member.filename, content


def check_office(package: Package) -> str:
    """Return the media type of an Office package after looking for what it may not carry."""
    _check_names(package)
    for name, content in package.xml_parts():
        check_xml(name, content)
    media_type = _media_type(package)
    _check_relationships(package)
    if media_type == WORD:
        _check_fields(package)
    return media_type


def _check_names(package: Package) -> None:
    for name in (member.lower() for member in package.members):
        if "vbaproject" in name or "vbadata" in name or "/activex" in name or name.startswith(("basic/", "scripts/")):
            raise PackageRefused("it carries macros", remedy=NO_MACROS, code="macro")
        if "oleobject" in name or name.startswith("object "):
            raise PackageRefused("another file is embedded in it", remedy=NO_LINKS, code="embedded_object")


def check_xml(name: str, content: bytes) -> None:
    """Refuse an XML part that is too large, has a DOCTYPE, or hides in another encoding."""
    if len(content) > LARGEST_PART:
        raise _bomb(f"its part {name} is larger than {LARGEST_PART // SMALL} MB")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise PackageRefused("one of its parts has a DOCTYPE", remedy=NOT_AS_IS, code="doctype")
    # Another encoding would hide the words looked for here; Word and LibreOffice write UTF-8.
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", content[:200])
    plain = declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1")
    if not plain or content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:200]:
        raise PackageRefused("one of its parts is not written in UTF-8", remedy=NOT_AS_IS, code="encoding")


def _media_type(package: Package) -> str:
    if "mimetype" in package.members:
        return _open_document_type(package)
    types = package.members.get("[Content_Types].xml")
    if types is None:
        raise _damaged("it is not a document that Word, Excel or LibreOffice wrote")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise PackageRefused("it carries macros", remedy=NO_MACROS, code="macro")
    for element in parsed("[Content_Types].xml", types):
        if str(element.get("ContentType")) in MAIN_PARTS:
            return MAIN_PARTS[str(element.get("ContentType"))]
    raise _damaged("it is not a document that Word, Excel or LibreOffice wrote")


def _open_document_type(package: Package) -> str:
    media_type = package.members["mimetype"].decode("ascii", "replace").strip()
    if media_type not in {f"{OPEN_DOCUMENT}{kind}" for kind in ("text", "spreadsheet", "presentation")}:
        raise _damaged("it is not a document that Word, Excel or LibreOffice wrote")
    content = package.members.get("content.xml", b"")
    if b"<script:" in content or b"script:event-listener" in content:
        raise PackageRefused("it carries macros", remedy=NO_MACROS, code="macro")
    for attribute in FETCHED.findall(content):
        if urlsplit(attribute.decode("utf-8", "replace")).scheme:
            raise _linked("something")
    return media_type


def _check_relationships(package: Package) -> None:
    for name, content in package.members.items():
        if not name.lower().endswith(".rels"):
            continue
        for element in parsed(name, content):
            _check_relationship(str(element.get("Type", "")).rsplit("/", 1)[-1], element)


def _check_relationship(kind: str, element: etree._Element) -> None:
    if kind.lower() in EMBEDDED:
        raise PackageRefused(f"another file is embedded in it ({kind})", remedy=NO_LINKS, code="embedded_object")
    if str(element.get("TargetMode", "")).lower() != "external":
        return
    target = str(element.get("Target", "")).strip()
    safe = target.startswith("#") or target.split(":")[0].lower() in SAFE_LINKS
    if kind.lower() != "hyperlink" or not safe:
        raise _linked({"attachedtemplate": "a template", "image": "a picture"}.get(kind.lower(), f"something ({kind})"))


def _check_fields(package: Package) -> None:
    """Refuse Word fields that fetch or start something when the letter is opened."""
    for name, content in package.xml_parts():
        if b"instrText" not in content and b"fldSimple" not in content:
            continue
        codes = _field_codes(parsed(name, content))
        found = ACTIVE_FIELDS.match(codes) or ACTIVE_FIELDS.search(codes)
        if found:
            raise PackageRefused(
                f"it has a Word field that fetches something when it is opened ({found[0].decode()})",
                remedy="Press Ctrl+Shift+F9 on that field to turn it into plain text, and save the document again.",
                code="active_field",
            )


def _field_codes(root: etree._Element) -> bytes:
    """Return the words of every field in a part, runs of one field put together again."""
    pieces = [str(element.get(f"{W}instr", "")) + " \n" for element in root.iter(f"{W}fldSimple")]
    for element in root.iter(f"{W}instrText", f"{W}fldChar"):
        pieces.append(element.text or "" if element.tag == f"{W}instrText" else "\n")
    return "".join(pieces).encode()


def parsed(name: str, content: bytes) -> etree._Element:
    """Return the root of an XML part; nothing outside it is read. Raises PackageRefused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise PackageRefused(f"its part {name} cannot be read", remedy=NOT_AS_IS, code="damaged") from fault


def _bomb(reason: str) -> PackageRefused:
    return PackageRefused(reason, remedy="Save it again with fewer or smaller pictures, or split it.", code="too_large")


def _damaged(reason: str) -> PackageRefused:
    return PackageRefused(reason, remedy=NOT_AS_IS, code="damaged")


def _polyglot() -> PackageRefused:
    return PackageRefused("it is two kinds of file in one", remedy=NOT_AS_IS, code="polyglot")


def _linked(what: str) -> PackageRefused:
    return PackageRefused(f"it fetches {what} from elsewhere when it is opened", remedy=NO_LINKS, code="external")
