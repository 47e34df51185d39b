"""Erasing the content of events where the law asks for it: the chain stays whole, and only what was approved may go."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import cases
from engine.errors import Invalid, NotAllowed, NotFound, NotPossible
from engine.history.erasing import erase_payload
from models.database import from_json
from tests.integration.audit.conftest import Histories, Intruder


def erase(
    histories: Histories, case_id: int, *sequences: int, reason: str = "Article 17 request of 2 December"
) -> None:
    with histories.factories.transaction() as session:
        erase_payload(session, case_id, sequences, by=histories.by, reason=reason)


def test_an_approved_erasure_takes_the_words_and_keeps_the_chain_whole(histories: Histories) -> None:
    case_id = histories.case()

    erase(histories, case_id, 5, 7)

    events = histories.events(case_id)
    assert [(event.payload, event.salt) for event in (events[4], events[6])] == [(None, None), (None, None)]
    report = histories.verify()
    assert report.is_whole
    assert report.erased == 2


def test_the_erasure_is_an_event_that_says_what_who_and_why_and_no_word_of_what_is_gone(histories: Histories) -> None:
    case_id = histories.case()

    erase(histories, case_id, 5)

    event = histories.events(case_id)[-1]
    assert (event.type, event.actor_name) == ("payload_erased", histories.by.name)
    payload = from_json(event.payload or "")
    assert (payload["sequences"], payload["reason"]) == ([5], "Article 17 request of 2 December")
    assert "everybody" not in (event.payload or "")


def test_the_names_of_the_fields_stay_and_their_values_go(histories: Histories) -> None:
    with histories.factories.transaction() as session:
        case_id = cases.start(session, "sample", fields={"surname": "Okafor"}, by=histories.by).id

    erase(histories, case_id, 2)

    last = histories.events(case_id)[-1]
    assert from_json(last.payload or "")["kept"]["2"] == {"fields": ["surname"]}
    assert "Okafor" not in (last.payload or "")


def test_the_case_goes_on_after_an_erasure(histories: Histories) -> None:
    case_id = histories.case()
    erase(histories, case_id, 5)

    with histories.factories.transaction() as session:
        cases.add_note(session, case_id, "One more", by=histories.by)

    assert histories.verify().is_whole


def test_content_removed_past_the_approval_is_found(histories: Histories, intruder: Callable[[], Intruder]) -> None:
    case_id = histories.case()
    erase(histories, case_id, 5)

    intruder().change(histories.events(case_id)[6], payload=None, salt=None)

    [finding] = histories.verify().findings
    assert (finding.kind, finding.sequence) == ("erased", 7)
    assert finding.sentence.endswith("has lost its content without an approved erasure.")


def test_an_approval_that_was_added_afterwards_counts_for_nothing(
    histories: Histories, intruder: Callable[[], Intruder]
) -> None:
    case_id = histories.case()
    erase(histories, case_id, 5)
    attacker, approval = intruder(), histories.events(case_id)[-1]

    attacker.change(histories.events(case_id)[6], payload=None, salt=None)
    attacker.change(approval, payload=(approval.payload or "").replace('"sequences":[5]', '"sequences":[5,7]'))

    assert {(finding.kind, finding.sequence) for finding in histories.verify().findings} == {
        ("altered", 11),
        ("erased", 5),
        ("erased", 7),
    }


def test_some_events_must_stay_and_some_are_gone_already(histories: Histories) -> None:
    case_id = histories.case()
    erase(histories, case_id, 5)

    for sequence, error in ((1, NotPossible), (11, NotPossible), (5, NotPossible), (99, NotFound)):
        with pytest.raises(error):
            erase(histories, case_id, sequence)
    with pytest.raises(NotFound):
        erase(histories, 4711, 1)


def test_an_erasure_needs_a_reason_and_an_administrator(histories: Histories) -> None:
    case_id = histories.case()
    officer = histories.factories.officer()

    with pytest.raises(Invalid):
        erase(histories, case_id, 5, reason=" ")
    with pytest.raises(NotAllowed), histories.factories.transaction() as session:
        erase_payload(session, case_id, [5], by=officer, reason="Because")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM case_event",
        "UPDATE case_event SET actor_name = 'Somebody Else'",
        "UPDATE case_event SET payload = '{}'",
        "UPDATE case_event SET salt = '0'",
    ],
)
def test_the_database_itself_refuses_every_other_change(statement: str, histories: Histories) -> None:
    histories.case()

    with pytest.raises(DBAPIError, match="append-only"), histories.factories.engine.begin() as connection:
        connection.execute(text(statement))
