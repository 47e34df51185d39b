"""Drafts in the studio: complete, shared, never overwritten unseen, deployed as a new version."""

import pytest
from sqlalchemy import func, select

from engine import cases
from engine.definitions import deploying, drafting
from engine.definitions.sketching import Sketch, draw
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.permissions import PLATFORM, Actor
from models.case import Case
from models.category import CategoryVersion, Draft, DraftFile
from tests.environment.databases import on_sqlite_alone
from tests.factories import Factories
from tests.unit.definitions.files import category, sound

CHANGED = sound().replace(b'name="Ask"', b'name="Ask again"')


@pytest.fixture
def ann(factories: Factories) -> Actor:
    """An analyst; the category “sample” is deployed."""
    factories.deploy(category())
    return factories.actor(factories.user("analyst", name="Ann Analyst"))


def test_a_draft_begins_with_the_deployed_files_and_changes_none_of_them(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        revision = drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann)

    with factories.transaction() as session:
        assert revision == 2
        assert drafting.files(session, "sample") == {**category(), "sample.bpmn": CHANGED}
        assert drafting.deployed_files(session, "sample") == category()
        opened = drafting.open_file(session, "sample", "sample.bpmn")
        assert (opened.revision, opened.changed_by, opened.content) == (2, "Ann Analyst", CHANGED)


def test_without_a_draft_the_deployed_file_is_opened(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        assert drafting.open_file(session, "sample", "ask.form").revision == 0
        with pytest.raises(NotFound):
            drafting.open_file(session, "sample", "other.form")


def test_what_somebody_else_saved_is_not_overwritten(factories: Factories, ann: Actor) -> None:
    bob = factories.actor(factories.user("analyst", name="Bob Builder"))
    with factories.transaction() as session:
        drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann)

    for revision in (0, 1):
        with pytest.raises(Conflict, match="Ann Analyst saved sample"), factories.transaction() as session:
            drafting.save(session, "sample", "sample.bpmn", sound(), revision=revision, by=bob)

    with factories.transaction() as session:
        assert drafting.files(session, "sample")["sample.bpmn"] == CHANGED


def test_the_same_content_again_is_the_same_revision(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        first = drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann)
        assert drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann) == first


@on_sqlite_alone
@pytest.mark.parametrize("path", ["../evil.bpmn", "letters/../../x.docx", "a.exe", "a/b.bpmn", ".bpmn", "a.bpmn\n"])
def test_files_have_names_of_files_of_a_category(factories: Factories, ann: Actor, path: str) -> None:
    with pytest.raises(Invalid, match="cannot be the name"), factories.transaction() as session:
        drafting.put(session, "sample", {path: b"x"}, by=ann)


def test_a_file_that_is_too_large_is_refused(factories: Factories, ann: Actor) -> None:
    with pytest.raises(Invalid, match="at most 10 MB"), factories.transaction() as session:
        drafting.put(session, "sample", {"a.form": bytes(10 * 1024 * 1024 + 1)}, by=ann)


def test_files_are_added_exchanged_and_taken_out(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        changed = drafting.put(session, "sample", {"more.form": b"{}", "ask.form": category()["ask.form"]}, by=ann)
        drafting.remove(session, "sample", "rules.toml", by=ann)

        assert changed == ["more.form"]
        assert set(drafting.files(session, "sample")) == {"category.toml", "sample.bpmn", "ask.form", "more.form"}
        with pytest.raises(Invalid, match="cannot be deleted"):
            drafting.remove(session, "sample", "category.toml", by=ann)


def test_a_draft_is_thrown_away(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann)
        drafting.discard(session, "sample", by=ann)

    with factories.transaction() as session:
        assert drafting.files(session, "sample") == category()
        assert session.scalar(select(func.count(Draft.id))) == session.scalar(select(func.count(DraftFile.id))) == 0


def test_a_deployed_draft_is_a_version_of_its_own_and_running_cases_stay_on_theirs(
    factories: Factories, ann: Actor
) -> None:
    officer = factories.officer()
    with factories.transaction() as session:
        old = cases.start(session, "sample", fields={}, by=officer)
        drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann)

    with factories.transaction() as session:
        version = drafting.deploy(session, "sample", note="Ask again", by=ann)
    with factories.transaction() as session:
        new = cases.start(session, "sample", fields={}, by=officer)

    with factories.transaction() as session:
        numbers = {
            case.id: session.get_one(CategoryVersion, case.version_id).number for case in session.scalars(select(Case))
        }
        assert numbers == {old.id: 1, new.id: 2}
        assert (version.note, version.deployed_by_id) == ("Ask again", ann.user_id)
        assert drafting.find(session, "sample") is None


def test_a_draft_with_errors_stays_a_draft(factories: Factories, ann: Actor) -> None:
    broken = sound().replace(b'targetRef="end"', b'targetRef="nowhere"')
    with factories.transaction() as session:
        drafting.save(session, "sample", "sample.bpmn", broken, revision=0, by=ann)

    with pytest.raises(Invalid), factories.transaction() as session:
        drafting.deploy(session, "sample", note="", by=ann)

    with factories.transaction() as session:
        assert drafting.files(session, "sample")["sample.bpmn"] == broken


def test_a_version_that_was_deployed_meanwhile_is_not_undone_unseen(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        drafting.save(session, "sample", "sample.bpmn", CHANGED, revision=0, by=ann)
    factories.deploy({**category(), "sample.bpmn": sound().replace(b"Ask", b"Enquire")})

    with pytest.raises(Conflict, match="Another version"), factories.transaction() as session:
        drafting.deploy(session, "sample", note="", by=ann)

    with factories.transaction() as session:
        assert drafting.deploy(session, "sample", note="", by=ann, over_newer=True).number == 3


def test_a_new_category_begins_as_a_draft_and_becomes_one_by_deploying(factories: Factories, ann: Actor) -> None:
    files = draw(Sketch("Garden repair", "garden_repair", "GAR", teams=["Repairs"]))
    with factories.transaction() as session:
        drafting.create(session, files, by=ann)
        with pytest.raises(NotFound):
            drafting.deployed_files(session, "garden_repair")

    with factories.transaction() as session:
        assert drafting.deploy(session, "garden_repair", note="", by=ann).number == 1


def test_a_key_is_used_once(factories: Factories, ann: Actor) -> None:
    files = draw(Sketch("Sample", "sample", "SAM"))

    with pytest.raises(Conflict, match="already"), factories.transaction() as session:
        drafting.create(session, files, by=ann)


def test_the_key_of_a_category_cannot_be_changed_by_its_draft(factories: Factories, ann: Actor) -> None:
    with factories.transaction() as session:
        settings = category()["category.toml"].replace(b'key = "sample"', b'key = "other"\nprocess = "sample"')
        drafting.save(session, "sample", "category.toml", settings, revision=0, by=ann)

    with pytest.raises(Invalid, match="name the category “other”"), factories.transaction() as session:
        drafting.deploy(session, "sample", note="", by=ann)


def test_an_officer_changes_nothing(factories: Factories, ann: Actor) -> None:
    officer = factories.officer()
    attempts = (
        lambda session: drafting.begin(session, "sample", by=officer),
        lambda session: drafting.save(session, "sample", "ask.form", b"{}", revision=0, by=officer),
        lambda session: drafting.put(session, "sample", {"a.form": b"{}"}, by=officer),
        lambda session: drafting.remove(session, "sample", "ask.form", by=officer),
        lambda session: drafting.discard(session, "sample", by=officer),
        lambda session: drafting.create(session, draw(Sketch("A", "a", "A")), by=officer),
        lambda session: drafting.deploy(session, "sample", note="", by=officer),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed), factories.transaction() as session:
            attempt(session)


def test_the_files_of_an_old_version_can_still_be_read(factories: Factories, ann: Actor) -> None:
    factories.deploy({**category(), "sample.bpmn": CHANGED})

    with factories.transaction() as session:
        first = session.scalars(select(CategoryVersion.id).order_by(CategoryVersion.id)).first()
        assert drafting.files_of_version(session, first) == category()
        with pytest.raises(Invalid):
            deploying.deploy(session, {}, by=PLATFORM)
