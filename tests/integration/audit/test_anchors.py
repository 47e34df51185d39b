"""Anchors: what they miss is missed, and what is done to them is named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from engine.instants import frozen_at
from tests.integration.audit.conftest import Histories, Intruder, anchor_now

LetIn = Callable[[], Intruder]
AT = datetime(2026, 12, 3, 10, 14, tzinfo=UTC)


def test_an_anchor_that_was_changed_is_named(histories: Histories, intruder: LetIn) -> None:
    with frozen_at(AT):
        histories.case()
        path = anchor_now(histories)

    path.write_text(path.read_text().replace('"SAMPLE-000001",10', '"SAMPLE-000001",7'))

    [finding] = histories.verify().findings
    assert finding.sentence == (
        "The anchor of 3 December 2026 (2026-12-03.json) was altered: its seal does not fit what it holds."
    )


def test_an_anchor_that_was_taken_away_is_missed_by_the_next(histories: Histories) -> None:
    histories.case()
    paths = []
    for day in range(3):
        with frozen_at(AT + timedelta(days=day)):
            paths.append(anchor_now(histories))

    paths[1].unlink()

    [finding] = histories.verify().findings
    assert finding.sentence == "The anchor of 4 December 2026 (2026-12-04.json) is missing: the one after it names it."


def test_the_first_anchor_of_a_day_stays(histories: Histories) -> None:
    with frozen_at(AT):
        histories.case()
        before = anchor_now(histories).read_bytes()
        histories.case()
        after = anchor_now(histories).read_bytes()

    assert before == after
    assert histories.verify().is_whole


def test_cases_that_go_on_after_an_anchor_are_whole(histories: Histories) -> None:
    case_id = histories.case()
    anchor_now(histories)

    with histories.factories.transaction() as session:
        from engine import cases

        cases.add_note(session, case_id, "One more", by=histories.by)

    assert histories.verify().is_whole
