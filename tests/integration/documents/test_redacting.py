"""What is struck out of a PDF is gone: from its text, its pictures, and everything else that is packed in it."""

import io

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, StreamObject

from engine.documents import kinds, papers, redacting, striking
from engine.documents.redacting import Place
from engine.errors import Invalid
from tests.pictures import HIDDEN, busy_pdf, everything_in, pdf

LINES = ["Mr Brown rang on Monday.", "His neighbour Élodie Łuczak-", "Smith complained of noise.", "Brownish stains."]


def written(*pages: list[str], rotate: int = 0, crop: tuple[float, ...] = ()) -> bytes:
    """Return a PDF of these lines on A4, a page for each list."""
    parts = [
        {"title": f"Page {number}", "date": "", "facts": [], "content_type": kinds.TEXT, "fault": "", "redactions": []}
        for number, _ in enumerate(pages, start=1)
    ]
    head = {"title": "x", "purpose": "", "landlord": "", "facts": [], "note": ""}
    bound = papers.run("bind", {"head": head, "parts": parts}, ["\n".join(lines).encode() for lines in pages])[1]
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(bound)).pages[2:]:
        added = writer.add_page(page)
        if rotate:
            added.rotate(rotate)
        if crop:
            added[NameObject("/CropBox")] = ArrayObject(FloatObject(side) for side in crop)
    return saved(writer)


def saved(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def texts(content: bytes) -> tuple[str, str]:
    """Return the words of a PDF as both libraries find them."""
    document = pypdfium2.PdfDocument(content)
    first = " ".join(page.get_textpage().get_text_range() for page in document)
    second = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(first.split()), " ".join(second.split())


def shown(content: bytes, page: int = 1) -> Image.Image:
    return pypdfium2.PdfDocument(content)[page - 1].render(scale=2).to_pil().convert("L")


def test_words_are_struck_out_wherever_they_stand_and_the_others_can_still_be_found():
    letter = written(LINES, ["Nothing of them here."])

    made, places = redacting.struck_out(letter, [], ["mr brown", "ÉLODIE"], title="Copy")

    for text in texts(made):
        assert "Brown rang" not in text and "lodie" not in text
        assert "rang on Monday." in text and "complained of noise." in text and "Brownish stains." in text
        assert "Nothing of them here." in text
    whole = everything_in(made)
    assert "Brownish".encode("utf-16-be").hex().encode() in whole  # so are words written that are left
    assert "Brown".encode("utf-16-be").hex().encode() + b"0020" not in whole
    assert sorted((one.page, one.phrase) for one in places) == [(1, 0), (1, 1)]
    assert PdfReader(io.BytesIO(made)).metadata.title == "Copy"


def test_a_name_that_is_broken_at_the_end_of_a_line_is_found_in_both_lines():
    made, places = redacting.struck_out(written(LINES), [], ["Łuczak-Smith"], title="Copy")

    assert len({round(one.box[1], 2) for one in places}) == 2  # lines
    assert all("uczak" not in text and "Smith" not in text for text in texts(made))


def test_half_of_a_name_with_a_hyphen_is_found():
    made, _ = redacting.struck_out(written(LINES), [], ["smith"], title="Copy")

    assert all("Smith" not in text and "uczak" in text for text in texts(made))


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_place_is_black_and_nothing_is_under_it_however_the_page_is_turned(turned):
    letter = written(LINES, rotate=turned)
    [place] = set(redacting.find(letter, ["Monday"]).places)

    made, _ = redacting.struck_out(letter, [place], [], title="Copy")

    before, after = shown(letter), shown(made)
    box = tuple(round(side * size) for side, size in zip(place.box, before.size * 2, strict=True))
    assert before.size == after.size
    assert before.crop(box).getextrema()[1] > 200 and before.crop(box).getextrema()[0] < 100  # words on white
    inner = (box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2)
    assert after.crop(inner).getextrema()[1] < 60
    assert all("Monday" not in text and "rang" in text and "Brownish" in text for text in texts(made))
    assert b"Monday" not in everything_in(made)


def test_other_pages_stay_sharp_and_keep_nothing_of_a_struck_out_page():
    """Both pages share one dictionary of resources: the photograph of page 1 would go on with page 2."""
    writer, secret = PdfWriter(), Image.effect_noise((40, 40), 90)
    picture = StreamObject()
    picture.set_data(secret.tobytes())
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray"}
    picture.update({NameObject(name): NameObject(value) for name, value in names.items()})
    picture.update(
        {NameObject(n): NumberObject(v) for n, v in {"/Width": 40, "/Height": 40, "/BitsPerComponent": 8}.items()}
    )
    font = {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    shared = writer._add_object(
        DictionaryObject(
            {
                NameObject("/XObject"): DictionaryObject({NameObject("/Face"): writer._add_object(picture)}),
                NameObject("/Font"): DictionaryObject({NameObject("/F"): DictionaryObject(font)}),
            }
        )
    )
    for content in (b"q 300 0 0 300 100 400 cm /Face Do Q", b"BT /F 12 Tf 72 700 Td (A second page) Tj ET"):
        page, stream = writer.add_blank_page(595, 842), StreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = shared
    original = saved(writer)
    assert secret.tobytes() in everything_in(original)

    made, _ = redacting.struck_out(original, [Place(1, (0, 0, 1, 1))], [], title="Copy")

    assert secret.tobytes() not in everything_in(made)
    second = PdfReader(io.BytesIO(made)).pages[1]
    assert "A second page" in second.extract_text() and list(second["/Resources"]) == ["/Font"]
    assert shown(made).getextrema()[1] < 30


def test_what_is_not_seen_goes_with_it():
    made, _ = redacting.struck_out(busy_pdf(), [Place(2, (0, 0, 0.1, 0.1))], ["filled-in"], title="Copy")

    whole = everything_in(made)
    for gone in (b"busy script", b"attached secret", b"evil.example", b"private", HIDDEN.encode(), b"filled-in"):
        assert gone not in whole, gone
    assert all("Page 1 of the busy one" in text and "A stamp on the page" in text for text in texts(made))
    root = PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert not {"/AcroForm", "/Names", "/OpenAction", "/OCProperties", "/StructTreeRoot", "/Metadata"} & set(root)


def test_what_lies_beyond_the_edge_of_a_page_is_gone_too():
    below = redacting.find(written(LINES), ["Mr Brown"]).places[0].box[3]
    letter = written(LINES, ["x", "x", "x", "Other stains."], crop=(0, 0, 595.28, 841.89 * (1 - below)))
    assert "Mr Brown" in texts(letter)[1]

    made, _ = redacting.struck_out(letter, [], ["Other stains"], title="Copy")

    assert b"Mr Brown" not in everything_in(made)
    assert all("Mr Brown" not in text for text in texts(made))


def test_words_in_pictures_are_not_found_and_the_pages_are_named():
    letter = written(LINES)
    scanned, _ = redacting.struck_out(letter, [Place(1, (0, 0, 1, 0.5))], [], title="Copy")

    words = redacting.find(scanned, ["Monday"])

    assert (words.places, words.silent) == ([], [1] if not texts(scanned)[0] else [])
    with pytest.raises(Invalid, match="“Monday” stands nowhere in it, or in a picture"):
        redacting.struck_out(scanned, [], ["Monday"], title="Copy")


@pytest.mark.parametrize("page", [0, 2, 99])
def test_a_place_on_a_page_that_is_not_there_is_refused(page):
    with pytest.raises(Invalid, match="it has no such page"):
        redacting.struck_out(pdf(1), [Place(page, (0, 0, 1, 1))], [], title="Copy")


def test_a_copy_in_which_something_is_left_is_not_given(monkeypatch):
    """Run in this process, with the black and the words that are laid over it left out."""
    letter = written(LINES)
    monkeypatch.setattr(striking.page_words, "words", lambda letters, boxes: _all_words(letters))

    with pytest.raises(striking.Unreadable, match="still there"):
        striking.struck_out(letter, [], ["Monday"], "Copy")


def _all_words(letters):
    from engine.documents import page_words

    return iter([("Monday", (0.3, 0.1, 0.4, 0.12))]) if list(letters) and page_words else iter(())


def test_a_locked_or_broken_pdf_is_refused_with_a_sentence():
    with pytest.raises(Invalid, match="protected by a password"):
        redacting.find(pdf(password="x"), ["x"])
    with pytest.raises(Invalid, match="it is damaged"):
        redacting.struck_out(b"%PDF-1.4 %%EOF", [], ["x"], title="")
