"""What a deadline is beyond its date: amber, its JSON, its refusals, its speed."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import rules
from engine.calendars import calendar
from engine.clocks.arithmetic import deadline
from engine.clocks.changes import Extended, Restarted, Stopped
from engine.clocks.explanation import explain, in_words
from engine.errors import Invalid, RuleError
from tests.effort import effort_below

BOOK = rules.load(Path(__file__).with_name("vectors.toml").read_text("utf-8"), source="vectors.toml")
ENGLAND = calendar("England and Wales")
MONDAY = date(2026, 11, 2)


def due(rule_id, counted_from=MONDAY, **changes):
    return deadline(BOOK.rule(rule_id, date(2026, 1, 1)), counted_from, calendar=ENGLAND, **changes)


def more_time(amount, granted_on=MONDAY, kind="more_time"):
    return Extended(kind, amount, "It is complex", granted_on)


def test_a_day_is_due_at_its_last_moment_in_london_and_amber_at_its_first():
    summer = due("five_days", date(2026, 6, 1))

    assert summer.due_at == datetime(2026, 6, 8, 22, 59, 59, 999_999, tzinfo=UTC)
    assert summer.due_on == date(2026, 6, 8)
    assert summer.amber_at == datetime(2026, 6, 3, 23, 0, tzinfo=UTC)  # Thursday 4 June, 00:00 in London


def test_amber_moves_with_an_extension():
    assert due("ten_days").amber_at == datetime(2026, 11, 12, tzinfo=UTC)
    assert due("ten_days", extensions=[more_time(10)]).amber_at == datetime(2026, 11, 26, tzinfo=UTC)


def test_amber_that_came_before_a_stop_stays_where_it_was():
    stop = Stopped("no_access", date(2026, 11, 13), date(2026, 11, 20), "Nobody in")

    stopped = due("ten_days", stops=[stop])

    assert stopped.amber_at == datetime(2026, 11, 12, tzinfo=UTC)
    assert stopped.due_on == date(2026, 11, 23)


def test_amber_may_be_counted_back_from_the_end():
    exchange = due("exchange")

    assert exchange.due_on == date(2026, 12, 14)
    assert exchange.amber_at == datetime(2026, 11, 30, tzinfo=UTC)


def test_amber_in_another_unit_is_never_after_the_end():
    assert due("fourteen_days").amber_at == datetime(2026, 11, 13, tzinfo=UTC)

    over_christmas = due("fourteen_days", date(2026, 12, 18))  # nine working days would be 5 January

    assert over_christmas.amber_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert over_christmas.due_on == date(2027, 1, 1)


def test_a_clock_that_stands_still_has_no_date_and_says_so():
    stopped = due("ten_days", stops=[Stopped("no_access", date(2026, 11, 4), None, "Nobody in")])

    assert (stopped.due_at, stopped.due_on, stopped.amber_at, stopped.stands_still) == (None, None, None, True)
    assert "has not started again" in " ".join(explain(stopped))


def test_an_open_stop_with_a_maximum_gives_the_latest_date_and_stands_still():
    stopped = due("ten_days", stops=[Stopped("third_party", date(2026, 11, 3), None, "Waiting")])

    assert stopped.stands_still
    assert stopped.due_on == date(2026, 11, 23)


def test_an_extension_granted_after_the_new_start_counts():
    restarts = [Restarted("new_report", date(2026, 11, 11), "Reported again")]

    assert due("ten_days", resets=restarts).due_on == date(2026, 11, 25)
    assert due("ten_days", resets=restarts, extensions=[more_time(1, date(2026, 11, 10))]).due_on == date(2026, 11, 25)
    assert due("ten_days", resets=restarts, extensions=[more_time(1, date(2026, 11, 11))]).due_on == date(2026, 11, 26)


def test_the_json_is_json_and_the_stored_steps_tell_the_same():
    found = due("ten_days", extensions=[more_time(10)])

    stored = json.loads(json.dumps(found.to_json()))

    assert stored["due_at"] == "2026-11-30T23:59:59.999999+00:00"
    assert stored == found.to_json()
    assert in_words(stored["explanation"]) == explain(found)


def test_the_explanation_reads_as_plain_english():
    found = due("ten_days", date(2026, 12, 18), extensions=[more_time(2, date(2026, 12, 30))])

    assert explain(found) == [
        "It was received on Friday 18 December 2026.",
        "The rule is “Ten working days” (ten_days), for events of any date.",
        "10 working days after that is Wednesday 6 January 2027. Not counted: 3 Saturdays, 3 Sundays, Friday 25 "
        "December 2026 (Christmas Day), Monday 28 December 2026 (Boxing Day, substitute day) and Friday 1 January 2027 "
        "(New Year's Day).",
        "It was extended by 2 working days (More time: It is complex), granted on 30 December 2026. "
        "That moves it from Wednesday 6 January 2027 to Friday 8 January 2027.",
        "So it is due by the end of Friday 8 January 2027. It turns amber on Wednesday 6 January 2027.",
    ]


REFUSED = {
    "a naive instant": (("five_days", datetime(2026, 11, 2, 9)), {}, Invalid, "could be an hour out"),
    "a day for clock hours": (("hazard", MONDAY), {}, Invalid, "no time of day"),
    "a year past the calendar": (("twelve_months", date(9999, 6, 1)), {}, Invalid, "beyond the calendar"),
    "weeks past the calendar": (("eight_weeks", date.max), {}, Invalid, "beyond the calendar"),
    "the end of time in hours": (("hazard", datetime.max.replace(tzinfo=UTC)), {}, Invalid, "beyond the calendar"),
    "working days past the calendar": (("five_days", date.max), {}, Invalid, "not in 9999"),
    "a period nobody knows": (("notice",), {}, RuleError, "tenancy_period"),
    "an extension of another kind": (("ten_days",), {"extensions": [more_time(1, kind="x")]}, RuleError, "“more_time”"),
    "an extension where none is": (
        ("exchange",),
        {"extensions": [more_time(1)]},
        RuleError,
        "cannot be extended at all",
    ),
    "more than the maximum": (("ten_days",), {"extensions": [more_time(11)]}, RuleError, "at most 10 working days"),
    "a chain over the maximum": (
        ("ten_days",),
        {"extensions": [more_time(6), more_time(5)]},
        RuleError,
        "be 11 working",
    ),
    "a negative extension": (("ten_days",), {"extensions": [more_time(-1)]}, RuleError, "at least 1"),
    "an endless extension": (
        ("ten_days",),
        {"extensions": [more_time(10**9, kind="good_reason")]},
        RuleError,
        "at most 1,300 working days",
    ),
    "a stop that ends before it begins": (
        ("ten_days",),
        {"stops": [Stopped("no_access", date(2026, 11, 5), date(2026, 11, 4), "x")]},
        RuleError,
        "before it begins",
    ),
    "a stop of another kind": (("ten_days",), {"stops": [Stopped("x", MONDAY, None, "x")]}, RuleError, "“no_access”"),
    "a second new start where one is allowed": (
        ("fourteen_days",),
        {"resets": [Restarted("new_report", MONDAY, "x"), Restarted("new_report", date(2026, 11, 9), "x")]},
        RuleError,
        "may happen once",
    ),
    "a new start of another kind": (
        ("ten_days",),
        {"resets": [Restarted("x", MONDAY, "x")]},
        RuleError,
        "“new_report”",
    ),
}


@pytest.mark.parametrize(("given", "changes", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_counted_is_refused_in_a_sentence(given, changes, error, words):
    with pytest.raises(error) as refusal:
        due(*given, **changes)

    assert words in str(refusal.value)


@given(
    start=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    rule_id=st.sampled_from(["ten_days", "twelve_months", "exchange", "subject_access", "local_ten"]),
    later=st.integers(0, 40),
)
def test_a_later_event_is_never_due_sooner(start, rule_id, later):
    after = date.fromordinal(start.toordinal() + later)

    assert due(rule_id, start).due_at <= due(rule_id, after).due_at


@given(
    start=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    begins=st.integers(0, 14),
    lasts=st.integers(0, 60),
    longer=st.integers(0, 30),
)
def test_a_longer_stop_is_never_due_sooner(start, begins, lasts, longer):
    def stopped(days):
        from_on = date.fromordinal(start.toordinal() + begins)
        stop = Stopped("no_access", from_on, date.fromordinal(from_on.toordinal() + days), "Nobody in")
        return due("ten_days", start, stops=[stop]).due_at

    assert due("ten_days", start).due_at <= stopped(lasts) <= stopped(lasts + longer)


def test_a_thousand_working_day_deadlines_cost_little():
    rule = BOOK.rule("ten_days", MONDAY)
    deadline(rule, MONDAY, calendar=ENGLAND)

    with effort_below(10):  # 35 µs each on an idle core make 0.7 units
        for _ in range(1_000):
            deadline(rule, MONDAY, calendar=ENGLAND)
