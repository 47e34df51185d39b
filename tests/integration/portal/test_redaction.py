"""A redacted copy by page: words looked for and struck out, places marked, each with its reason; the original stays."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from engine.filing.receiving import store
from engine.history.reading import events_of
from models.bundle import Redaction
from models.case import Case
from models.document import Document, DocumentVersion
from tests.environment.office import needs_libreoffice
from tests.factories import Factories
from tests.integration.documents.test_redacting import written
from tests.integration.portal.conftest import Desk, error_links, shown
from tests.integration.portal.test_document_pages import added
from tests.pages import Page
from tests.pictures import everything_in, pdf

LINES = ["Mr Brown rang on Monday.", "His neighbour complained of noise."]
THIRD = "Somebody else's personal data"


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    return sqlite_desk


@pytest.fixture
def scan(desk: Desk) -> str:
    """A PDF on the case."""
    return added(desk, written(LINES), "visit.pdf")


def strike(desk: Desk, address: str, status: int = 303, **sent: Any) -> Any:
    sent = {"title": "Visit, redacted", "reason": THIRD, **sent}
    return desk.client.submit(f"{address}/redactions", sent, status=status)


def words_of(desk: Desk, address: str) -> str:
    reader = PdfReader(io.BytesIO(desk.client.get(f"{address}/file").data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def marks_on(page: Page) -> list[str]:
    return [str(value) for value in page.tree.xpath("//main//input[@name='mark']/@value")]


def test_words_are_struck_out_of_a_copy_and_the_original_stays(desk: Desk, scan: str) -> None:
    before = desk.client.get(f"{scan}/file").data

    copy = desk.client.follow(strike(desk, scan, words="mr brown\nMONDAY"))

    address = copy.links()["Download"].removesuffix("/file")
    assert "Brown" not in words_of(desk, address) and "complained of noise." in words_of(desk, address)
    assert b"Monday" not in everything_in(desk.client.get(f"{address}/file").data)
    assert desk.client.get(f"{scan}/file").data == before
    assert copy.links()["visit"] == scan and f"Page 1: 2 places struck out. {THIRD}" in copy.main
    assert desk.client.page(scan).links()["Visit, redacted"] == address
    with desk.factories.transaction() as session:
        event = events_of(session, desk.case.id)[-1]
        document = session.scalars(select(Document).where(Document.source == "redacted")).one()
        kept = session.scalars(select(Redaction)).one()
    assert event.type == "document_redacted"
    assert event.payload["struck_out"] == [f"Page 1: 2 places struck out. {THIRD}"]
    assert "brown" not in str(event.payload).lower() and "brown" not in str(kept.marks).lower()
    assert (document.case_id, document.kind) == (desk.case.id, "photograph")
    assert "Redacted copy made: Visit, redacted" in desk.client.page(f"{desk.here}/timeline").main
    desk.factories.run_jobs()
    with desk.factories.transaction() as session:
        its = select(DocumentVersion.text).where(DocumentVersion.document_id == document.id)
        assert "Brown" not in session.scalar(its)  # nor does search find it


def test_words_are_looked_for_first_and_a_place_is_left_that_is_unticked(desk: Desk, scan: str) -> None:
    page = shown(strike(desk, scan, status=200, words="brown\nnoise\nnowhere", find="1"))

    brown, noise = marks_on(page)
    assert brown.endswith(f"|{THIRD}|brown") and noise.endswith("|noise")
    assert "Not found: nowhere" in page.main
    assert len(page.tree.xpath("//*[@data-redaction-of]")) == 2
    assert page.tree.xpath("//textarea[@name='words']")[0].text_content().strip() == ""
    copy = desk.client.follow(strike(desk, scan, mark=[brown]))
    address = copy.links()["Download"].removesuffix("/file")
    assert "Brown" not in words_of(desk, address) and "noise" in words_of(desk, address)


def test_places_and_whole_pages_are_struck_out(desk: Desk) -> None:
    scan = added(desk, written(LINES, ["The second page."], ["The third page."]), "long.pdf")

    sent = {"mark": ["3,0.0000,0.0000,1.0000,0.5000|Legal advice|"], "pages": "2"}
    copy = desk.client.follow(strike(desk, scan, **sent))

    address = copy.links()["Download"].removesuffix("/file")
    assert "second" not in words_of(desk, address) and "third" not in words_of(desk, address)
    assert "Brown" in words_of(desk, address)
    assert f"Page 2: 1 place struck out. {THIRD}" in copy.main
    assert "Page 3: 1 place struck out. Legal advice" in copy.main


FAULTS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({}, {"Enter the words to strike out, or mark places on the pages": "#words"}),
    ({"words": "brown", "reason": ""}, {"Enter why it is struck out, in at most 200 characters": "#reason"}),
    ({"words": "x", "find": "1", "reason": ""}, {"Enter why it is struck out": "#reason"}),
    ({"pages": "two"}, {"Enter pages such as 3, 5-7": "#pages"}),
    (
        {"words": "brown", "title": "Visit to Mr Brown"},
        {"The title says “brown”, which is to be struck out. Give the copy another": "#title"},
    ),
    ({"words": "Green"}, {"The copy was not made because “Green” stands nowhere in it, or in a picture.": "#words"}),
    ({"pages": "9"}, {"The copy was not made because it has no such page.": "#words"}),
]


def test_what_cannot_be_struck_out_comes_back_with_a_sentence(desk: Desk, scan: str) -> None:
    for sent, fault in FAULTS:
        assert error_links(shown(strike(desk, scan, status=422, **sent))) == fault

    with desk.factories.transaction() as session:
        assert session.scalars(select(Redaction.id)).all() == []


def test_pages_without_words_are_named(desk: Desk) -> None:
    scan = added(desk, pdf(2), "empty.pdf")

    page = shown(strike(desk, scan, status=200, words="x", find="1"))

    assert "Pages 1, 2 have no words that can be searched" in page.main


def test_a_page_is_drawn_to_be_marked_and_what_is_no_pdf_is_told(desk: Desk, scan: str) -> None:
    image = desk.client.page(f"{scan}/redaction").tree.xpath("//main//img/@src")[0]
    text = added(desk, b"words", "notes.txt")

    assert desk.client.get(image).data[:2] == b"\xff\xd8"
    assert "“notes” is no PDF. Print it as a PDF, and add that." in desk.client.page(f"{text}/redaction").main
    assert "Make a redacted copy" not in desk.client.page(text).links()
    desk.client.page(f"{scan}/redaction/pages/201", status=404)


@needs_libreoffice
def test_a_letter_is_redacted_by_its_pdf(desk: Desk) -> None:
    letter = desk.acknowledge().links()["We have received your complaint (stage 1)"]
    assert "Have its PDF made first." in desk.client.page(f"{letter}/redaction").main
    desk.factories.run_long_jobs()

    copy = desk.client.follow(strike(desk, letter, words="Mrs Okafor"))

    content = desk.client.get(copy.links()["Download"]).data
    assert b"Okafor" not in everything_in(content) and content.startswith(b"%PDF")


def test_what_one_may_not_see_is_not_redacted(desk: Desk, scan: str) -> None:
    other = desk.factories.client(user=desk.factories.user("officer", name="Somebody else"))
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    other.page(f"{scan}/redaction", status=404)
    assert other.get(f"{scan}/redaction/pages/1").status_code == 404
    other.submit(f"{scan}/redactions", {"words": "brown", "reason": "x", "title": "y"}, status=404)


def test_the_same_by_rest(factories: Factories) -> None:
    from tests.integration.api.conftest import Program

    program = Program(factories, factories.user("officer"))
    about = f"person:{factories.person().id}"
    data = {"file": (io.BytesIO(written(LINES)), "visit.pdf"), "about": about}
    original = program.call("POST", "/documents", data=data, status=201).json["id"]
    mark = {"page": 1, "box": [0, 0, 0.1, 0.05], "reason": "Legal advice"}
    sent = {"words": [{"text": "Brown", "reason": THIRD}], "marks": [mark]}

    copy = program.post(f"/documents/{original}/redactions", sent, key="k", status=201)

    assert program.post(f"/documents/{original}/redactions", sent, key="k", status=201)["id"] == copy["id"]
    assert (copy["redacted_from"], copy["source"], copy["about"]) == (original, "redacted", [about])
    assert sorted(one["reason"] for one in copy["redactions"]) == ["Legal advice", THIRD]
    content = program.call("GET", f"/documents/{copy['id']}/content").data
    assert b"Brown" not in everything_in(content) and content == store().path(copy["sha256"]).read_bytes()
    program.post(f"/documents/{original}/redactions", {"marks": [{**mark, "box": [1, 0, 0, 1]}]}, status=422)
    program.post(f"/documents/{original}/redactions", {"marks": [{**mark, "page": 99}]}, status=422)
    program.post(f"/documents/{original}/redactions", {}, status=422)
