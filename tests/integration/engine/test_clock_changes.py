"""Clocks that a diagram or an officer starts, stops, lets run again, starts anew, meets and withdraws."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine import jobs, merging
from engine.clocks import running
from engine.errors import Conflict, Invalid, NotAllowed, NotPossible, RuleError
from engine.instants import frozen_at
from engine.permissions import Actor
from models.document import Document
from models.work import Clock, UserTask
from tests.diagrams import category, due, timer
from tests.environment.databases import on_sqlite_alone
from tests.integration.engine.conftest import Drive, Driver
from tests.integration.engine.test_clocks import FORM, told

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
RULES = b"""
[[rule]]
id = "sample.answer"
name = "Answer"
class = "local standard"
counts_from = "received"
counts_from_words = "it was received"
within = { amount = 5, unit = "working days" }
amber_after = { amount = 3, unit = "working days" }
[rule.citation]
text = "Our own standard"
url = "https://landlord.example/standards"
[[rule.extension]]
id = "more"
name = "More time"
unit = "working days"
at_most = 5
reasons = ["It is complex"]
letter = "more_time"
granted_by = ["Managers"]
[[rule.stop]]
id = "clarify"
name = "Waiting for an answer"
times = 1
reasons = ["We asked what is meant"]
granted_by = ["Managers"]
[[rule.reset]]
id = "renewed"
name = "The request was made anew"
times = 1
reasons = ["It was changed altogether"]
granted_by = ["Managers"]

[[rule]]
id = "sample.keep"
name = "Keep the file"
class = "local standard"
counts_from = "received"
counts_from_words = "it was received"
within = { amount = 2, unit = "months" }
[rule.citation]
text = "Our own standard"
url = "https://landlord.example/standards"
[[rule.extension]]
id = "longer"
name = "Longer"
unit = "months"
at_most = 2
reasons = ["It is wanted"]
granted_by = ["Managers"]
"""
ANSWER_BY = '=due("sample.answer", date(received_on))'


class Clocks:
    """The clocks of a case, as one officer changes them."""

    def __init__(self, driver: Driver, by: Actor) -> None:
        self.driver, self.by = driver, by

    def do(self, operation: Any, *given: Any, by: Actor | None = None, **named: Any) -> None:
        """Change a clock, and run the jobs that this leaves."""
        with self.driver.factories.transaction() as session:
            left = operation(session, self.driver.started.id, *given, **named, by=by or self.by)
        jobs.run_all(self.driver.factories.sessions, left)

    def one(self, rule: str = "sample.answer") -> Clock:
        """Return the latest clock of a rule."""
        return [clock for clock in self.driver.rows(Clock) if clock.rule_id == rule][-1]


@pytest.fixture
def answering(drive: Drive, factories, letter):
    """A case received on Monday 2 November 2026, to be answered in 5 working days, with a timer that hangs on it."""
    files = category(
        "start > ask > end ; chase > end_chased",
        inside={"ask": due(ANSWER_BY)},
        boundary=timer("late", on="ask", to="chase", date=ANSWER_BY),
        files={
            "rules.toml": RULES,
            "dates.form": FORM,
            "letters/more_time.docx": letter("Due {{ clocks.sample_answer.due_on }}"),
        },
    )
    with frozen_at(datetime(2026, 11, 3, 9, tzinfo=UTC)):
        driver = drive(files, received_on="2026-11-02")
        yield Clocks(driver, factories.actor(factories.user("team_manager", teams=("Managers",))))


def test_a_clock_that_is_paused_has_no_date_and_neither_has_what_hangs_on_it(
    answering: Clocks,
) -> None:
    driver = answering.driver
    answering.do(running.stop, answering.one().id, ground="clarify", reason="We asked what is meant")

    assert (answering.one().state, answering.one().due_at) == ("stopped", None)
    assert (driver.task("ask").due_at, driver.timers()) == (None, {})
    with frozen_at(datetime(2026, 12, 1, 9, tzinfo=UTC)):
        assert driver.sweep() == 0  # the timer that would have been due long ago
        answering.do(running.resume, answering.one().id, reason="They answered", at="2026-11-17")

    clock = answering.one()
    assert (clock.state, clock.due_at.date().isoformat()) == (
        "breached",
        "2026-11-23",
    )  # ten working days did not count
    assert driver.open() == ["chase"]  # which was past by then
    stopped, resumed = told(driver, "clock_stopped"), told(driver, "clock_resumed")
    assert (stopped["before"]["due_at"][:10], stopped["due_at"], stopped["reason"]) == (
        "2026-11-09",
        None,
        "We asked what is meant",
    )
    assert (resumed["before"]["due_at"], resumed["due_at"][:10], resumed["reason"]) == (
        None,
        "2026-11-23",
        "They answered",
    )


def test_a_clock_that_runs_again_moves_its_task_and_timer(answering: Clocks) -> None:
    answering.do(running.stop, answering.one().id, reason="We asked what is meant")
    with frozen_at(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        answering.do(running.resume, answering.one().id, reason="They answered")

    driver = answering.driver
    assert answering.one().due_at.day == 11
    assert driver.task("ask").due_at == driver.timers()["late"] == answering.one().due_at


@on_sqlite_alone
@pytest.mark.parametrize(
    ("reason", "ground", "at", "fault"),
    [
        ("Because I say so", "clarify", "", "is not a reason for"),
        ("We asked what is meant", "holiday", "", "on the ground “holiday”"),
        ("We asked what is meant", "clarify", "2027-01-01", "still to come"),
        ("We asked what is meant", "clarify", "2026-10-01", "before that"),
        ("", "clarify", "", "Say why"),
    ],
)
def test_a_pause_that_is_not_lawful_is_refused_and_nothing_changes(
    answering: Clocks, reason: str, ground: str, at: str, fault: str
) -> None:
    with pytest.raises((RuleError, Invalid), match=fault):
        answering.do(running.stop, answering.one().id, reason=reason, ground=ground, at=at)

    assert answering.one().state == "running"


def test_a_clock_is_paused_no_oftener_than_its_rule_allows(answering: Clocks) -> None:
    answering.do(running.stop, answering.one().id, reason="We asked what is meant")
    with pytest.raises(NotPossible, match="stopped already"):
        answering.do(running.stop, answering.one().id, reason="We asked what is meant")
    answering.do(running.resume, answering.one().id, reason="They answered")
    with pytest.raises(NotPossible, match="not stopped"):
        answering.do(running.resume, answering.one().id, reason="They answered")

    with pytest.raises(RuleError, match="may happen once"):
        answering.do(running.stop, answering.one().id, reason="We asked what is meant")


@pytest.mark.parametrize(
    ("operation", "reason"),
    [(running.stop, "We asked what is meant"), (running.reset, "It was changed altogether")],
)
def test_nobody_grants_what_the_rule_lets_another_team_grant(
    answering: Clocks, factories, operation: Any, reason: str
) -> None:
    other = factories.actor(factories.user("officer", "administrator", teams=("Repairs",)))

    with pytest.raises(NotAllowed, match="may be granted by: Managers"):
        answering.do(
            operation,
            answering.one().id,
            reason="We asked what is meant" if operation is running.stop else "It was changed altogether",
            by=other,
        )


def test_a_new_start_counts_the_whole_time_again(answering: Clocks) -> None:
    answering.do(running.reset, answering.one().id, reason="It was changed altogether", at="2026-11-03")

    assert answering.one().due_at.day == 10
    assert answering.driver.task("ask").due_at == answering.one().due_at
    assert told(answering.driver, "clock_reset")["before"]["due_at"][:10] == "2026-11-09"


def test_an_extension_merges_its_letter_and_asks_for_it_to_be_sent(answering: Clocks) -> None:
    answering.do(running.extend, answering.one().id, amount=2, reason="It is complex")

    driver = answering.driver
    [filed] = driver.rows(Document)
    [asked] = [task for task in driver.rows(UserTask) if task.token_id is None]
    assert filed.title == "More time"
    assert (asked.name, asked.assignee_id) == ("Check and send “More time”", answering.by.user_id)
    assert "document_merged" in driver.events()


def test_a_letter_that_cannot_be_merged_becomes_a_task_to_write_it(answering: Clocks, monkeypatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuleError("The printer of ink is out.")

    monkeypatch.setattr(merging, "merge", fail)

    answering.do(running.extend, answering.one().id, amount=2, reason="It is complex")

    [asked] = [task for task in answering.driver.rows(UserTask) if task.token_id is None]
    assert asked.name == "Write “More time” by hand"
    assert "The printer of ink is out." in asked.instructions


def test_several_clocks_run_at_once_and_one_by_months_is_extended_by_months(answering: Clocks) -> None:
    answering.do(running.start, "sample.keep", counts_from="2026-10-30", reason="The file is wanted")
    answering.do(running.start, "sample.keep", counts_from="2026-11-02", reason="A second file")
    first = answering.driver.rows(Clock)[1]
    answering.do(running.extend, first.id, amount=1, reason="It is wanted")

    clocks = answering.driver.rows(Clock)
    assert [(clock.rule_id, clock.due_at.date().isoformat()) for clock in clocks] == [
        ("sample.answer", "2026-11-09"),
        ("sample.keep", "2027-01-30"),
        ("sample.keep", "2027-01-02"),
    ]
    assert told(answering.driver, "clock_extended")["unit"] == "months"
    with pytest.raises(RuleError, match="counted in months, not in working days"):
        answering.do(running.extend, first.id, amount=1, unit="working days", reason="It is wanted")
    for the_same in ("2026-10-30", "20261030", "2026-W44-5"):
        with pytest.raises(Conflict, match="counts from 2026-10-30 already"):
            answering.do(running.start, "sample.keep", counts_from=the_same, reason="Again")


@on_sqlite_alone
@pytest.mark.parametrize(
    ("rule", "counts_from", "fault"),
    [
        ("sample.anser", "2026-11-02", "There is no rule"),
        ("sample.keep", "2027-11-02", "still to come"),
        ("sample.keep", "next week", "not a date"),
    ],
)
def test_a_clock_that_cannot_be_started_is_refused(answering: Clocks, rule: str, counts_from: str, fault: str) -> None:
    with pytest.raises((RuleError, Invalid), match=fault):
        answering.do(running.start, rule, counts_from=counts_from, reason="So")

    assert len(answering.driver.rows(Clock)) == 1


def test_a_clock_started_in_error_is_withdrawn_by_who_started_it_or_a_manager(answering: Clocks, factories) -> None:
    mary, other = (factories.actor(factories.user("officer")) for _ in range(2))
    answering.do(running.start, "sample.keep", counts_from="2026-10-30", reason="The file is wanted", by=mary)
    started = answering.one("sample.keep")
    with pytest.raises(NotAllowed, match="whoever started"):
        answering.do(running.cancel, started.id, reason="The wrong case", by=other)
    with pytest.raises(NotPossible, match="task hangs on this clock"):
        answering.do(running.cancel, answering.one().id, reason="The wrong case")

    answering.do(running.cancel, started.id, reason="The wrong case", by=mary)

    assert answering.one("sample.keep").state == "cancelled"
    answering.do(running.start, "sample.keep", counts_from="2026-10-30", reason="The right one after all")
    assert [clock.state for clock in answering.driver.rows(Clock)] == ["running", "cancelled", "running"]


def test_a_clock_is_met_by_hand_on_the_day_on_which_it_was_done(answering: Clocks) -> None:
    with frozen_at(datetime(2026, 11, 9, 12, tzinfo=UTC)):
        answering.do(running.meet, answering.one().id, reason="Answered by telephone", at="2026-11-06")

    clock = answering.one()
    assert (clock.state, clock.met_at.day) == ("met", 6)
    with pytest.raises(NotPossible, match="No such deadline"):
        answering.do(running.meet, clock.id, reason="Again")


def test_what_is_due_fires_before_an_officer_can_give_more_time(answering: Clocks) -> None:
    clock = answering.one()

    with frozen_at(datetime(2026, 11, 10, 9, tzinfo=UTC)), pytest.raises(NotPossible, match="No such deadline"):
        answering.do(running.extend, clock.id, amount=2, reason="It is complex")

    with frozen_at(datetime(2026, 11, 10, 9, tzinfo=UTC)):
        answering.driver.sweep()
    assert answering.driver.open() == ["chase"]
