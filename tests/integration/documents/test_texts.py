"""The text in documents, for search; strangers' files are read in the limited child."""

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from engine.documents import kinds, packages
from engine.documents.texts import text_of
from engine.errors import Invalid
from tests.word_files import with_part, word_file


def pdf(text: str, path, *, password: str = "") -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = StreamObject()
    stream.set_data(f"BT /F 12 Tf 10 100 Td ({text}) Tj ET".encode())
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F"): named})}
    )
    page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path.read_bytes()


def test_a_letters_text_is_read_from_every_part():
    letter = word_file("Dear Ann", header="Ref 1", footer="Page", footnote="note", table=[["a", "b"]])

    assert text_of(letter, packages.WORD).splitlines() == ["Ref 1", "Dear Ann", "a", "b", "note", "Page"]


def test_a_pdfs_text_is_read(tmp_path):
    assert text_of(pdf("We have decided", tmp_path / "a.pdf"), kinds.PDF) == "We have decided"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Größe\n".encode(), "Größe\n"),
        (b"\xef\xbb\xbfwith a mark", "with a mark"),
        ("Grüße".encode("utf-16"), "Grüße"),
        (b"caf\xe9 \x93quoted\x94", "café “quoted”"),
    ],
)
def test_a_text_is_read_in_the_code_that_it_is_written_in(content, text):
    assert text_of(content, kinds.TEXT) == text


def test_an_e_mails_heads_and_plain_text_are_read():
    content = (
        b"From: =?utf-8?b?TXJzIEdyw7zDn2U=?= <a@example.org>\r\nTo: b@example.org\r\nSubject: damp\r\n"
        b"Date: Thu, 3 Dec 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=iso-8859-2\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nThe wall is =B1 wet."
    )

    text = text_of(content, kinds.EMAIL)

    assert "Mrs Grüße" in text
    assert "Subject: damp" in text
    assert "The wall is ą wet." in text


def test_a_picture_has_no_text():
    assert text_of(b"\xff\xd8\xff", "image/jpeg") == ""


def test_a_very_long_text_is_cut():
    assert len(text_of(b"a" * 2_000_000, kinds.TEXT)) == 1_000_000


def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path):
    bomb = with_part(word_file("x"), "word/header9.xml", b" " * 60_000_000)
    locked = pdf("secret", tmp_path / "a.pdf", password="x")
    doctype = with_part(word_file("x"), "word/header9.xml", b"<!DOCTYPE x><x/>")

    unreadable = [(bomb, packages.WORD), (doctype, packages.WORD), (locked, kinds.PDF), (b"%PDF-1.4", kinds.PDF)]
    for content, kind in unreadable:
        with pytest.raises(Invalid) as caught:
            text_of(content, kind)
        assert caught.value.message.endswith(".")
        assert caught.value.remedy
