"""Two records of one person made one, and taken apart again: nothing is lost, doubled or left pointing nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import Invalid, NotAllowed, NotPossible
from engine.instants import frozen_at, now
from engine.permissions import PLATFORM
from engine.record import changing, history, merging
from engine.record.changing import Why
from models.base import Base
from models.case import CaseLink
from models.communication import Communication
from models.document import Document, DocumentLink
from models.people import Person
from models.record import RecordFields, RecordNote
from models.tenancies import TenureMember
from tests.factories import Factories

WHY = Why(PLATFORM, "The same National Insurance number")


@pytest.fixture
def two(factories: Factories) -> tuple[int, int]:
    """The number of a person who is kept, and of one about whom something is known in every way."""
    kept = factories.person("Ada", "Okafor")
    gone = factories.person("Ada", "Okafur", title="Ms")
    child = factories.person("Ben").id
    factories.tenancy(gone)
    case = factories.complaint(by=factories.officer(), person=gone)
    owner = ("person", gone.id)
    with factories.transaction() as session:
        changing.change(session, *owner, {"language": "Welsh", "gender": "female"}, why=WHY)
        for kind, values in (
            ("alert", {"code": "10", "text": "Two at a visit"}),
            ("relation", {"other_id": child, "role": "child"}),
            ("note", {"text": "Rang"}),
            ("reference", {"allocated_by": "Universal Credit", "value": "UC-1"}),
        ):
            changing.create(session, kind, values, owner=owner, why=WHY)
        changing.create(session, "relation", {"other_id": gone.id, "role": "carer"}, owner=("person", child), why=WHY)
        document = Document(title="Proof", kind="other", source="uploaded", version=1, created_at=now())
        session.add(document)
        session.flush()
        session.add(DocumentLink(document_id=document.id, entity_type="person", entity_id=gone.id))
        letter = {"key": "1", "channel": "letter", "address": "1 A", "status": "sent", "created_at": now()}
        session.add(Communication(person_id=gone.id, **letter))
        session.add(RecordFields(entity_type="person", entity_id=gone.id, key="a", fields={"x": "1", "y": "2"}))
        session.add(RecordFields(entity_type="person", entity_id=gone.id, key="b", fields={"z": "3"}))
        session.add(RecordFields(entity_type="person", entity_id=kept.id, key="a", fields={"y": "9"}))
        session.add(CaseLink(case_id=case.id, entity_type="person", entity_id=kept.id, role="complainant"))
    return kept.id, gone.id


def everything(factories: Factories) -> dict[str, list[Any]]:
    """Return every row of the record but for histories and revisions."""
    skipped = {"record_change", "outbox", "job", "read_log", "session", "search_entry"}
    with factories.transaction() as session:
        return {
            one.name: sorted(
                repr({key: value for key, value in row.items() if key != "revision"})
                for row in session.execute(select(one)).mappings()
            )
            for one in Base.metadata.sorted_tables
            if one.name not in skipped and not one.name.startswith("search")
        }


def test_everything_that_points_at_the_one_moves_to_the_other(factories: Factories, two: tuple[int, int]) -> None:
    kept_id, gone_id = two

    with factories.transaction() as session:
        told = merging.preview(session, kept_id, gone_id, by=PLATFORM)
        merging.merge(session, kept_id, gone_id, take=["surname", "language"], why=WHY)

    with factories.transaction() as session:
        kept, gone = session.get_one(Person, kept_id), session.get_one(Person, gone_id)
        assert (kept.surname, kept.language, kept.title, gone.merged_into_id) == ("Okafur", "Welsh", "Mrs", kept_id)
        left, _ = merging._pointing(session, gone_id + 100, gone_id)
        assert left == {}
        assert session.scalars(select(TenureMember.person_id)).all() == [kept_id]
        fields = {row.key: row.fields for row in session.scalars(merging._sections(kept_id))}
        assert fields["a"] == {"x": "1", "y": "9"} and fields["b"] == {"z": "3"}
        for person_id in two:
            latest = history.changes_of(session, "person", person_id)[0]
            assert (latest.action, latest.reason) == ("merged", WHY.reason)
    assert told.moves["case_link"] == told.moves["external_reference"] == told.moves["communication"] == 1
    assert told.moves["person_relation"] == 2


def test_an_undone_merge_leaves_every_row_as_it_was(factories: Factories, two: tuple[int, int]) -> None:
    kept_id, gone_id = two
    before = everything(factories)

    with factories.transaction() as session:
        merging.merge(session, kept_id, gone_id, take=["surname", "language", "title"], why=WHY)
    assert everything(factories) != before
    with factories.transaction() as session:
        merging.undo(session, gone_id, why=WHY)

    assert everything(factories) == before


def test_what_changed_since_is_named_and_nothing_is_undone(factories: Factories, two: tuple[int, int]) -> None:
    kept_id, gone_id = two
    with factories.transaction() as session:
        merging.merge(session, kept_id, gone_id, take=["surname"], why=WHY)
        note = session.scalars(select(RecordNote.id)).one()
        changing.change(session, "note", note, {"text": "Rang twice"}, owner=("person", kept_id), why=WHY)
        changing.change(session, "person", kept_id, {"surname": "Bell"}, why=WHY)

    with factories.transaction() as session, pytest.raises(NotPossible, match="has changed: surname, a note"):
        merging.undo(session, gone_id, why=WHY)


def test_a_merge_is_undone_for_thirty_days(factories: Factories, two: tuple[int, int]) -> None:
    with factories.transaction() as session:
        merging.merge(session, *two, why=WHY)

    with (
        frozen_at(now() + timedelta(days=31)),
        factories.transaction() as session,
        pytest.raises(NotPossible, match="for 30 days"),
    ):
        merging.undo(session, two[1], why=WHY)


def test_what_both_are_linked_to_is_not_doubled(factories: Factories, two: tuple[int, int]) -> None:
    kept_id, gone_id = two
    with factories.transaction() as session:
        link = session.scalars(select(CaseLink).where(CaseLink.entity_id == gone_id)).one()
        session.add(CaseLink(case_id=link.case_id, entity_type="person", entity_id=kept_id, role=link.role))

    with factories.transaction() as session:
        assert merging.preview(session, kept_id, gone_id, by=PLATFORM).stays == 1
        merging.merge(session, kept_id, gone_id, why=WHY)


def test_a_merge_asks_for_its_verb_a_reason_and_two_records(factories: Factories, two: tuple[int, int]) -> None:
    kept_id, gone_id = two
    officer = factories.actor(factories.user("officer"))

    with factories.transaction() as session:
        with pytest.raises(NotAllowed):
            merging.merge(session, kept_id, gone_id, why=Why(officer, "Same"))
        with pytest.raises(Invalid):
            merging.merge(session, kept_id, gone_id, why=Why(PLATFORM))
        with pytest.raises(Invalid):
            merging.merge(session, kept_id, gone_id, take=["reference"], why=WHY)
        with pytest.raises(NotPossible, match="one record already"):
            merging.merge(session, kept_id, kept_id, why=WHY)
        merging.merge(session, kept_id, gone_id, why=WHY)
        with pytest.raises(NotPossible, match="merged into another record already"):
            merging.merge(session, kept_id, gone_id, why=WHY)
        with pytest.raises(NotPossible, match="merged into another"):
            changing.change(session, "person", gone_id, {"surname": "X"}, why=WHY)


def test_a_person_is_merged_by_the_page_which_then_leads_to_the_record_that_goes_on(
    factories: Factories, two: tuple[int, int]
) -> None:
    kept_id, gone_id = two
    manager = factories.client("team_manager")
    with factories.transaction() as session:
        reference = session.get_one(Person, gone_id).reference

    page = manager.page(f"/people/{kept_id}/merger?other={reference}")
    assert "Okafur (from the record that goes)" in page.main and "link to a case" in page.main
    sent = {**page.form("merger"), "take_surname": "1", "reason": "Same number"}
    assert "Mrs Ada Okafur" in manager.follow(manager.submit(f"/people/{kept_id}/merger", sent)).h1

    gone = manager.get(f"/people/{gone_id}")
    assert gone.headers["Location"].endswith(f"/people/{kept_id}")
    manager.submit(f"/people/{gone_id}/merger/undoing", {"reason": "Two after all"})
    assert "Ms Ada Okafur" in manager.page(f"/people/{gone_id}").h1
    officer = factories.client("officer")
    officer.submit(f"/people/{kept_id}/merger", sent, status=403)
