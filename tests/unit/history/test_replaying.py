"""The replay as a pure function over events."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.history.events import TYPES
from engine.history.replaying import HANDLERS, replay, replay_all
from engine.history.state import HistoryEvent

AT = datetime(2026, 12, 3, 10, 14, tzinfo=UTC)


def event(sequence: int, type_: str, payload: Any, *, is_readable: bool = True) -> HistoryEvent:
    at = AT + timedelta(hours=sequence)
    return HistoryEvent(sequence, at, type_, 7, "Priya Shah", payload, is_readable=is_readable)


def started(**payload: Any) -> HistoryEvent:
    return event(1, "case_started", {"reference": "CMP-000001", "version_id": 4, "version": 2, **payload})


def test_every_type_of_event_is_replayed() -> None:
    assert set(HANDLERS) == set(TYPES)


@pytest.mark.parametrize("type_", TYPES)
def test_an_event_without_its_content_stops_no_replay(type_: str) -> None:
    state = replay([started(), event(2, type_, None)])

    assert state.sequence == 2
    assert state.erased == [2]
    assert state.unreadable == []


@pytest.mark.parametrize("payload", [{"moves": 3}, {"changes": {"a": 1}}, {"opened": [{}]}, {"moves": [["entered"]]}])
def test_an_event_that_somebody_put_out_of_shape_is_named_and_stops_no_replay(payload: Any) -> None:
    state = replay([started(), event(2, "case_advanced", payload), event(3, "note_added", {"text": "Later"})])

    assert state.unreadable == [2]
    assert [note.text for note in state.notes] == ["Later"]


def test_a_type_that_does_not_exist_is_named() -> None:
    assert replay([started(), event(2, "case_burnt", {})]).unreadable == [2]


def test_what_could_not_be_read_is_named() -> None:
    assert replay([started(), event(2, "note_added", {}, is_readable=False)]).unreadable == [2]


def test_the_version_is_the_one_that_the_case_was_started_on() -> None:
    state = replay([started(content_hash="abc")])

    assert (state.version_id, state.version_number, state.content_hash) == (4, 2, "abc")


def test_tokens_move_and_the_path_keeps_their_order() -> None:
    moves = [["entered", "ask", "t1", "start"], ["left", "ask", "t1", ""], ["entered", "remind", "t2", "ask"]]
    told = [started(), event(2, "case_advanced", {"moves": moves})]

    state = replay([*told, event(3, "case_advanced", {"moves": [["withdrawn", "remind", "t2", ""]]})])

    assert state.active == []
    assert (state.finished, state.withdrawn) == (["ask"], ["remind"])
    assert state.flows == [("start", "ask"), ("ask", "remind")]
    assert replay(told).active == ["remind"]


def test_a_replay_at_a_sequence_or_an_instant_stops_there() -> None:
    told = [started(), event(2, "note_added", {"text": "One"}), event(3, "note_added", {"text": "Two"})]

    assert len(replay(told, sequence=2).notes) == 1
    assert len(replay(told, at=AT + timedelta(hours=2)).notes) == 1
    assert len(replay(told, sequence=99).notes) == 2
    assert replay(told, sequence=0).status == ""


def test_a_replay_changes_none_of_the_events_it_is_given() -> None:
    changes = {"surname": ["Okafor", "Okafor-Hall"]}
    told = [started(), event(2, "case_changed", {"changes": changes})]

    first, again = replay(told), replay(told)

    assert first.to_json() == again.to_json()
    assert changes == {"surname": ["Okafor", "Okafor-Hall"]}


def test_every_event_in_turn_says_what_it_did() -> None:
    told = [started(), event(2, "case_changed", {"changes": {"surname": [None, "Okafor"]}})]

    steps = replay_all(told)

    assert [step.changes for step in steps] == [{}, {"surname": [None, "Okafor"]}]


def test_what_an_erasure_kept_is_used_and_the_rest_is_gone_at_every_moment() -> None:
    kept = {"id": 3, "fields": ["surname"]}
    told = [
        started(),
        event(2, "case_advanced", {"opened": [{"id": 3, "name": "Ask", "element_id": "ask"}]}),
        event(3, "task_completed", None),
        event(4, "payload_erased", {"sequences": [3], "reason": "Article 17", "kept": {"3": kept}}),
    ]

    state = replay(told, sequence=3)

    assert state.open_tasks == []
    assert state.fields["surname"].is_erased
    assert state.values == {}
