"""When a task is reminded of, and what `[reminders]` of a category.toml may say."""

import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from engine.instants import LONDON, london
from engine.reminders import DEFAULT, SILENT, read
from engine.reminders.delivery import Preference
from engine.reminders.spans import span

END_OF_FRIDAY = datetime(2026, 12, 4, 23, 59, 59, 999999, tzinfo=LONDON)


def said(text: str) -> object:
    """Return what a category.toml says under `reminders`."""
    return tomllib.loads(text).get("reminders")


@pytest.mark.parametrize(
    ("text", "due", "before", "after"),
    [
        # the deadline is the end of a day: told in the morning
        ("2 working days", "2026-12-04T23:59:59.999999", "Wed 02 08:00", "Wed 09 08:00"),
        ("P2D", "2026-12-04T23:59:59.999999", "Wed 02 08:00", "Mon 07 08:00"),
        ("1 week", "2026-12-04T23:59:59.999999", "Fri 27 08:00", "Sat 12 08:00"),
        ("on the day", "2026-12-04T23:59:59.999999", "Fri 04 08:00", "Sat 05 08:00"),
        (
            "1 working day",
            "2026-12-24T23:59:59.999999",
            "Wed 23 08:00",
            "Wed 30 08:00",
        ),  # Christmas, Boxing Day on Monday
        # the deadline is a time of day: days keep it
        ("1 day", "2026-12-04T15:30", "Thu 03 15:30", "Sat 05 15:30"),
        ("PT36H", "2026-12-04T15:30", "Thu 03 03:30", "Sun 06 03:30"),
        ("90 minutes", "2026-12-04T15:30", "Fri 04 14:00", "Fri 04 17:00"),
        # days keep the time on the clock over its changes, hours are real hours
        ("1 day", "2027-03-28T12:00", "Sat 27 12:00", "Mon 29 12:00"),
        ("24 hours", "2027-03-28T12:00", "Sat 27 11:00", "Mon 29 12:00"),
        ("1 day", "2026-10-25T12:00", "Sat 24 12:00", "Mon 26 12:00"),
        ("24 hours", "2026-10-25T12:00", "Sat 24 13:00", "Mon 26 12:00"),
        ("1 day", "2026-10-24T23:59:59.999999", "Fri 23 08:00", "Mon 26 08:00"),
    ],
)
def test_a_span_is_counted_in_the_time_of_london(text: str, due: str, before: str, after: str) -> None:
    at = datetime.fromisoformat(due).replace(tzinfo=LONDON).astimezone(UTC)
    found = span(text)

    assert f"{london(found.before(at, 8)):%a %d %H:%M}" == before
    assert f"{london(found.after(at, 8)):%a %d %H:%M}" == after


def test_a_category_that_says_nothing_reminds_at_amber_and_when_overdue_and_escalates_after_a_working_day() -> None:
    plan, faults = read(None)
    amber = datetime(2026, 12, 2, tzinfo=LONDON)

    found = [(moment.stage, f"{london(moment.at):%a %d %H:%M}") for moment in plan.moments(END_OF_FRIDAY, amber)]

    assert faults == []
    assert found == [("amber", "Wed 02 08:00"), ("overdue", "Sat 05 08:00"), ("escalation", "Tue 08 08:00")]


def test_what_is_over_when_a_date_is_set_is_left_out_but_that_it_is_overdue_never_is() -> None:
    late = END_OF_FRIDAY + timedelta(days=30)
    amber = datetime(2026, 12, 2, tzinfo=LONDON)

    assert DEFAULT.first_at(END_OF_FRIDAY, amber, at=datetime(2026, 12, 3, tzinfo=UTC)) == datetime(
        2026, 12, 5, 8, tzinfo=LONDON
    )
    assert DEFAULT.first_at(END_OF_FRIDAY, amber, at=late) == datetime(2026, 12, 5, 8, tzinfo=LONDON)
    assert DEFAULT.first_at(None, None, at=late) is None


@pytest.mark.parametrize("text", ["reminders = false", "[reminders]\nat_amber = false\noverdue = []\nescalation = []"])
def test_reminders_may_be_turned_off(text: str) -> None:
    plan, faults = read(said(text))

    assert faults == []
    assert plan == SILENT


def test_every_way_of_naming_who_is_told_is_understood() -> None:
    ways = (
        "whoever has the task|the team|Manager of the team|owner of the case|owner’s manager|Repairs|"
        "manager of Repairs|a@b.example"
    )
    table = "\n".join(f'[[reminders.escalation]]\nafter = "1 day"\nto = "{way}"' for way in ways.split("|"))

    plan, faults = read(said(table), teams=["Repairs"])

    assert faults == []
    assert [(one.to.kind, one.to.name) for one in plan.escalation] == [
        ("assignee", ""), ("team", ""), ("team manager", ""), ("owner", ""), ("owner's manager", ""),
        ("named team", "Repairs"), ("manager of", "Repairs"), ("person", "a@b.example"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("reminders = 5", "reminders", "neither a table nor false"),
        ('reminders = ["P1D"]', "reminders", "neither a table nor false"),
        ("[reminders]\nbefor = []", "reminders.befor", "nothing reads"),
        ('[reminders]\nbefore = "P2D"', "reminders.before", "no list"),
        ('[reminders]\nbefore = ["P1M"]', "reminders.before", "not a time span"),
        ('[reminders]\nbefore = ["-P2D"]', "reminders.before", "not a time span"),
        ('[reminders]\nbefore = ["two days"]', "reminders.before", "not a time span"),
        ('[reminders]\nbefore = ["٣ days"]', "reminders.before", "not a time span"),
        ('[reminders]\nbefore = ["P1DT2H"]', "reminders.before", "not a time span"),
        ('[reminders]\nbefore = ["9999 days"]', "reminders.before", "longer than a year"),
        ('[reminders]\nbefore = ["0 minutes"]', "reminders.before", "no time before"),
        ("[reminders]\noverdue = [2026-12-01, 1.5, true, [], {}]", "reminders.overdue", "not a time span"),
        ("[reminders]\noverdue = [" + '"1 day",' * 500 + "]", "reminders.overdue", "10 are enough"),
        ('[reminders]\nat_amber = "yes"', "reminders.at_amber", "yes"),
        ("[reminders]\nhour = 24", "reminders.hour", "24"),
        ("[reminders]\nhour = true", "reminders.hour", "True"),
        ('[reminders]\nescalation = "manager"', "reminders.escalation", "no list"),
        ('[[reminders.escalation]]\nafter = "1 day"', "reminders.escalation", "neither a team"),
        ('[[reminders.escalation]]\nto = "the team"', "reminders.escalation", "not a time span"),
        ('[[reminders.escalation]]\nafter = "1 day"\nto = "Repair"', "reminders.escalation", "neither a team"),
        ('[[reminders.escalation]]\nafter = "1 day"\nto = "a@b\\nBcc: c@d.example"', "reminders.escalation", "neither"),
        ('[[reminders.escalation]]\nafter = "1 day"\nto = ["the team"]', "reminders.escalation", "neither"),
        ('[[reminders.escalation]]\nafter = "1 day"\nto = "the team"\nby = "fax"', "reminders.escalation", "by"),
    ],
)
def test_what_is_said_wrongly_is_told_where_and_how_it_is_put_right(text: str, place: str, words: str) -> None:
    _, faults = read(said(text), teams=["Repairs"])

    assert place in {fault.place for fault in faults}
    assert any(words in fault.message and fault.remedy for fault in faults), faults


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-12-04T17:59", "2026-12-04T17:59"),
        ("2026-12-04T18:00", "2026-12-07T07:00"),  # Friday evening, with a weekend after it
        ("2026-12-06T12:00", "2026-12-07T07:00"),
        ("2026-12-08T02:00", "2026-12-08T07:00"),
        ("2027-03-26T23:00", "2027-03-29T06:00"),  # summer time begins on that Sunday: seven in London
        ("2026-10-23T23:00", "2026-10-26T07:00"),
    ],
)
def test_mail_waits_for_the_end_of_quiet_hours_and_of_the_weekend(at: str, leaves: str) -> None:
    preference = Preference(quiet_from=18, quiet_to=7, at_weekends=False)

    found = preference.mail_at("reminder", datetime.fromisoformat(at).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(leaves).replace(tzinfo=UTC)


def test_a_digest_comes_at_its_hour_in_london_whatever_the_clocks_do() -> None:
    preference = Preference(
        reminder="digest", digest_hour=1
    )  # an hour that one of the Sundays has not, the other twice
    at, hours = datetime(2027, 3, 26, 12, tzinfo=UTC), []
    for _ in range(4):
        found = preference.next_digest(at)
        assert found is not None and found > at
        at = found
        hours.append(f"{london(at):%d %H:%M}")

    assert hours == ["27 01:00", "28 02:00", "29 01:00", "30 01:00"]
    at = datetime(2026, 10, 24, 12, tzinfo=UTC)
    days = []
    for _ in range(3):
        at = preference.next_digest(at) or at
        days.append(london(at).day)
    assert days == [25, 26, 27]
