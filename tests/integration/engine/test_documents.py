"""Documents: filed, read and drawn by a job, given versions, changed, moved, ended; what is refused is kept apart."""

from typing import Any

import pytest
from sqlalchemy import select, update

from engine import case_documents, document_list, filing, jobs
from engine.document_list import Wanted
from engine.documents.refusals import UploadRefused
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotPossible
from engine.filing import kinds, preparing, quarantine
from engine.filing.places import Place
from engine.filing.receiving import quarantine as held_apart
from engine.filing.receiving import renditions, store
from engine.history.reading import events_of
from engine.history.replaying import replay
from engine.permissions import Actor
from engine.record.history import changes_of
from models.case import Case
from models.document import DocumentKind, DocumentVersion, QuarantinedFile
from models.people import Person
from models.work import Job
from tests.factories import Factories
from tests.pictures import has_place, picture
from tests.word_files import with_part, word_file

MACROS = with_part(word_file("x"), "word/vbaProject.bin", b"x")


class Cabinet:
    """A complaint about a person, and an officer who files documents on it."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        self.person = factories.person()
        self.home = factories.home()
        factories.tenancy(self.person, home=self.home)
        self.by = factories.officer()
        self.case_id = factories.complaint(by=self.by, person=self.person).id

    def act(self, operation: Any, *given: Any, **named: Any) -> Any:
        """Do something in a transaction of its own, as the officer unless told otherwise."""
        with self.factories.transaction() as session:
            return operation(session, *given, **{"by": self.by, **named})

    def add(self, content: bytes = b"The wall is wet.", name: str = "a.txt", **named: Any) -> int:
        """File a document on the case."""
        document_id: int = self.act(filing.file, filing.receive(name, content), Place(self.case_id), **named)
        return document_id

    def file(self, document_id: int, **named: Any) -> case_documents.File:
        """Return a document as the officer sees it."""
        return self.act(case_documents.file, document_id, **named)[0]

    def version(self, document_id: int) -> DocumentVersion:
        """Return the row of the newest version."""
        with self.factories.transaction() as session:
            its = select(DocumentVersion).where(DocumentVersion.document_id == document_id)
            return session.scalars(its.order_by(DocumentVersion.number.desc())).first()

    def events(self, case_id: int | None = None) -> list[str]:
        """Return the events of a case that are about documents."""
        with self.factories.transaction() as session:
            types = [event.type for event in events_of(session, case_id or self.case_id)]
        return [kind for kind in types if kind.startswith("document_")]

    def documents_then(self) -> list[Any]:
        """Return the documents as the history alone tells of them."""
        with self.factories.transaction() as session:
            return replay(events_of(session, self.case_id)).documents


@pytest.fixture
def cabinet(sqlite_factories: Factories) -> Cabinet:
    return Cabinet(sqlite_factories)


@pytest.fixture
def each_cabinet(factories: Factories) -> Cabinet:
    """The same on both databases."""
    return Cabinet(factories)


def test_a_document_is_read_and_drawn_after_the_answer(each_cabinet: Cabinet) -> None:
    cabinet = each_cabinet
    letter = cabinet.add(word_file("We have decided."), "letter.docx")
    photograph = cabinet.add(picture("JPEG", with_place=True), "wall.jpg")
    assert (cabinet.version(letter).state, cabinet.version(letter).text) == ("waiting", "")

    cabinet.factories.run_jobs()

    read, shot = cabinet.version(letter), cabinet.version(photograph)
    assert (read.state, read.text) == ("ready", "We have decided.")
    assert b"<p>We have decided.</p>" in renditions().path(read.html).read_bytes()
    assert renditions().path(shot.thumbnail).read_bytes()[:2] == b"\xff\xd8"
    assert shot.place_removed and not has_place(store().path(shot.sha256).read_bytes())
    with cabinet.factories.transaction() as session:
        assert session.scalars(select(Job.id).where(Job.kind == preparing.KIND)).all() == []


def test_a_text_with_what_postgresql_cannot_hold_is_read_all_the_same(each_cabinet: Cabinet, monkeypatch: Any) -> None:
    monkeypatch.setattr(preparing.texts, "text_of", lambda content, kind: "wet\0wall")
    document_id = each_cabinet.add()

    each_cabinet.factories.run_jobs()

    assert each_cabinet.version(document_id).text == "wetwall"


def test_what_cannot_be_read_is_a_document_without_words(cabinet: Cabinet) -> None:
    document_id = cabinet.add(b"%PDF-1.4 nothing that anybody could draw %%EOF", "scan.pdf")

    cabinet.factories.run_jobs()

    found = cabinet.version(document_id)
    assert (found.state, found.text, found.thumbnail) == ("ready", "", None)


def test_slow_documents_keep_no_other_job_waiting(cabinet: Cabinet) -> None:
    cabinet.add()

    assert jobs.run_waiting(cabinet.factories.sessions, but=jobs.APART) == 0
    assert jobs.run_waiting(cabinet.factories.sessions, kinds=jobs.APART) == 1


def test_a_new_version_is_shown_and_the_former_one_stays(cabinet: Cabinet) -> None:
    document_id = cabinet.add(b"First.", title="Statement")

    number = cabinet.act(filing.add_version, document_id, filing.receive("b.txt", b"Second."), note="Signed")

    assert number == cabinet.file(document_id).number == 2
    assert cabinet.file(document_id, number=1).file_name == "a.txt"
    with cabinet.factories.transaction() as session:
        assert [one.note for one in case_documents.versions(session, document_id)] == ["Signed", ""]
    assert cabinet.events() == ["document_added", "document_versioned"]
    assert cabinet.documents_then()[0].sha256 == cabinet.file(document_id).sha256


def test_title_kind_and_tags_are_changed_with_before_and_after(cabinet: Cabinet) -> None:
    document_id = cabinet.add(words="damp, Kitchen")

    cabinet.act(filing.change, document_id, title="The wall", kind="evidence", words=["damp", "north  wall"])
    cabinet.act(filing.change, document_id, title="The wall")  # which changes nothing

    assert (cabinet.file(document_id).title, cabinet.file(document_id).kind_name) == ("The wall", "Evidence")
    with cabinet.factories.transaction() as session:
        told = events_of(session, cabinet.case_id)[-1].payload["changes"]
    assert told["tags"] == {"before": ["damp", "kitchen"], "after": ["damp", "north wall"]}
    assert told["title"] == {"before": "a", "after": "The wall"}
    assert cabinet.documents_then()[0].title == "The wall"


def test_who_changes_what_somebody_else_has_changed_is_told(cabinet: Cabinet) -> None:
    document_id = cabinet.add()
    cabinet.act(filing.change, document_id, title="Mine", revision=1)

    with pytest.raises(Conflict, match="Somebody else has changed “Mine”"):
        cabinet.act(filing.change, document_id, title="Yours", revision=1)


def test_a_document_moves_to_another_case_and_both_say_so(each_cabinet: Cabinet) -> None:
    cabinet = each_cabinet
    other = cabinet.factories.complaint(by=cabinet.by, person=cabinet.person)
    document_id = cabinet.add()

    cabinet.act(filing.move, document_id, Place(other.id, (("person", cabinet.person.id),)), reason="Of the other one")

    assert cabinet.file(document_id).reference == other.reference
    assert cabinet.events()[-1] == cabinet.events(other.id)[-1] == "document_moved"
    assert cabinet.documents_then() == []
    with cabinet.factories.transaction() as session:
        assert [one.id for one in replay(events_of(session, other.id)).documents] == [document_id]
    found = cabinet.act(case_documents.documents_of, "person", cabinet.person.id)
    assert [one.id for one in found] == [document_id]


@pytest.mark.parametrize(
    ("place", "reason", "field"),
    [
        (Place(), "x", "to"),
        (Place(links=(("person", 4711),)), "x", "about"),
        (Place(links=(("person", 1),)), " ", "reason"),
        (Place(links=(("person", 1),)), "x" * 501, "reason"),
    ],
)
def test_a_move_without_a_place_or_a_reason_is_refused(cabinet: Cabinet, place: Place, reason: str, field: str) -> None:
    document_id = cabinet.add()

    with pytest.raises(Invalid) as caught:
        cabinet.act(filing.move, document_id, place, reason=reason)

    assert list(caught.value.errors) == [field]


def test_a_document_ends_for_a_reason_and_comes_back(cabinet: Cabinet) -> None:
    document_id, instead = cabinet.add(), cabinet.add(b"Better.", "b.txt")

    cabinet.act(filing.end, document_id, reason="Sent twice", superseded_by=instead)

    assert cabinet.documents_then()[0].has_ended
    with cabinet.factories.transaction() as session:
        assert [one.id for one in case_documents.documents(session, cabinet.case_id)] == [instead]
    with pytest.raises(NotPossible, match="has ended"):
        cabinet.act(filing.add_version, document_id, filing.receive("c.txt", b"x"))
    cabinet.act(filing.reinstate, document_id, reason="It was not")
    assert cabinet.file(document_id).ended_at is None
    assert cabinet.events()[-2:] == ["document_ended", "document_reinstated"]


def test_what_somebody_may_not_see_they_cannot_change(cabinet: Cabinet) -> None:
    document_id = cabinet.add()
    with cabinet.factories.transaction() as session:
        session.execute(update(Case).values(restricted=True))
    stranger = cabinet.factories.officer()

    for operation, given in (
        (filing.change, {"title": "Mine"}),
        (filing.end, {"reason": "x"}),
        (filing.move, {"to": Place(links=(("person", cabinet.person.id),)), "reason": "x"}),
    ):
        with pytest.raises(NotFound):
            cabinet.act(operation, document_id, by=stranger, **given)


def test_a_list_is_narrowed_by_kind_tag_words_and_day(each_cabinet: Cabinet) -> None:
    cabinet = each_cabinet
    damp = cabinet.add(b"Black mould above the window.", "a.txt", title="Report", kind="evidence", words="damp")
    other = cabinet.add(b"Other.", "b.txt", title="Rent 100%_", kind="other")
    cabinet.factories.run_jobs()

    def found(**wanted: Any) -> list[int]:
        return [line.file.id for line in cabinet.act(document_list.find, Wanted(**wanted))[1]]

    here = {"case_id": cabinet.case_id}
    today = cabinet.file(damp).created_at.date()
    assert found() == found(**here) == [other, damp]
    assert found(kind="evidence") == found(tag="Damp") == found(text="repo", **here) == [damp]
    assert found(text="mould window", **here) == [damp]
    assert found(text="100%_") == [other]
    assert found(text="mould") == []  # the words of all documents are for the search
    assert found(since=today.replace(year=2999)) == found(until=today.replace(year=1999)) == []
    assert found(until=today.replace(year=9999)) == [other, damp]


def test_a_refused_file_is_kept_apart_until_somebody_decides(each_cabinet: Cabinet) -> None:
    cabinet, factories = each_cabinet, each_cabinet.factories
    administrator = factories.actor(factories.user("administrator"))
    numbers = [_refused(cabinet), _refused(cabinet)]
    sha256 = cabinet.act(quarantine.one, numbers[0], by=administrator).sha256
    assert not store().root.joinpath(sha256[:2]).exists() and held_apart().path(sha256).read_bytes() == MACROS

    document_id = cabinet.act(quarantine.release, numbers[0], reason="Her own file", by=administrator)
    cabinet.act(quarantine.destroy, numbers[1], reason="Nobody needs it", by=administrator)
    with factories.transaction() as session:
        quarantine.forget_bytes(session, [sha256])

    released = cabinet.file(document_id)
    assert (released.content_type, released.file_name) == (quarantine.UNKNOWN, "report.docx")
    assert released.case_id == cabinet.case_id
    with pytest.raises(NotFound):
        held_apart().path(sha256)
    with factories.transaction() as session:
        states = session.scalars(select(QuarantinedFile.state).order_by(QuarantinedFile.id)).all()
    assert states == ["released", "destroyed"]
    with pytest.raises(NotFound):
        cabinet.act(quarantine.destroy, numbers[0], reason="x", by=administrator)


def test_only_an_administrator_decides_on_a_refused_file_and_only_for_a_reason(cabinet: Cabinet) -> None:
    number = _refused(cabinet)
    administrator = cabinet.factories.actor(cabinet.factories.user("administrator"))

    with pytest.raises(NotAllowed):
        cabinet.act(quarantine.release, number, reason="x")
    with pytest.raises(Invalid, match="only for a reason"):
        cabinet.act(quarantine.destroy, number, reason=" ", by=administrator)


def test_kinds_are_a_list_that_administrators_keep(cabinet: Cabinet) -> None:
    by = cabinet.factories.actor(cabinet.factories.user("administrator"))

    key = cabinet.act(kinds.add, "Gas  safety record", by=by)
    with pytest.raises(Invalid):
        cabinet.act(kinds.add, "gas safety RECORD", by=by)
    document_id = cabinet.add(kind=key)
    with cabinet.factories.transaction() as session:
        kind = session.scalars(select(DocumentKind).where(DocumentKind.key == key)).one()
    cabinet.act(kinds.rename, kind.id, "Gas safety", revision=1, by=by)
    with pytest.raises(Conflict):
        cabinet.act(kinds.end, kind.id, revision=1, by=by)
    cabinet.act(kinds.end, kind.id, revision=2, by=by)

    assert cabinet.file(document_id).kind_name == "Gas safety"
    with pytest.raises(Invalid):
        cabinet.add(kind=key)


def _refused(cabinet: Cabinet, by: Actor | None = None) -> int:
    with pytest.raises(UploadRefused) as caught:
        filing.receive("report.docx", MACROS)
    number = cabinet.act(quarantine.set_apart, caught.value, Place(cabinet.case_id), by=by or cabinet.by)
    assert isinstance(number, int)
    return number


def test_what_happens_to_a_document_stands_in_the_history_of_what_it_is_filed_under(cabinet: Cabinet) -> None:
    person = ("person", cabinet.person.id)
    document_id = cabinet.act(filing.file, filing.receive("a.txt", b"Her passport."), Place(links=(person,)))
    cabinet.act(filing.change, document_id, title="Passport")
    cabinet.act(filing.move, document_id, Place(links=(person, ("home", cabinet.home.id))), reason="Of the home too")
    cabinet.act(filing.move, document_id, Place(links=(("home", cabinet.home.id),)), reason="Not hers")
    cabinet.act(filing.end, document_id, reason="Too old")

    with cabinet.factories.transaction() as session:
        of_person, of_home = (
            [(row.action, row.reason) for row in reversed(changes_of(session, *link)) if row.part == "document"]
            for link in (person, ("home", cabinet.home.id))
        )
        revision = session.get(Person, cabinet.person.id).revision
    moved = ("filed elsewhere", "Of the home too"), ("filed elsewhere", "Not hers")
    assert of_person == [("created", ""), ("changed", ""), *moved]
    assert of_home == [*moved, ("ended", "Too old")]
    assert revision == cabinet.person.revision  # nobody who changes her record just now is kept from it
