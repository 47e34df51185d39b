"""The text in a Word document, a PDF or an e-mail; runs in the limited child only."""

import email
import email.policy
import io
import time
from collections.abc import Callable

from docx.opc.oxml import parse_xml
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from engine.documents import kinds, packages
from engine.documents.refusals import LetterRefused, PackageRefused
from engine.documents.tags import paragraph_texts

LONGEST = 1_000_000  # characters; what search and preview need
SECONDS = 6.0  # for a PDF, after which the pages read so far must do

TEXT_PARTS = ("word/header", "word/document", "word/footnotes", "word/endnotes", "word/footer")

SMALL_EMAIL = (
    b"From: =?utf-8?q?Ann?= <a@example.org>\nTo: b@example.org\nDate: Thu, 3 Dec 2026 10:00:00 +0000\nSubject: x\n"
    b"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
    b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nd2FybQ==\n"
    b"--b\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nwarm\n--b--\n"
)


def docx_text(content: bytes) -> str:
    """Return the paragraphs of a Word document, headers first, one a line; table cells are paragraphs too."""
    try:
        package = packages.unpack(content)
    except PackageRefused as fault:
        raise _unreadable(fault.reason, fault.remedy) from fault
    lines: list[str] = []
    for start in TEXT_PARTS:
        for name in sorted(package.members):
            if name.startswith(start) and name.endswith(".xml"):
                packages.check_xml(name, package.members[name])
                lines.extend(paragraph_texts(parse_xml(package.members[name])))  # type: ignore[arg-type]
    return "\n".join(lines)[:LONGEST]


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF's pages as far as time and length allow."""
    until = time.monotonic() + SECONDS
    pages, size = [], 0
    try:
        for page in PdfReader(io.BytesIO(content)).pages:
            pages.append(page.extract_text())
            size += len(pages[-1])
            if size > LONGEST or time.monotonic() > until:
                break
    except PyPdfError as fault:
        raise _unreadable("it is damaged or protected by a password", "Save it again without a password.") from fault
    return "\n".join(pages)[:LONGEST]


def email_text(content: bytes) -> str:
    """Return an e-mail's sender, recipients, date, subject and plain text."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    heads = [f"{name}: {message[name]}" for name in ("From", "To", "Date", "Subject") if message[name]]
    body = message.get_body(preferencelist=("plain",))
    return "\n".join([*heads, "", str(body.get_content()) if body else ""])


def warm_up() -> None:
    """Read a small PDF and a small e-mail, so that what is imported late is there."""
    font = {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    font[NameObject("/Encoding")] = NameObject("/WinAnsiEncoding")
    stream = StreamObject()
    stream.set_data(b"BT /F 9 Tf (warm) Tj ET")
    writer = PdfWriter()
    page = writer.add_blank_page(9, 9)
    fonts = DictionaryObject({NameObject("/F"): DictionaryObject(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    file = io.BytesIO()
    writer.write(file)
    pdf_text(file.getvalue())
    email_text(SMALL_EMAIL)


def _unreadable(reason: str, remedy: str) -> LetterRefused:
    return LetterRefused(f"The text of this file cannot be read because {reason}.", remedy=remedy, code="unreadable")


READERS: dict[str, Callable[[bytes], str]] = {packages.WORD: docx_text, kinds.PDF: pdf_text, kinds.EMAIL: email_text}
