"""Documents bound into one PDF: title, contents, numbers on every page, and nothing of a document but what is seen."""

import io
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from engine.documents import kinds, papers
from engine.errors import Invalid
from tests.pictures import HIDDEN, busy_pdf, everything_in, pdf, picture

HEAD = {
    "title": "Complaint of Mrs Okafor",
    "purpose": "Bundle for the Housing Ombudsman",
    "landlord": "Brightwater Homes",
    "facts": [("Case", "CMP-000001")],
    "note": "Copies of what is filed on the case.",
}


def bound(*parts: tuple[str, str, bytes], **told: Any) -> tuple[dict[str, Any], bytes]:
    """Bind (title, media type, content); `told` says more of each of them."""
    whole = [
        {"date": "3 December 2026", "facts": ["x.pdf"], "fault": "", "redactions": []}
        | {"title": title, "content_type": kind}
        | told
        for title, kind, _ in parts
    ]
    return papers.run("bind", {"head": HEAD, "parts": whole}, [content for *_, content in parts])


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def seen(content: bytes) -> list[str]:
    """Return the words of each page as PDFium finds them."""
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range() for page in document]


def test_a_bundle_has_a_title_contents_numbers_links_and_bookmarks():
    told, made = bound(
        ("The scan", kinds.PDF, pdf(2)),
        ("The wall", "image/jpeg", picture("JPEG", size=(300, 200), with_place=True)),
        ("A note of a call", kinds.TEXT, "Mrs Nowak-Łączyńska rang.\n".encode() * 90),
    )
    reader, words = PdfReader(io.BytesIO(made)), texts(made)

    assert told["firsts"] == [3, 5, 6] and told["faults"] == ["", "", ""] and told["pages"] == len(words) == 7
    assert "Complaint of Mrs Okafor" in words[0] and "3, on 7 pages with this one" in words[0]
    assert all(f"{number} / 7" in text for number, text in enumerate(words, start=1))
    assert words[1].split()[:12] == "Contents Document Date Page 1 3 December 2026 3 The scan 2".split()
    links = [link.get_object() for link in reader.pages[1]["/Annots"]]
    assert [reader.get_page_number(link["/Dest"][0].get_object()) for link in links] == [2, 4, 5]
    marks = {one.title: reader.get_destination_page_number(one) for one in reader.outline}
    assert marks == {"Title": 0, "Contents": 1, "1. The scan": 2, "2. The wall": 4, "3. A note of a call": 5}
    assert "Nowak" in words[5] and reader.metadata.author is None


def test_of_a_document_nothing_goes_on_but_what_is_seen():
    made = bound(("Busy", kinds.PDF, busy_pdf()))[1]

    whole, words = everything_in(made), seen(made)
    for gone in (b"busy script", b"attached secret", b"secret.txt", b"evil.example", b"private", HIDDEN.encode()):
        assert gone not in whole
    assert "A stamp on the page" in words[2] and "filled-in value" in words[2]  # which anybody sees on the page
    assert "Page 1 of the busy one" in words[2] and HIDDEN not in "".join(words)
    root = PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert not {"/AcroForm", "/Names", "/OpenAction", "/OCProperties", "/StructTreeRoot", "/AA"} & set(root)


def test_the_number_stands_upright_at_the_foot_of_a_page_however_it_is_turned_and_drawn():
    made = bound(("Busy", kinds.PDF, busy_pdf()))[1]

    document = pypdfium2.PdfDocument(made)
    for page in (document[2], document[3]):
        across, _ = page.get_size()
        found = page.get_textpage().search(" / 4").get_next()
        shown = page.render(scale=1).to_pil().convert("L")
        foot = shown.crop((int(across) - 90, shown.height - 30, int(across), shown.height))
        assert found is not None and foot.getextrema()[0] < 80  # black on white
        assert foot.crop((0, 0, 4, 30)).getextrema()[0] > 200
    assert document[3].get_size() == (842, 595)


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        (kinds.PDF, pdf(password="x"), "it is protected by a password"),
        (kinds.PDF, b"%PDF-1.4 nothing %%EOF", "it is damaged"),
        ("image/png", b"\x89PNG\r\n\x1a\nnothing", "it cannot be read as a picture"),
    ],
)
def test_what_cannot_be_shown_is_named_and_the_rest_is_bound(kind, content, fault):
    told, made = bound(("The locked one", kind, content), ("The scan", kinds.PDF, pdf(1)))

    words = texts(made)
    assert told["faults"] == [fault, ""]
    assert "The locked one" in words[2] and f"because {fault}" in " ".join(words[2].split())  # What is left out
    assert "This document is not shown here" in words[3] and told["pages"] == 5


def test_what_was_struck_out_of_documents_is_listed():
    made = bound(("The visit", kinds.PDF, pdf(1)), redactions=["Page 2: a neighbour's name"])[1]

    assert "What is left out" in texts(made)[2] and "Page 2: a neighbour's name" in texts(made)[2]


def test_a_long_list_of_contents_goes_on_and_still_leads_to_the_right_pages():
    one = pdf(1)
    told, made = bound(*((f"Document {number} " + "long title " * 12, kinds.PDF, one) for number in range(60)))

    reader = PdfReader(io.BytesIO(made))
    links = [link.get_object() for page in reader.pages[:6] for link in page.get("/Annots", [])]
    assert [reader.get_page_number(link["/Dest"][0].get_object()) + 1 for link in links] == told["firsts"]
    assert told["firsts"] == list(range(told["firsts"][0], told["firsts"][0] + 60)) and told["firsts"][0] > 4


def test_a_bundle_that_no_process_should_make_is_refused(monkeypatch):
    with pytest.raises(Invalid, match="more than 5,000 pages"):
        bound(*(("Long", kinds.PDF, pdf(1001)) for _ in range(5)))
    monkeypatch.setattr(papers, "LARGEST", 100)
    with pytest.raises(Invalid, match="Together they have more than"):
        bound(("The scan", kinds.PDF, pdf(1)))
