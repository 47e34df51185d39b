"""A bundle is chosen, put in order and made by a job; what its maker may not see never gets in."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from engine import bundles, filing, jobs
from engine.bundles.purposes import PURPOSES
from engine.errors import Invalid, NotFound
from engine.filing.places import Place
from engine.filing.receiving import store
from engine.history.reading import events_of
from engine.instants import now
from models.bundle import Bundle, Redaction
from models.case import Case
from models.document import Document
from models.staff import User
from models.work import Job
from tests.environment.office import put_in_its_place
from tests.factories import Factories
from tests.integration.portal.conftest import Desk, error_links, shown
from tests.integration.portal.test_document_pages import added
from tests.pictures import pdf, picture
from tests.word_files import word_file

EMAIL = (
    b"From: a@example.org\nTo: b@example.org\nDate: Thu, 3 Dec 2026 10:00:00 +0000\nSubject: The wall\n\nIt is wet.\n"
)


def number_of(address: str) -> int:
    return int(address.rpartition("/")[2])


def made(desk: Desk, answer) -> PdfReader:
    """Have a bundle made that was asked for, follow its page, and return it."""
    where = answer.headers["Location"]
    assert "It is being made" in desk.client.page(where).main
    desk.factories.run_long_jobs()
    page = desk.client.page(where)
    assert "It is ready" in page.main, page.main
    return PdfReader(io.BytesIO(desk.client.get(f"{page.links()['Open the bundle']}/file").data))


def words(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_documents_of_every_kind_are_bound_in_the_order_of_the_page(sqlite_desk: Desk, tmp_path, monkeypatch) -> None:
    desk = sqlite_desk
    put_in_its_place(tmp_path, monkeypatch)
    scan = added(desk, pdf(2), "scan.pdf")
    wall = added(desk, picture("JPEG", size=(400, 300)), "wall.jpg")
    report = added(desk, word_file("Mould."), "report.docx")
    mail = added(desk, EMAIL, "mail.eml")
    table = added(desk, b"a,b\n1,2\n", "works.csv")
    sound = added(desk, b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\0" * 40, "call.mp3")
    page = desk.client.page(f"{desk.here}/documents")
    assert f'formaction="{desk.here}/bundle"' in page.text

    form = desk.client.page(f"{desk.here}/bundle?purpose=court")
    order = [number_of(one) for one in (wall, scan, report, mail, table, sound)]
    sent = {"purpose": "court", "title": "R v Wall", "document": order, "order": order}
    bundle = made(desk, desk.client.submit(f"{desk.here}/bundles", sent, status=303))

    assert form.tree.xpath("//main//input[@name='document']/@value") == [
        str(number_of(one)) for one in (scan, wall, report, mail, table, sound)
    ]
    text = words(bundle)
    assert [one.title for one in bundle.outline][3:] == [
        f"{number}. {name}" for number, name in enumerate(("wall", "scan", "report", "mail", "works", "call"), start=1)
    ]
    assert "R v Wall" in text[0] and "Prepared by Priya Shah" in text[0] and desk.case.reference in text[0]
    assert any("It is wet." in one for one in text) and any("1,2" in one for one in text)
    assert "call Not shown, because it is a kind of file that has no pages" in text[2]
    with desk.factories.transaction() as session:
        event = events_of(session, desk.case.id)[-1]
        document = session.scalars(select(Document).where(Document.source == "bundled")).one()
        assert session.scalars(select(Job.id).where(Job.kind == "make_bundle")).all() == []
    assert (event.type, event.payload["documents"], event.payload["left_out"]) == ("document_bundled", order, 1)
    assert (document.kind, document.case_id, document.title) == ("bundle", desk.case.id, "R v Wall")
    assert "Bundle made: R v Wall" in desk.client.page(f"{desk.here}/timeline").main
    assert desk.client.page(report).tree.xpath("//main//ol//img/@alt") == ["Page 1 of 1"]  # its PDF is kept beside it


def test_a_document_is_moved_without_javascript_and_what_was_ticked_stays(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    first, second, third = (number_of(added(desk, name.encode(), f"{name}.txt")) for name in ("a", "b", "c"))

    sent = {"purpose": "ombudsman", "title": "Mine", "document": [third], "order": [first, second, third]}
    page = shown(desk.client.submit(f"{desk.here}/bundles", {**sent, "move": f"up:{third}"}, status=200))

    boxes = page.tree.xpath("//main//input[@name='document']")
    assert [int(box.get("value")) for box in boxes] == [first, third, second]
    assert [int(box.get("value")) for box in boxes if box.get("checked") is not None] == [third]
    assert page.tree.xpath("//input[@name='title']/@value") == ["Mine"]
    with desk.factories.transaction() as session:
        assert session.scalars(select(Bundle.id)).all() == []


def test_each_purpose_begins_with_other_documents(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    evidence, passport = added(desk, b"a", "wall.txt"), added(desk, b"b", "passport.txt", kind="identity")
    old, copy = added(desk, b"c", "old.txt"), added(desk, pdf(1), "copy.pdf")
    desk.client.submit(f"{old}/ending", {"end_reason": "Wrong case", "revision": "1"})
    with desk.factories.transaction() as session:
        mark = {"page": 1, "box": [0, 0, 1, 1], "reason": "Third party"}
        row = {"document_id": number_of(copy), "original_id": number_of(evidence), "original_number": 1}
        session.add(Redaction(**row, marks=[mark], created_at=now()))
        session.execute(update(Document).where(Document.id == number_of(copy)).values(source="redacted"))

    def ticked(purpose: str) -> set[str]:
        page = desk.client.page(f"{desk.here}/bundle?purpose={purpose}")
        names = {one.get("value"): one for one in page.tree.xpath("//main//input[@name='document'][@checked]")}
        return {one for one in (evidence, passport, old, copy) if str(number_of(one)) in names}

    assert ticked("ombudsman") == {evidence}
    assert ticked("court") == {evidence, passport}
    assert ticked("subject_access") == {passport, old, copy}
    sent = {"purpose": "subject_access", "title": "Data", "document": [number_of(copy)]}
    text = words(made(desk, desk.client.submit(f"{desk.here}/bundles", sent, status=303)))
    assert "What is left out 1. copy Page 1: 1 place struck out. Third party" in text[2]


def test_what_is_filed_under_a_person_is_bound_and_filed_there(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    here = f"/people/{desk.person.id}"
    desk.client.submit(f"{here}/documents", {"files": (io.BytesIO(b"words"), "note.txt"), "kind": "other"})
    [number] = desk.client.page(f"{here}/bundle").tree.xpath("//main//input[@name='document']/@value")

    made(
        desk,
        desk.client.submit(
            f"{here}/bundles", {"purpose": "subject_access", "title": "All", "document": [number]}, status=303
        ),
    )

    assert "All" in desk.client.page(f"{here}/documents").links()


def test_a_bundle_without_title_or_documents_comes_back_with_a_sentence(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    added(desk, b"a", "a.txt")

    page = shown(desk.client.submit(f"{desk.here}/bundles", {"purpose": "court", "title": ""}, status=422))
    none = shown(desk.client.submit(f"{desk.here}/bundles", {"purpose": "court", "title": "x"}, status=422))

    assert error_links(page) == {"Enter a title of at most 200 characters": "#title"}
    assert error_links(none) == {"Tick at least one document": "#documents"}


class Keeper:
    """An officer, what they may ask for, and a restricted case of somebody else."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.by = factories.officer()
        self.case_id = factories.complaint(by=self.by).id
        self.document = self.add(self.case_id)

    def add(self, case_id: int) -> int:
        with self.factories.transaction() as session:
            return filing.add_document(session, case_id, "a.txt", b"The secret words", by=self.by)

    def ask(self, *documents: int, case_id: int | None = None) -> int:
        with self.factories.transaction() as session:
            place = Place(case_id or self.case_id)
            told = {"purpose": "court", "title": "x", "document_ids": documents}
            return bundles.ask(session, place, **told, by=self.by)

    def bundle(self, number: int) -> Bundle:
        with self.factories.transaction() as session:
            return session.get_one(Bundle, number)

    def restrict(self, case_id: int) -> None:
        with self.factories.transaction() as session:
            session.execute(update(Case).where(Case.id == case_id).values(restricted=True, owner_id=None))


@pytest.fixture
def keeper(factories: Factories) -> Keeper:
    return Keeper(factories)


def test_what_its_maker_may_not_see_is_not_bound(keeper: Keeper) -> None:
    elsewhere = keeper.factories.complaint(by=keeper.by).id
    other = keeper.add(elsewhere)

    with pytest.raises(Invalid) as refused:
        keeper.ask(keeper.document, other)
    assert refused.value.errors["documents"] == f"There is no document {other} here, or none that you may see"
    keeper.restrict(elsewhere)
    with pytest.raises(NotFound):
        keeper.ask(other, case_id=elsewhere)


def test_what_is_hidden_from_its_maker_meanwhile_does_not_get_in(keeper: Keeper) -> None:
    number = keeper.ask(keeper.document)
    keeper.restrict(keeper.case_id)

    keeper.factories.run_long_jobs()

    found = keeper.bundle(number)
    assert (found.status, found.document_id) == ("failed", None)
    assert found.fault == "Since it was asked for, a document in it was hidden from you or taken away."
    assert not any(
        b"secret" in path.read_bytes()
        for path in store().root.rglob("*")
        if path.is_file() and path.stat().st_size > 200
    )


def test_what_is_hidden_while_it_is_bound_is_not_filed(keeper: Keeper, monkeypatch) -> None:
    number, bind = keeper.ask(keeper.document), jobs.making.papers.run
    monkeypatch.setattr(jobs.making.papers, "run", lambda *given: (keeper.restrict(keeper.case_id), bind(*given))[1])

    keeper.factories.run_long_jobs()

    assert (keeper.bundle(number).status, keeper.bundle(number).document_id) == ("failed", None)


def test_whoever_lost_their_account_gets_no_bundle(keeper: Keeper) -> None:
    number = keeper.ask(keeper.document)
    with keeper.factories.transaction() as session:
        session.execute(update(User).where(User.id == keeper.by.user_id).values(is_active=False))

    keeper.factories.run_long_jobs()

    assert keeper.bundle(number).fault == "The account of whoever asked for it is closed."


def test_a_bundle_is_seen_by_whoever_asked_for_it_alone(keeper: Keeper) -> None:
    number = keeper.ask(keeper.document)

    with keeper.factories.transaction() as session, pytest.raises(NotFound):
        bundles.find(session, number, by=keeper.factories.officer())


def test_the_same_by_rest(keeper: Keeper) -> None:
    from tests.integration.api.conftest import Program

    program = Program(keeper.factories, keeper.factories.user("officer"))
    with keeper.factories.transaction() as session:
        reference = session.scalar(select(Case.reference).where(Case.id == keeper.case_id))
    asked = {"case": reference, "purpose": "ombudsman", "title": "For the Ombudsman"}

    bundle = program.post("/bundles", asked, status=202)
    keeper.factories.run_long_jobs()
    found = program.get(f"/bundles/{bundle['id']}")

    assert (bundle["status"], bundle["total"]) == ("waiting", 1)
    assert (found["status"], found["fault"]) == ("ready", "")
    assert program.get(f"/documents/{found['document']}")["source"] == "bundled"
    assert program.call("GET", f"/documents/{found['document']}/content").data.startswith(b"%PDF")
    program.post("/bundles", {**asked, "about": "person:1"}, status=422)
    program.post("/bundles", {**asked, "documents": [10**9]}, status=422)
    program.post("/bundles", {**asked, "purpose": "novel"}, status=422)
    assert set(PURPOSES) == {"ombudsman", "court", "subject_access"}
