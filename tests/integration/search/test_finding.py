"""What a search finds, in which order, and what it never does."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from engine import search
from engine.permissions import PLATFORM, Actor
from engine.search import ANYTHING, Wanted
from models.base import table
from models.case import Case, Note
from models.document import Document, DocumentVersion
from models.people import ContactDetail, Person
from models.places import Asset
from tests.factories import Factories

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Finder:
    """Asks as somebody and gives the titles of what was found."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories

    def __call__(self, text: str, *, by: Actor = PLATFORM, wanted: Wanted = ANYTHING, size: int = 20) -> list[str]:
        with self.factories.sessions() as session:
            found = search.find(session, text, by=by, wanted=wanted, size=size)
            hits = [hit for group in found.groups for hit in group.hits]
            return [line.text for line in search.lines(session, hits, found.question, by=by)]

    def paged(self, text: str, *, wanted: Wanted = ANYTHING, size: int) -> list[search.Hit]:
        """Return all pages together."""
        hits: list[search.Hit] = []
        cursor = ""
        while True:
            with self.factories.sessions() as session:
                some, cursor = search.page(session, text, by=PLATFORM, wanted=wanted, cursor=cursor, size=size)
            hits += some
            if not cursor:
                return hits


@pytest.fixture
def finder(factories: Factories) -> Finder:
    return Finder(factories)


@pytest.fixture
def sqlite_finder(sqlite_factories: Factories) -> Finder:
    return Finder(sqlite_factories)


def add_document(factories: Factories, case_id: int | None, title: str, text: str) -> int:
    with factories.transaction() as session:
        row = {"case_id": case_id, "title": title, "kind": "letter", "source": "merged", "created_at": AT}
        document_id: Any = session.scalar(insert(Document).returning(Document.id), row)
        version = {"document_id": document_id, "number": 1, "sha256": "0" * 64, "size": 1, "file_name": "a.txt"}
        session.execute(
            insert(DocumentVersion), version | {"content_type": "text/plain", "text": text, "created_at": AT}
        )
    return int(document_id)


def test_names_are_found_without_accents_apostrophes_or_hyphens_and_in_either_order(finder: Finder) -> None:
    people = [
        ("Łukasz", "Woźniak", "lukasz wozniak", "Wozniak, Lukasz", "WOŹNIAK"),
        ("Sinéad", "O’Brien", "o'brien", "obrien sinead", "O'BRIEN", "sinead o brien"),
        ("Zoë", "Smith-Jones", "smith jones", "smithjones", "zoe smith-jones", "jones"),
        ("Nguyễn", "Thị Straße", "nguyen thi strasse"),
        ("Søren", "Ægir", "soren aegir"),
    ]
    for first_name, surname, *_ in people:
        finder.factories.person(first_name, surname, title="")

    for first_name, surname, *texts in people:
        for text in texts:
            assert finder(text) == [f"{first_name} {surname}"], text


def test_addresses_are_found_by_short_forms_and_by_the_postcode_with_or_without_its_space(finder: Finder) -> None:
    finder.factories.home("Flat 3, 12 High Street", postcode="ZZ99 3QT")
    finder.factories.home("Flat 12, 3 High Street", postcode="ZZ99 4AB")
    finder.factories.home("120 Mill Road", postcode="ZZ99 5AA")

    texts = ("flat 3 12 high st", "Flat 3, 12 High St.", "12 high street", "12 high st zz993qt", "flt 3 12 high str")
    for text in texts:
        assert finder(text)[0] == "Flat 3, 12 High Street, Brightwater, ZZ99 3QT", text
    for text in ("zz994ab", "ZZ99 4AB", "zz99 4", "3 high street"):
        assert finder(text)[0] == "Flat 12, 3 High Street, Brightwater, ZZ99 4AB", text
    assert finder("12 mill rd") == []
    assert finder("120 mill rd") == ["120 Mill Road, Brightwater, ZZ99 5AA"]


def test_misspelt_names_and_streets_are_found_when_nothing_is_spelt_so(finder: Finder) -> None:
    finder.factories.person("Ada", "Okafor")
    finder.factories.person("Jonathan", "Featherstone", title="")
    finder.factories.home("7 Kingfisher Street")

    for text in ("okafro", "okaforr", "okfor", "ikafor", "ada okafir", "Oakfor"):
        assert finder(text) == ["Mrs Ada Okafor"], text
    for text in ("fetherstome", "jonathon featherstone", "johnathan fetherstone"):
        assert finder(text) == ["Jonathan Featherstone"], text
    assert finder("7 kingfihser st") == ["7 Kingfisher Street, Brightwater, ZZ99 3QT"]
    assert finder("7 kngfisher stret") == ["7 Kingfisher Street, Brightwater, ZZ99 3QT"]
    assert finder("unrelated") == []


def test_a_name_that_is_there_is_not_taken_for_a_misspelt_one(finder: Finder) -> None:
    finder.factories.person("Ann", "Smyth", title="")
    finder.factories.person("Bob", "Smith", title="")

    assert finder("smyth") == ["Ann Smyth"]


def test_what_begins_so_comes_before_what_only_holds_the_words(finder: Finder) -> None:
    finder.factories.person("Rose", "Martin", title="")
    finder.factories.person("Martin", "Rose", title="")
    finder.factories.person("Ellis", "Martindale-Rose", title="")
    with finder.factories.transaction() as session:
        session.execute(
            insert(Person), {"reference": "PX", "first_name": "Jo", "middle_name": "Martin", "surname": "Hay"}
        )

    assert finder("martin")[-1] == "Jo Hay"
    assert set(finder("martin ro")[:2]) == {"Rose Martin", "Martin Rose"}


def test_references_telephone_numbers_and_addresses_of_mail_are_found_first_however_written(finder: Finder) -> None:
    tenancy = finder.factories.tenancy(finder.factories.person("Ada", "Okafor", email="ada.o@resident.example"))
    with finder.factories.transaction() as session:
        for value in ("+44 (0)7700 900184", "01632 960-001"):
            session.add(ContactDetail(person_id=1, contact_type="phone", value=value))
        home = session.get_one(Asset, tenancy.asset_id)

    for text in (
        "P000001",
        "p 000001",
        "07700900184",
        "07700 900 184",
        "+447700900184",
        "01632960001",
        "ADA.O@resident.example",
    ):
        assert finder(text)[0] == "Mrs Ada Okafor", text
    for text in (home.uprn, home.reference.lower(), home.reference):
        assert finder(text) == [home.one_line], text
    with finder.factories.sessions() as session:
        for text, kind in ((tenancy.reference, "tenancy"), ("a 000003", "account"), ("P000001", "person")):
            found = search.find(session, text, by=PLATFORM)
            assert found.opens and found.opens.kind == kind, text
        assert search.find(session, "07700900184", by=PLATFORM).opens is None


def test_tenancies_and_accounts_are_found_by_who_is_on_them_when_they_are_asked_for(finder: Finder) -> None:
    finder.factories.tenancy(finder.factories.person("Ada", "Okafor"), home=finder.factories.home("1 Mill Lane"))
    finder.factories.tenancy(finder.factories.person("Ben", "Hall"), home=finder.factories.home("2 Mill Lane"))

    for kind in ("tenancy", "account"):
        assert finder("okafor", wanted=Wanted(kind=kind)) == ["1 Mill Lane, Brightwater, ZZ99 3QT"]
        assert len(finder("mill lane", wanted=Wanted(kind=kind))) == 2


def test_the_words_of_documents_and_notes_are_found_by_their_stems_with_a_piece_of_the_text(finder: Finder) -> None:
    case = finder.factories.complaint(by=finder.factories.officer())
    add_document(
        finder.factories,
        case.id,
        "Survey",
        "x " * 300 + "We repaired the <b>gutters</b> of the Łódź block. " + "y " * 300,
    )
    with finder.factories.transaction() as session:
        session.execute(
            insert(Note),
            {"case_id": case.id, "text": "He rang about leaking gutters.", "written_by_id": 1, "written_at": AT},
        )

    with finder.factories.sessions() as session:
        found = search.find(session, "repairs gutter", by=PLATFORM)
        (line,) = search.lines(
            session, [hit for group in found.groups for hit in group.hits], found.question, by=PLATFORM
        )
        assert [part for part, is_asked_for in line.snippet if is_asked_for] == ["repaired", "gutters"]
        assert "<b>" in "".join(part for part, _ in line.snippet)
        kinds = [group.kind for group in search.find(session, "leaks", by=PLATFORM).groups]
        assert kinds == ["note"]
    assert finder("lodz") == ["Survey"]


def test_only_the_newest_version_of_a_document_is_searched(finder: Finder) -> None:
    document_id = add_document(finder.factories, None, "Plan", "asbestos")
    with finder.factories.transaction() as session:
        session.execute(update(table(Document)).values(version=2))
        old = table(DocumentVersion)
        row = {"document_id": document_id, "number": 2, "sha256": "1" * 64, "size": 1, "file_name": "a.txt"}
        session.execute(insert(old), row | {"content_type": "text/plain", "text": "plaster", "created_at": AT})

    assert finder("plaster") == ["Plan"]
    assert finder("asbestos") == []


def test_what_changes_or_goes_by_any_hand_is_found_anew_or_not_at_all(finder: Finder) -> None:
    person = finder.factories.person("Ada", "Okafor")
    with finder.factories.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET surname = 'Haverstock'")

    assert finder("okafor") == finder("okafro") == []
    assert finder("haverstock") == finder("haverstokc") == ["Mrs Ada Haverstock"]

    with finder.factories.transaction() as session:
        session.execute(delete(ContactDetail))
        session.execute(delete(Person).where(Person.id == person.id))
    assert finder("haverstock") == []

    with finder.factories.sessions() as session:
        session.add(Person(reference="PZ", first_name="Never", surname="Committed"))
        session.flush()
        session.rollback()
    assert finder("committed") == []


@pytest.mark.parametrize("kind", ["case", "document", "note"])
def test_a_restricted_case_with_its_documents_and_notes_is_not_found_by_others(finder: Finder, kind: str) -> None:
    owner, other = finder.factories.officer(), finder.factories.officer()
    case = finder.factories.complaint(by=owner)
    add_document(finder.factories, case.id, "Zeppelin report", "Zeppelin seen")
    with finder.factories.transaction() as session:
        values = {"title": "Zeppelin", "restricted": True, "owner_id": owner.user_id}
        session.execute(update(Case).values(**values))
        session.execute(insert(Note), {"case_id": case.id, "text": "A zeppelin.", "written_by_id": 1, "written_at": AT})

    for text in ("zeppelin", "zepp", case.reference, case.reference[:6]):
        assert finder(text, by=other) == [], text
        with finder.factories.sessions() as session:
            assert search.page(session, text, by=other, wanted=Wanted(kind=kind)) == ([], "")
    assert len(finder("zeppelin", by=owner)) == 3
    assert finder("zeppelin", by=owner, wanted=Wanted(kind=kind))


def test_filters_narrow_what_is_found(sqlite_finder: Finder) -> None:
    factories = sqlite_finder.factories
    north, south = factories.home("1 Mill Lane", patch="North"), factories.home("2 Mill Lane", patch="South")
    ada, ben = factories.person("Ada", "Miller"), factories.person("Ben", "Miller")
    factories.tenancy(ada, home=north)
    factories.tenancy(ben, home=south)
    by = factories.officer()
    first, second = factories.complaint(by=by, person=ada), factories.complaint(by=by, person=ben)
    with factories.transaction() as session:
        session.execute(update(Case).where(Case.id == second.id).values(status="closed"))
    add_document(factories, first.id, "Miller letter", "")

    def kinds(wanted: Wanted) -> dict[str, int]:
        with factories.sessions() as session:
            found = search.find(session, "mill", by=PLATFORM, wanted=wanted)
            return {group.kind: len(group.hits) for group in found.groups}

    assert kinds(ANYTHING) == {"person": 2, "home": 2, "case": 2, "document": 1}
    assert kinds(Wanted(status="open")) == {"case": 1, "document": 1}
    assert kinds(Wanted(status="closed", kind="case")) == {"case": 1}
    assert kinds(Wanted(patch="South")) == {"person": 1, "home": 1, "case": 1}
    assert kinds(Wanted(category="complaint")) == {"case": 2, "document": 1}
    assert kinds(Wanted(category="nothing")) == {}


def test_pages_follow_each_other_without_gap_or_repetition_best_first(finder: Finder) -> None:
    for number in range(7):
        finder.factories.person("Ada" if number % 2 else "Martin", "Martin", title="")
    for number in range(5):
        finder.factories.home(f"{number} Martin Close")
    add_document(finder.factories, None, "Martin", "martin")

    whole = finder.paged("martin", size=100)
    for size in (1, 4):
        assert finder.paged("martin", size=size) == whole
    assert [hit.rank for hit in whole] == sorted(hit.rank for hit in whole)
    assert len({(hit.kind, hit.id) for hit in whole}) == len(whole) == 13
    assert len(finder.paged("martn", size=3, wanted=Wanted(kind="person"))) == 7


HOSTILE = [
    '"', "'", "''; DROP TABLE person; --", '" OR "1', "AND", "OR NOT NEAR(", "a AND", "*", "a*", "^okafor", "-okafor",
    "surname:okafor", "{a b}: c", "a + b", "(((", ")", "\\", "%", "_", "<->", "!&|:*", "a:*", "'':*", "\0", "a\0b",
    "\ud800", "the of and", "the", "ß", "🙂", "日本語", "\u202e", "ﬁ", "İ", "é" * 500, "a" * 10_000, "a " * 5_000,
    "1" * 10_000, "'" * 999, "zz99 " * 50, "st rd ave ln cl dr", "\n\t", "o'", "'o", "-", "--x", "@", "@@@", "a@",
    "+44", "000", "NULL", "?", ":x", "%s",
]  # fmt: skip


def test_no_text_is_an_error_nor_finds_whom_it_does_not_name(finder: Finder) -> None:
    finder.factories.tenancy(finder.factories.person("Ada", "Okafor"))
    add_document(finder.factories, None, "Survey", "The plaster of the wall and of the roof.")

    for text in HOSTILE:
        words = search.read(text).words
        finder(text, wanted=Wanted(kind="tenancy"))
        titles = finder(text)
        if not any(name.startswith(word.phrases[0][0]) for name in ("ada", "okafor", "mrs") for word in words):
            assert "Mrs Ada Okafor" not in titles, text


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "bnVsbA", "W10", "a" * 500, "WzksInBlcnNvbiIsMV0"])
def test_a_cursor_that_no_page_gave_out_is_refused(sqlite_finder: Finder, cursor: str) -> None:
    from engine.errors import Invalid

    with sqlite_finder.factories.sessions() as session, pytest.raises(Invalid):
        search.page(session, "ada", by=PLATFORM, wanted=ANYTHING, cursor=cursor)


def test_whoever_works_for_another_organisation_finds_its_cases_and_nobody_of_the_record(sqlite_finder: Finder) -> None:
    from dataclasses import replace

    from models.case import CaseLink

    factories = sqlite_finder.factories
    by = factories.officer()
    ada = factories.person("Ada", "Okafor")
    factories.tenancy(ada)
    factories.person("Bea", "Okafor")
    case = factories.complaint(by=by, person=ada)
    add_document(factories, None, "Okafor file", "okafor")
    external = replace(by, organisation_id=77)
    assert sqlite_finder("okafor", by=external) == []

    with factories.transaction() as session:
        session.add(CaseLink(case_id=case.id, entity_type="organisation", entity_id=77, role="contractor"))

    assert sqlite_finder("okafor", by=external) == ["Complaint: Mrs Ada Okafor"]
