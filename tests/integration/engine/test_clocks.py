"""The clocks of a case: worked out again when what they count from, a rule or the calendar changes."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine import cases, law
from engine.calendars import Closure, calendar
from engine.instants import frozen_at, now
from engine.permissions import PLATFORM
from engine.runtime import deadlines
from engine.runtime.locking import lock_case
from engine.runtime.recounting import recount_clocks
from engine.runtime.saving import save
from engine.runtime.step import open_step
from models.case import CaseEvent
from models.database import from_json
from models.work import Clock
from tests.diagrams import category, due, timer
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_waiting import RULES

COUNTING_CLOSURES = RULES.replace(b"[rule.citation]", b"closures_count = true\n[rule.citation]")
FORM = json.dumps(
    {
        "type": "default",
        "id": "dates",
        "components": [
            {"type": "datetime", "subtype": "date", "key": "received_on", "dateLabel": "Received on", "id": "c1"}
        ],
    }
).encode()
ANSWER_BY = '=due("sample.answer", date(received_on))'


@pytest.fixture
def answering(drive: Drive) -> Iterator[Driver]:
    """A case received on Monday 2 November 2026, to be answered in 5 working days, seen on Tuesday."""
    files = category(
        "start > ask > end ; chase > end_chased",
        inside={"ask": due(ANSWER_BY)},
        boundary=timer("late", on="ask", to="chase", date=ANSWER_BY),
        files={"rules.toml": COUNTING_CLOSURES, "dates.form": FORM},
    )
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        yield drive(files, received_on="2026-11-02")


def test_a_closure_moves_the_clock_its_task_and_its_timer_and_the_event_tells_old_new_and_why(
    answering: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    [before] = answering.rows(Clock)
    closed = calendar("England and Wales", [Closure("Office move", date(2026, 11, 5), date(2026, 11, 6))])
    monkeypatch.setattr(law.CaseRules, "calendar", closed)

    moved = _recount(answering, why="The closure “Office move” was added")

    assert moved == [before.id]
    [after] = answering.rows(Clock)
    assert (after.id, before.due_at.day, after.due_at.day) == (before.id, 9, 11)
    assert answering.task("ask").due_at == answering.timers()["late"] == after.due_at
    event = told(answering, "clock_recounted")
    assert event["clock"] == before.id
    assert event["before"]["due_at"] == before.due_at.isoformat()
    assert event["due_at"] == after.due_at.isoformat()
    assert event["why"] == "The closure “Office move” was added"
    assert "Office move" in str(event["explanation"])


def test_nothing_is_told_when_nothing_has_moved(answering: Driver) -> None:
    assert _recount(answering, why="Nothing") == []
    assert "clock_recounted" not in answering.events()


def test_a_clock_that_cannot_be_worked_out_any_more_keeps_its_date_and_its_event_says_why(
    answering: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    [before] = answering.rows(Clock)
    monkeypatch.setattr(deadlines, "moment", lambda text: date(1970, 1, 1))  # before there are bank holidays

    assert _recount(answering, why="The rule was changed") == []

    assert answering.rows(Clock)[0].due_at == before.due_at
    assert "1970" in told(answering, "clock_recounted")["problem"]


def test_a_corrected_date_moves_the_clock_that_counts_from_it_and_it_stays_the_same_clock(answering: Driver) -> None:
    [before] = answering.rows(Clock)

    correct(answering, received_on="2026-11-04")

    [after] = answering.rows(Clock)
    assert (after.id, after.counted_from, after.due_at.day) == (before.id, "2026-11-04", 11)
    assert answering.task("ask").due_at == answering.timers()["late"] == after.due_at
    event = told(answering, "clock_recounted")
    assert event["before"]["counted_from"] == "2026-11-02"
    assert event["why"] == "“Received on” was corrected"
    answering.do("ask")
    assert answering.clocks() == {"sample.answer": "met"}


def test_what_is_overdue_by_the_corrected_date_goes_its_way_in_the_same_step(answering: Driver) -> None:
    correct(answering, received_on="2026-10-01")

    assert answering.open() == ["chase"]
    assert answering.clocks() == {"sample.answer": "breached"}
    assert answering.events().index("clock_recounted") < answering.events().index("timer_fired")


def test_a_corrected_date_that_the_rule_cannot_count_from_leaves_the_clock_as_it_was(answering: Driver) -> None:
    [before] = answering.rows(Clock)

    correct(answering, received_on="1970-01-05")

    [after] = answering.rows(Clock)
    assert (after.counted_from, after.due_at) == (before.counted_from, before.due_at)
    assert "1975" in told(answering, "clock_recounted")["problem"]


def _recount(driver: Driver, *, why: str) -> list[int | None]:
    """Do what the job does that follows a change of rules or calendar."""
    with driver.factories.transaction() as session:
        step = open_step(session, lock_case(session, driver.started.id, by=PLATFORM), actor=PLATFORM, at=now())
        step.fire_due_timers()
        moved = recount_clocks(step, why=why)
        step.run()
        save(step)
        return [row.id for row in moved]


def correct(driver: Driver, **fields: Any) -> None:
    with driver.factories.transaction() as session:
        cases.change_fields(session, driver.started.id, fields, by=driver.by)


def told(driver: Driver, type_: str) -> dict[str, Any]:
    """Return what the last event of a type tells."""
    found = [event for event in driver.rows(CaseEvent) if event.type == type_]
    return from_json(max(found, key=lambda event: event.sequence).payload)
