"""The pages of documents: lists, records, the document itself as it is shown, and what is done to it."""

import io
import zipfile

import pytest
from sqlalchemy import select, update

from engine.filing import preparing
from models.case import Case
from models.document import Document, QuarantinedFile
from tests.integration.portal.conftest import Desk, error_links, shown
from tests.integration.portal.test_documents import upload
from tests.pages import Page
from tests.pictures import pdf, picture
from tests.word_files import word_file


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    return sqlite_desk


def added(desk: Desk, content: bytes, name: str, **answers: str) -> str:
    """Add a file to the case, have it read and drawn, and return its address."""
    page = desk.client.follow(upload(desk, (name, content), **answers))
    desk.factories.run_jobs()
    return page.links()[answers.get("title") or name.rpartition(".")[0]]


def change(desk: Desk, address: str, what: str, status: int = 302, **answers: object) -> Page:
    answer = desk.client.submit(f"{address}/{what}", answers, status=status)
    return desk.client.follow(answer) if status == 302 else shown(answer)


def test_a_word_document_is_shown_in_a_frame_in_which_nothing_runs(desk: Desk) -> None:
    address = added(desk, word_file("We saw <script>mould</script>."), "report.docx")

    [frame] = desk.client.page(address).tree.xpath("//main//iframe")
    inner = desk.client.get(frame.get("src"))

    assert frame.get("sandbox") == ""
    assert "<p>We saw &lt;script&gt;mould&lt;/script&gt;.</p>" in inner.text
    policy = inner.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "unsafe" not in policy and "script-src" not in policy


def test_a_pdf_is_shown_as_pictures_of_its_pages(desk: Desk) -> None:
    address = added(desk, pdf(2), "scan.pdf")

    pictures = desk.client.page(address).tree.xpath("//main//ol//img")
    drawn = desk.client.get(pictures[1].get("src"))

    assert [image.get("alt") for image in pictures] == ["Page 1 of 2", "Page 2 of 2"]
    assert drawn.data[:2] == b"\xff\xd8" and drawn.headers["X-Content-Type-Options"] == "nosniff"
    desk.client.page(f"{address}/pages/3", status=404)


def test_a_list_shows_a_small_picture_of_each(desk: Desk) -> None:
    added(desk, picture("JPEG"), "wall.jpg")

    [small] = desk.client.page(f"{desk.here}/documents").tree.xpath("//main//img[@class='cw-thumb']")

    assert desk.client.get(small.get("src")).data[:2] == b"\xff\xd8"


def test_a_list_is_narrowed_and_its_spreadsheet_with_it(desk: Desk) -> None:
    added(desk, b"Mould.", "a.txt", title="=Damp", kind="evidence", tags="damp, north wall")
    added(desk, b"Other.", "b.txt", title="Rent", kind="other")

    narrowed = desk.client.page(f"{desk.here}/documents?q=mould&tag=damp&kind=evidence&since=2020-01-01")
    sheet = desk.client.get(narrowed.links()["Export CSV"]).text.splitlines()

    assert "=Damp" in narrowed.links() and "Rent" not in narrowed.links()
    assert len(sheet) == 2 and sheet[1].startswith('\'=Damp,Evidence,"damp, north wall",CMP-000001,')
    assert {"=Damp", "Rent"} <= desk.client.page("/documents").links().keys()
    assert "No document fits" in desk.client.page("/documents?q=nothing").main


def test_what_is_ticked_comes_as_one_zip_file(desk: Desk) -> None:
    for content in (b"One.", b"Two."):
        added(desk, content, "a.txt", title="Same")
    boxes = desk.client.page("/documents").tree.xpath("//input[@name='document']")
    ids = sorted(box.get("value") for box in boxes)

    answer = desk.client.get(f"/documents/zip?document={ids[0]}&document={ids[1]}&document=4711")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {"Same.txt": b"One.", f"Same {ids[1]}.txt": b"Two."}
    desk.client.page("/documents/zip", status=422)


def test_a_zip_leaves_out_what_one_may_not_see(desk: Desk) -> None:
    number = added(desk, b"Where she lives now.", "secret.txt").rpartition("/")[2]
    with desk.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))

    stranger = desk.factories.client()

    stranger.page(f"/documents/zip?document={number}", status=422)
    assert "secret" not in stranger.page("/documents?q=secret").main
    assert "secret" not in stranger.get("/documents.csv").text
    for path in ("thumbnail", "preview", "pages/1", "change"):
        stranger.page(f"/documents/{number}/{path}", status=404)


def test_a_file_is_added_to_a_persons_record_and_found_there(desk: Desk) -> None:
    here = f"/people/{desk.person.id}/documents"
    sent = {"kind": "identity", "tags": "passport", "files": (io.BytesIO(b"Her passport."), "passport.txt")}

    page = desk.client.follow(desk.client.submit(here, sent, content_type="multipart/form-data"))

    assert "passport" in page.links()
    assert "passport" in desk.client.page(f"/people/{desk.person.id}").links()
    desk.client.page("/people/4711/documents", status=404)


def test_each_file_sent_by_a_script_is_answered_by_itself(desk: Desk) -> None:
    def send(name: str, content: bytes) -> object:
        sent = {"kind": "other", "files": (io.BytesIO(content), name)}
        given = {"content_type": "multipart/form-data", "headers": {"Accept": "application/json"}}
        return desk.client.post(f"{desk.here}/documents", data={**sent, "csrf_token": desk.client.token()}, **given)

    kept, refused = send("a.txt", b"Words."), send("a.exe", b"MZ\x90\x00" + b"\0" * 99)

    assert kept.status_code == 201 and desk.client.page(kept.json["url"])
    assert refused.status_code == 422 and "was refused because" in refused.json["detail"]
    with desk.factories.transaction() as session:
        assert len(session.scalars(select(QuarantinedFile)).all()) == 1


def test_a_document_is_retitled_given_a_version_moved_and_ended(desk: Desk) -> None:
    address = added(desk, b"First.", "a.txt")

    page = change(desk, address, "details", title="Statement", kind="other", tags="damp", revision="1")
    assert "Statement" in page.tree.findtext(".//h1") and "damp" in page.main
    answer = desk.client.submit(
        f"{address}/versions",
        {"file": (io.BytesIO(b"Second."), "b.txt"), "note": "Signed", "revision": "2"},
        content_type="multipart/form-data",
    )
    assert "Signed" in desk.client.follow(answer).main
    assert desk.client.get(f"{address}/file").data == b"Second."
    assert desk.client.get(f"{address}/file?version=1").data == b"First."
    page = change(desk, address, "place", to=desk.person.reference, case="CMP-000001", reason="Hers", revision="3")
    assert desk.person.full_name in page.main
    page = change(desk, address, "ending", end_reason="Sent twice", revision="4")
    assert "This document has ended" in page.main and "Sent twice" in page.main
    assert "Statement" not in desk.client.page(f"{desk.here}/documents").links()
    assert "Statement" in desk.client.page(f"{desk.here}/documents?ended=1").links()
    assert "It is back" in change(desk, address, "reinstatement", end_reason="Needed", revision="5").text
    timeline = desk.client.page(f"{desk.here}/timeline").main
    assert "New version of “Statement”" in timeline and "Document ended: Statement" in timeline


def test_what_is_wrong_with_a_change_is_told_at_its_field(desk: Desk) -> None:
    address = added(desk, b"First.", "a.txt")

    def told(what: str, **answers: object) -> str:
        return next(iter(error_links(change(desk, address, what, 422, **answers)).values()))

    assert told("details", title=" ", kind="other") == "#title"
    assert told("versions", note="x") == "#file"
    assert told("place", to="NOTHING-1", reason="x") == "#to"
    assert told("place", case="CMP-000001", to=desk.person.reference) == "#reason"
    assert told("ending") == "#end_reason"
    assert told("ending", end_reason="x", superseded_by="4711") == "#superseded_by"
    assert told("details", title="x" * 201, kind="ransom") == "#title"


def test_a_stale_page_changes_nothing(desk: Desk) -> None:
    address = added(desk, b"First.", "a.txt")
    change(desk, address, "details", title="Mine", kind="other", revision="1")

    desk.client.submit(f"{address}/details", {"title": "Yours", "kind": "other", "revision": "1"}, status=409)

    assert desk.client.page(address).tree.findtext(".//h1") == "Mine"


def test_an_upload_does_not_wait_to_be_read(desk: Desk, monkeypatch: object) -> None:
    def never(wanted: object) -> object:
        raise AssertionError("an upload waits for this")

    monkeypatch.setattr(preparing, "work", never)
    page = desk.client.follow(upload(desk, ("a.txt", b"Words.")))

    assert "It is being read" in desk.client.page(page.links()["a"]).main
    with desk.factories.transaction() as session:
        assert session.scalar(select(Document.id)) is not None
