"""What strangers sent is drawn in a limited process: thumbnails, pages, Word documents as clean HTML."""

import io

import pytest
from PIL import Image

from engine.documents import kinds, packages, pictures, previews, viewing, word_pages
from engine.documents.refusals import PackageRefused
from engine.errors import Invalid
from tests.pictures import flat, has_place, pdf, picture
from tests.word_files import with_part, word_file


def drawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_picture_is_drawn_small_and_the_right_way_up():
    small = drawn(pictures.thumbnail(picture("JPEG", size=(1200, 600), with_place=True), "image/jpeg").content)

    assert small.size == (120, 240)
    assert small.format == "JPEG"


def test_the_first_page_of_a_pdf_is_drawn_small_and_each_to_read():
    made = pictures.thumbnail(pdf(3), kinds.PDF)

    assert made.pages == 3
    assert max(drawn(made.content).size) == 240
    assert drawn(pictures.page(pdf(3), 3).content).width == 1100
    for number in (0, 4, -1):
        with pytest.raises(Invalid, match="cannot be shown"):
            pictures.page(pdf(3), number)


def test_a_place_is_kept_only_on_request():
    taken = picture("JPEG", with_place=True)

    assert has_place(pictures.cleaned(taken, "image/jpeg", keeps_place=True))
    assert not has_place(pictures.cleaned(taken, "image/jpeg", keeps_place=False))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (flat(50_000, 50_000), "50,000 × 50,000 points"),
        (picture("PNG")[:60], "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR nothing IEND", "cannot be read"),
    ],
)
def test_a_hostile_picture_is_refused_at_once(content, reason):
    viewing.run({"job": "examine"}, b"")  # its process runs

    with pytest.raises(PackageRefused, match=reason):
        pictures.cleaned(content, "image/png", keeps_place=False)


def test_a_locked_pdf_and_one_that_starts_something_are_refused():
    for content, code in ((pdf(password="x"), "encrypted"), (pdf(opens_with="app.launchURL('x')"), "active")):
        with pytest.raises(PackageRefused) as caught:
            pictures.check_pdf(content)
        assert caught.value.code == code
    pictures.check_pdf(pdf())


def test_a_word_document_becomes_plain_html_with_its_pictures():
    page = previews.html_of(word_file("Damp & mould", "<script>alert(1)</script>", table=[["a", "b"]]), packages.WORD)

    assert "<p>Damp &amp; mould</p>" in page
    assert "<td><p>a</p></td>" in page
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_word_document_that_cannot_be_shown_is_no_page():
    bomb = with_part(word_file("x"), "word/header9.xml", b" " * 60_000_000)

    assert previews.html_of(bomb, packages.WORD) == ""
    assert previews.html_of(b"PK\x03\x04 nothing", packages.WORD) == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        "<img src='https://evil.example/x.png'>",
        "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style>@import 'https://evil.example'</style>",
        "<p style='background:url(https://evil.example)'>x</p>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<form action='https://evil.example'><input name=x></form>",
    ],
)
def test_nothing_that_runs_or_fetches_is_let_through(hostile):
    clean = word_pages.cleaned(hostile)

    assert not any(word in clean for word in ("evil", "alert", "script", "onerror", "style", "form", "href", "svg"))
