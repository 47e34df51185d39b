"""A letter tried in the studio: with a sample, with a case; what is missing; who may see what; nothing is kept."""

import io
from pathlib import Path

import docx
import pytest
from sqlalchemy import func, select, update

from engine import cases, filing
from engine.definitions import deploying
from engine.field_catalogue import csv_files
from engine.filing.places import Place
from engine.letters import trying
from engine.permissions import PLATFORM
from engine.templates import folders
from models.case import Case, CaseEvent
from models.document import Document
from models.people import Person
from models.work import ReadLog
from tests.environment.databases import on_sqlite_alone
from tests.environment.office import needs_libreoffice
from tests.factories import ROOT, Factories
from tests.pages import Page, PageClient
from tests.pictures import picture
from tests.unit.definitions.files import SETTINGS, category, sound
from tests.word_files import word_file

PATH = "letters/hello.docx"
PAGE = f"/studio/sample/trial/{PATH}"
LETTER = word_file(
    "Dear {{ person.salutation }}", "You wrote on {{ received_on|date }}.", "Your rent is {{ rent|money }}.",
    "{%p for work in works %}", "Work: {{ work.cost|money }}", "{%p endfor %}", header="{{ organisation.name }}",
)  # fmt: skip
FIELDS = b"key,type,label,section,sensitivity\nillness,text,Illness,Health,special_category\n"


@pytest.fixture
def letters(factories: Factories, analyst: PageClient) -> PageClient:
    """An analyst, with a version that has the letter “hello”, and a landlord."""
    factories.organisation()
    factories.deploy({**category(), PATH: LETTER})
    return analyst


def case_of(factories: Factories, **answers: object) -> cases.Started:
    """Start a case of Mrs Okafor, who is a tenant."""
    person = factories.person()
    factories.tenancy(person)
    with factories.transaction() as session:
        about = [cases.Subject("person", person.id)]
        return cases.start(session, "sample", subjects=about, fields=answers, by=factories.officer())


def tried(browser: PageClient, status: int = 200, **asked: str) -> Page:
    return Page(browser.submit(PAGE, {"case": "", "data": "", **asked}, status=status))


def words(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs if paragraph.text]


def test_a_letter_is_tried_with_a_sample_of_every_field(letters: PageClient) -> None:
    page = tried(letters)

    assert "Nothing is missing" in page.main and "You wrote on" in page.main and "Your rent is £3.00." in page.main
    assert page.main.count("Work: £3.00") == 2


def test_a_letter_is_tried_with_a_case_and_tells_what_is_missing(factories: Factories, letters: PageClient) -> None:
    case = case_of(factories, received_on="2026-12-03", works=[])

    page = tried(letters, case=case.reference)

    assert "Dear Mrs Okafor" in page.main and "You wrote on 3 December 2026." in page.main
    assert "1 field is missing" in page.main and "[rent is missing]" in page.main
    assert "Rentrent" in page.main and "In the letter: “Your rent is {{ rent|money }}.”" in page.main


def test_typed_values_come_before_those_of_the_case(factories: Factories, letters: PageClient) -> None:
    case = case_of(factories, received_on="2026-12-03", works=[])

    page = tried(letters, case=case.reference, data='{"rent": 705.10, "person": {"salutation": "Ms Other"}}')

    assert "Dear Ms Other" in page.main and "Your rent is £705.10." in page.main and "Nothing is missing" in page.main


SHOWING = word_file(
    "Dear {{ person.salutation }}", "{{ officer.signature }}", "{{ case.reference|qr }}",
    "{%p for photo in photographs %}", "{{ photo.picture }} {{ photo.title }}", "{%p endfor %}",
)  # fmt: skip


def drawn(content: bytes) -> int:
    return len(docx.Document(io.BytesIO(content)).inline_shapes)


@on_sqlite_alone
def test_a_trial_shows_pictures_of_the_sample_and_those_of_a_case(factories: Factories, analyst: PageClient) -> None:
    factories.organisation()
    factories.deploy({**category(), PATH: SHOWING})
    user = factories.user("officer", "analyst")
    both, by = factories.client(user=user), factories.actor(user)
    case = case_of(factories)
    with factories.transaction() as session:
        received = filing.receive("wall.jpg", picture(with_place=True))
        filing.file(session, received, Place(case.id), title="The wall", kind="photograph", by=by)

    sample = analyst.submit(PAGE, {"case": "", "data": "", "as": "docx"}, status=200)
    page = Page(analyst.submit(PAGE, {"case": "", "data": ""}, status=200))
    with_case = both.submit(PAGE, {"case": case.reference, "data": "", "as": "docx"}, status=200)
    typed = both.submit(
        PAGE, {"case": "", "data": '{"photographs": [{"title": "Typed"}, 3]}', "as": "docx"}, status=422
    )

    assert drawn(sample.data) == 4 and drawn(with_case.data) == 2  # no signature of hers; one photograph
    assert words(with_case.data)[-1].strip() == "The wall"
    assert len(page.tree.xpath("//main//img[starts-with(@src, 'data:image/jpeg')]")) == 4
    assert "Mould behind the wardrobe" in page.main and "Traceback" not in typed.text


def test_nothing_is_filed_sent_or_written(factories: Factories, letters: PageClient) -> None:
    case = case_of(factories, rent=100)
    with factories.transaction() as session:
        before = session.scalar(select(func.count(CaseEvent.id)))

    tried(letters, case=case.reference)
    letters.submit(PAGE, {"case": case.reference, "as": "docx"}, status=200)

    with factories.transaction() as session:
        assert session.scalar(select(func.count(CaseEvent.id))) == before
        assert session.scalar(select(func.count(Document.id))) == 0


def test_the_letter_is_taken_along_as_a_word_file(factories: Factories, letters: PageClient) -> None:
    case = case_of(factories, rent=100, received_on="2026-12-03")

    answer = letters.submit(PAGE, {"case": case.reference, "as": "docx"}, status=200)

    assert words(answer.data) == ["Dear Mrs Okafor", "You wrote on 3 December 2026.", "Your rent is £100.00."]
    assert f'filename="hello {case.reference}.docx"' in answer.headers["Content-Disposition"]


@needs_libreoffice
@on_sqlite_alone
def test_the_letter_is_taken_along_as_a_pdf(letters: PageClient) -> None:
    answer = letters.submit(PAGE, {"as": "pdf"}, status=200)

    assert answer.data.startswith(b"%PDF-") and "attachment" in answer.headers["Content-Disposition"]


@on_sqlite_alone
def test_without_libreoffice_it_is_said_what_to_install(
    letters: PageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    page = tried(letters, 422, **{"as": "pdf"})

    assert "PDFs are made by LibreOffice, which is not installed" in page.main and "apt-get install" in page.main


def test_a_fault_in_the_letter_is_told_with_its_paragraph(factories: Factories, letters: PageClient) -> None:
    page = tried(letters, 422, data='{"rent": "much"}')

    assert "There is no letter" in page.main and '"money" needs a number and was given the text "much"' in page.main
    assert 'It stands in the paragraph "Your rent is {{ rent|money }}."' in page.main


def test_the_draft_is_tried_and_so_is_a_version(factories: Factories, letters: PageClient) -> None:
    changed = {"file": (io.BytesIO(word_file("Good day {{ person.salutation }}")), "x.docx"), "revision": "0"}
    letters.submit(f"/studio/sample/letters/{PATH}", changed, content_type="multipart/form-data")

    assert "Good day Ms Sample" in tried(letters).main
    assert "Your rent is" in tried(letters, state="2").main


def test_cases_are_offered_and_found_by_words(factories: Factories, letters: PageClient) -> None:
    case = case_of(factories)
    other = case_of(factories)

    listed = letters.page(PAGE).links()
    found = letters.page(f"{PAGE}?words={case.reference}").links()

    assert listed[case.reference].startswith(f"{PAGE}?case={case.reference}") and other.reference in listed
    assert case.reference in found and other.reference not in found
    assert letters.page(listed[case.reference]).form("trial")["case"] == case.reference


def test_a_case_of_another_category_is_refused(factories: Factories, letters: PageClient) -> None:
    factories.deploy(category(category__toml=_other_settings(), sample__bpmn=None, other__bpmn=_other()))
    with factories.transaction() as session:
        case = cases.start(session, "other", by=factories.officer())

    page = tried(letters, 422, case=case.reference)

    assert f"{case.reference} is a case of “Other”" in page.main and page.tree.xpath("//*[@id='case-error']")


def _other_settings() -> str:
    return SETTINGS.replace('"sample"', '"other"').replace('"Sample"', '"Other"').replace('"SAM"', '"OTH"')


def _other() -> bytes:
    return sound().replace(b'id="sample"', b'id="other"').replace(b'bpmnElement="sample"', b'bpmnElement="other"')


def test_a_case_that_somebody_may_not_see_is_not_there(factories: Factories, letters: PageClient) -> None:
    case = case_of(factories, rent=123)
    with factories.transaction() as session:
        session.execute(update(Case).where(Case.id == case.id).values(restricted=True))

    hidden = tried(letters, 422, case=case.reference).main.replace(case.reference, "X")
    missing = tried(letters, 422, case="SAM-999999").main.replace("SAM-999999", "X")

    assert hidden == missing and "or none that you may see" in hidden
    assert case.reference not in letters.page(PAGE).text


def test_reading_a_restricted_case_and_a_sensitive_person_leaves_a_trace(
    factories: Factories, letters: PageClient
) -> None:
    case = case_of(factories, rent=1)
    with factories.transaction() as session:
        owner = {"restricted": True, "owner_id": letters.user.id}  # type: ignore[attr-defined]
        session.execute(update(Case).where(Case.id == case.id).values(**owner))
        session.execute(update(Person).values(is_sensitive=True))

    tried(letters, case=case.reference)
    tried(letters)

    with factories.transaction() as session:
        rows = session.execute(select(ReadLog.entity_type, ReadLog.what).order_by(ReadLog.entity_type)).all()
    assert [tuple(row) for row in rows] == [("case", f"POST {PAGE}"), ("person", f"POST {PAGE}")]


def test_fields_of_special_category_data_are_left_out_and_said_to_be(factories: Factories, letters: PageClient) -> None:
    factories.deploy({**category(), PATH: word_file("You are ill: {{ illness }}")})
    with factories.transaction() as session:
        csv_files.carry_out(session, "category:sample", FIELDS, by=PLATFORM)
    case = case_of(factories, illness="asthma-canary")

    blind = tried(letters, case=case.reference)
    seeing = tried(factories.client("analyst", "team_manager"), case=case.reference)

    assert "asthma" not in blind.text and "You may not see this field" in blind.main
    assert "You are ill: asthma-canary" in seeing.main


@on_sqlite_alone
def test_values_that_are_none_are_refused_at_their_field(letters: PageClient) -> None:
    for values in ("[1]", "{", '{"rent": 1e999999999}', "[" * 9_000):
        assert tried(letters, 422, data=values).tree.xpath("//*[@id='data-error']")


@on_sqlite_alone
def test_values_of_another_shape_give_a_letter_or_a_sentence(letters: PageClient) -> None:
    for values in ('{"rent": {"a": 1}}', '{"works": 3}', '{"person": "x"}', '{"works": [[1]]}'):
        answer = letters.post(PAGE, data={"data": values, "csrf_token": letters.token()})
        assert answer.status_code in (200, 422) and "Traceback" not in answer.text


def test_every_letter_that_ships_is_whole_with_its_sample(sqlite_factories: Factories) -> None:
    with sqlite_factories.transaction() as session:
        folders.ship(session)
        for folder in SHIPPED:
            files = deploying.files_of(folder)
            for path, content in files.items():
                if path.endswith(".docx"):
                    data = trying.on_sample(session, files, content, {})
                    assert trying.tried(content, data, name=path).lacks == (), path


SHIPPED = sorted(path.parent for path in (ROOT / "processes").glob("*/category.toml"))
