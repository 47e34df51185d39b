"""Timers: what is due fires first, what was missed is caught up, and no zone or clock of a machine changes when."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import cases, messages, signals, timers
from engine.instants import frozen_at, now
from models.case import CaseEvent
from tests.diagrams import category, due, service, timer
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_clocks import FORM
from tests.integration.engine.test_waiting import RULES

TEN_DAYS = timedelta(days=10, hours=1)


def noting(catch_up: str, cycle: str = "R/P1D") -> dict[str, bytes]:
    """Return a category with a repetition that writes a note each time."""
    repeat = timer("daily", on="ask", to="note", cycle=cycle, interrupts=False, catch_up=catch_up)
    note = service("record_note", text="A day has gone by")
    return category("start > ask > end ; note:service > end_noted", boundary=repeat, inside={"note": note})


@pytest.mark.parametrize(
    ("catch_up", "cycle", "rounds"),
    [("", "R/P1D", 1), ("skip", "R/P1D", 1), ("each", "R/P1D", 10), ("each", "R4/P1D", 4), ("skip", "R4/P1D", 1)],
)
def test_a_repetition_missed_for_ten_days_catches_up_as_it_says(
    drive: Drive, catch_up: str, cycle: str, rounds: int
) -> None:
    driver = drive(noting(catch_up, cycle))

    with frozen_at(now() + TEN_DAYS):
        driver.restart()
        driver.sweep()
        driver.sweep()

    assert driver.events().count("note_added") == rounds
    fired = [event for event in driver.rows(CaseEvent) if event.type == "timer_fired"]
    assert len({event.payload for event in fired}) == rounds  # each round once, under the time when it was due


def test_more_missed_rounds_than_a_step_fires_go_on_with_the_next_sweep(drive: Drive) -> None:
    driver = drive(noting("each", "R/PT1H"))

    with frozen_at(now() + timedelta(hours=250, minutes=1)):
        while driver.sweep():
            pass

    assert driver.events().count("note_added") == 250


def _correct(driver: Driver) -> None:
    with driver.factories.transaction() as session:
        cases.change_fields(session, driver.started.id, {"received_on": "2026-11-02"}, by=driver.by)


def _send(driver: Driver) -> None:
    with driver.factories.transaction() as session:
        messages.publish(session, "paid", driver.started.reference, {}, by=driver.by)


def _signal(driver: Driver) -> None:
    with driver.factories.transaction() as session:
        signals.broadcast(session, "storm", {}, by=driver.by)
    driver.run_jobs()


def _answer(driver: Driver) -> None:
    driver.do("ask")


@pytest.mark.parametrize("act", [_correct, _send, _signal, _answer])
def test_what_is_due_fires_before_anything_else_is_done_to_the_case(drive: Drive, act: Any) -> None:
    roots = '<bpmn:message id="m" name="paid"/><bpmn:signal id="s" name="storm"/>'
    files = category(
        "start > fork+ ; fork+ > ask > end ; chase > end_chased ; "
        "fork+ > paid:intermediateCatchEvent > end_2 ; fork+ > storm:intermediateCatchEvent > end_3",
        inside={
            "paid": '<bpmn:messageEventDefinition messageRef="m"/>',
            "storm": '<bpmn:signalEventDefinition signalRef="s"/>',
        },
        boundary=timer("late", on="ask", to="chase", duration="PT4H"),
        roots=roots,
        files={"dates.form": FORM},
    )
    driver = drive(files)

    with frozen_at(now() + timedelta(hours=5)):
        act(driver)

    assert driver.open() == ["chase"]
    happened = driver.events()
    later = {_correct: "case_changed", _send: "message_received", _signal: "signal_received"}.get(act)
    assert later is None or happened.index("timer_fired") < happened.index(later)
    assert "task_completed" not in happened  # the answer came too late


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles", "Europe/London"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine whose own time zone is another one."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield os.environ["TZ"]
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("machine_zone")
def test_neither_the_zone_of_the_machine_nor_a_clock_change_moves_what_is_due(drive: Drive) -> None:
    """The clocks of the United Kingdom go forward on 29 March 2026."""
    answer_by = '=due("sample.answer", date(received_on))'
    files = category(
        "start > ask > end ; day > end_day ; hour > end_hour ; late > end_late",
        inside={"ask": due(answer_by)},
        boundary=timer("in_a_day", on="ask", to="day", duration="P1D", interrupts=False)
        + timer("in_24_hours", on="ask", to="hour", duration="PT24H", interrupts=False)
        + timer("by_rule", on="ask", to="late", date=answer_by, interrupts=False),
        files={"rules.toml": RULES},
    )
    with frozen_at(datetime(2026, 3, 28, 9, tzinfo=UTC)):
        driver = drive(files, received_on="2026-03-27")
    dues = driver.timers()

    assert dues["in_a_day"] == datetime(2026, 3, 29, 8, tzinfo=UTC)  # 09:00 stays 09:00
    assert dues["in_24_hours"] == datetime(2026, 3, 29, 9, tzinfo=UTC)
    assert dues["by_rule"] == datetime(2026, 4, 7, 22, 59, 59, 999999, tzinfo=UTC)  # after Easter, in summer time
    with frozen_at(datetime(2026, 3, 29, 7, 59, 59, tzinfo=UTC)):
        assert driver.sweep() == 0
    with frozen_at(datetime(2026, 3, 29, 8, tzinfo=UTC)):
        assert driver.sweep() == 1
    assert driver.open() == ["ask", "day"]


def test_a_clock_that_jumps_ahead_and_back_fires_each_timer_once(drive: Drive) -> None:
    driver = drive(noting("", "R2/P1D"))
    began = now()

    for offset in (timedelta(days=1, hours=1), timedelta(hours=1), timedelta(days=1, hours=2), timedelta(days=3)):
        with frozen_at(began + offset):
            timers.sweep(driver.factories.sessions)

    assert driver.events().count("note_added") == 2
