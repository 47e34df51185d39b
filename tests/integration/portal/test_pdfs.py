"""A PDF stands beside each letter: made by a job, looked at page by page, saved; without LibreOffice that is said."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from engine import jobs
from engine.documents import converting
from engine.filing import pdfs
from engine.instants import now
from models.document import DocumentVersion
from models.work import Job
from tests.environment.office import needs_libreoffice, put_in_its_place
from tests.integration.portal.conftest import Desk
from tests.integration.portal.test_document_pages import added
from tests.word_files import word_file

TITLE = "We have received your complaint (stage 1)"


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A program in the place of LibreOffice, which writes an empty page of each document."""
    put_in_its_place(tmp_path, monkeypatch)


@pytest.fixture
def no_office(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(converting, "PLACES", ())


def state(desk: Desk) -> str:
    with desk.factories.transaction() as session:
        return session.scalars(select(DocumentVersion.pdf_state).order_by(DocumentVersion.id.desc())).first()


@needs_libreoffice
def test_a_letter_is_looked_at_page_by_page_and_saved_as_pdf(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    letter = desk.acknowledge().links()[TITLE]
    assert "Its PDF is being made" in desk.client.page(letter).main

    assert desk.factories.run_long_jobs() == 1

    page = desk.client.page(letter)
    [first, *_] = page.tree.xpath("//main//ol//img")
    assert first.get("alt").startswith("Page 1 of ")
    assert desk.client.get(first.get("src")).data[:2] == b"\xff\xd8"
    saved = desk.client.get(page.links()["PDF"])
    assert "Dear Mrs Okafor" in PdfReader(io.BytesIO(saved.data)).pages[0].extract_text()
    assert saved.headers["Content-Type"] == "application/pdf"
    assert 'stage 1).pdf"' in saved.headers["Content-Disposition"].replace("_", " ")
    assert desk.client.get(page.links()["Download Word"]).data[:2] == b"PK"
    listed = desk.client.page(f"{desk.here}/documents")
    assert listed.links()[f"PDF of {TITLE}"] == f"{letter}/pdf"
    assert desk.client.get(f"{letter}/thumbnail").data[:2] == b"\xff\xd8"


def test_letters_that_wait_are_made_with_one_start(desk: Desk, office, monkeypatch) -> None:
    starts = []
    made = converting.convert
    monkeypatch.setattr(converting, "convert", lambda documents: starts.append(len(documents)) or made(documents))
    desk.acknowledge()
    for number in range(3):
        address = added(desk, word_file("x"), f"{number}.docx")
        desk.client.submit(f"{address}/pdf", {}, status=303)

    assert desk.factories.run_long_jobs() == 1

    assert starts == [4]
    with desk.factories.transaction() as session:
        assert session.scalars(select(Job.id).where(Job.kind == pdfs.KIND)).all() == []
        assert set(session.scalars(select(DocumentVersion.pdf_state))) == {"ready"}


def test_what_another_node_has_in_hand_is_left_to_it(desk: Desk, office) -> None:
    desk.acknowledge()
    address = added(desk, word_file("x"), "a.docx")
    desk.client.submit(f"{address}/pdf", {}, status=303)
    with desk.factories.transaction() as session:
        taken = session.scalars(select(Job.key).where(Job.kind == pdfs.KIND).order_by(Job.id)).first()
        session.execute(update(Job).where(Job.key == taken).values(status="running", run_at=now() + jobs.LONG_LEASE))

    desk.factories.run_long_jobs()

    with desk.factories.transaction() as session:
        assert session.scalars(select(Job.key).where(Job.kind == pdfs.KIND)).all() == [taken]


def test_without_libreoffice_the_page_says_so_and_keeps_the_word_file(sqlite_desk: Desk, no_office) -> None:
    desk = sqlite_desk
    letter = desk.acknowledge().links()[TITLE]

    desk.factories.run_long_jobs()

    page = desk.client.page(letter)
    assert page.main.count("LibreOffice, which is not installed where Casewright runs") == 1
    assert "apt-get" not in page.main  # an officer can do nothing about it
    assert "PDF" not in page.links()
    assert desk.client.get(page.links()["Download Word"]).data[:2] == b"PK"
    desk.client.page(f"{letter}/pdf", status=404)
    administrator = desk.factories.client("officer", "administrator")
    assert "apt-get install libreoffice-writer-nogui" in administrator.page(letter).main


def test_letters_get_their_pdf_once_libreoffice_is_installed(
    sqlite_desk: Desk, no_office, tmp_path, monkeypatch
) -> None:
    desk = sqlite_desk
    desk.acknowledge()
    desk.factories.run_long_jobs()
    with desk.factories.transaction() as session:
        assert pdfs.catch_up(session) == 0

    put_in_its_place(tmp_path, monkeypatch)
    with desk.factories.transaction() as session:
        assert pdfs.catch_up(session) == 1
    desk.factories.run_long_jobs()

    assert state(desk) == "ready"


def test_a_word_document_gets_a_pdf_when_somebody_asks(sqlite_desk: Desk, tmp_path, monkeypatch) -> None:
    desk = sqlite_desk
    put_in_its_place(tmp_path, monkeypatch, n0="is unread")
    address = added(desk, word_file("We saw mould."), "report.docx")
    assert "We saw mould" in desk.client.get(desk.client.page(address).tree.xpath("//main//iframe/@src")[0]).text

    desk.client.submit(f"{address}/pdf", {}, status=303)
    again = desk.client.submit(f"{address}/pdf", {}, status=409)
    assert "is being made" in again.text
    desk.factories.run_long_jobs()
    assert "LibreOffice could not make a PDF of it" in desk.client.page(address).main
    put_in_its_place(tmp_path / "another", monkeypatch)
    desk.client.submit(f"{address}/pdf", {}, status=303)
    desk.factories.run_long_jobs()

    assert desk.client.page(address).tree.xpath("//main//ol//img/@alt") == ["Page 1 of 1"]
    assert "is there" in desk.client.submit(f"{address}/pdf", {}, status=409).text
    text = added(desk, b"words", "notes.txt")
    assert "is no Word document" in desk.client.submit(f"{text}/pdf", {}, status=409).text


def test_a_letter_that_was_corrected_gets_a_pdf_of_its_new_version(sqlite_desk: Desk, office) -> None:
    desk = sqlite_desk
    letter = desk.acknowledge().links()[TITLE]
    desk.factories.run_long_jobs()

    corrected = {"file": (io.BytesIO(word_file("Dear Mrs Okafor, once more")), "letter.docx"), "note": "A name"}
    desk.client.submit(f"{letter}/versions", corrected, status=303)
    desk.factories.run_jobs()
    assert state(desk) == "waiting"
    desk.factories.run_long_jobs()

    assert state(desk) == "ready"
    assert "% of 0" in desk.client.get(f"{letter}/pdf?version=1").text
    assert desk.client.page(letter).tree.xpath("//main//ol//img/@alt") == ["Page 1 of 1"]


def test_a_program_that_does_not_start_leaves_the_job_for_later(sqlite_desk: Desk, tmp_path, monkeypatch) -> None:
    desk = sqlite_desk
    put_in_its_place(tmp_path, monkeypatch, **{f"n{number}": "exit 3" for number in (-1, 0)})
    desk.acknowledge()

    desk.factories.run_long_jobs()

    with desk.factories.transaction() as session:
        job = session.scalars(select(Job).where(Job.kind == pdfs.KIND)).one()
        assert (job.status, job.attempts) == ("waiting", 1)
        assert "does not start on this machine" in job.error
    assert state(desk) == "waiting"
