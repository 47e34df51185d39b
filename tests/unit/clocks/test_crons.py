"""Crons give the times of the clock in London, also when the clocks change."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clocks import crons, timing
from engine.errors import Invalid
from engine.instants import frozen_at

SATURDAY = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


def times(text: str, after: datetime, count: int = 3) -> list[str]:
    """Return the next times of a cron as UTC."""
    found, cron = [], crons.read(text)
    for _ in range(count):
        after = cron.after(after)
        found.append(after.isoformat()[:16])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9 ? * MON-FRI", ["2026-11-30T09:00", "2026-12-01T09:00", "2026-12-02T09:00"]),
        ("0 0 9 ? * FRI-MON", ["2026-11-29T09:00", "2026-11-30T09:00", "2026-12-04T09:00"]),
        ("0 0 9 * * 1-5", ["2026-11-30T09:00", "2026-12-01T09:00", "2026-12-02T09:00"]),
        ("0 0 9 * * 0", ["2026-11-29T09:00", "2026-12-06T09:00", "2026-12-13T09:00"]),
        ("0 0 9 * * 7", ["2026-11-29T09:00", "2026-12-06T09:00", "2026-12-13T09:00"]),
        ("0 0 0 ? * */2", ["2026-11-29T00:00", "2026-12-01T00:00", "2026-12-03T00:00"]),
        ("0 15 10 ? * FRIL", ["2027-01-29T10:15", "2027-02-26T10:15", "2027-03-26T10:15"]),
        ("0 0 9 ? * MON#2", ["2026-12-14T09:00", "2027-01-11T09:00", "2027-02-08T09:00"]),
        ("0 0 2 L * ?", ["2026-11-30T02:00", "2026-12-31T02:00", "2027-01-31T02:00"]),
        ("0 0 9 ? JAN,JUL MON", ["2027-01-04T09:00", "2027-01-11T09:00", "2027-01-18T09:00"]),
        ("0 0 8-17 * * MON-FRI", ["2026-11-30T08:00", "2026-11-30T09:00", "2026-11-30T10:00"]),
        ("0 0/5 14,18 * * ?", ["2026-11-28T18:05", "2026-11-28T18:10", "2026-11-28T18:15"]),
        ("0 0 0 29 2 MON", ["2044-02-29T00:00", "2072-02-29T00:00", "2112-02-29T00:00"]),
        ("*/5 * * * *", ["2026-11-28T18:05", "2026-11-28T18:10", "2026-11-28T18:15"]),
        ("@daily", ["2026-11-29T00:00", "2026-11-30T00:00", "2026-12-01T00:00"]),
    ],
)
def test_a_cron_names_times_of_the_clock(text: str, expected: list[str]) -> None:
    assert crons.is_cron(text)
    assert times(text, SATURDAY.replace(month=12, day=25) if "FRIL" in text else SATURDAY) == expected


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("0 30 1 * * ?", 28, ["2026-03-29T01:30", "2026-03-30T00:30"]),  # 01:30 is jumped over: at 02:30
        ("0 0 9 * * ?", 28, ["2026-03-29T08:00", "2026-03-30T08:00"]),
        ("0 30 * * * ?", 29, ["2026-03-29T12:30", "2026-03-29T13:30"]),
    ],
)
def test_when_the_clocks_go_forward_no_day_is_left_out(text: str, day: int, expected: list[str]) -> None:
    assert times(text, datetime(2026, 3, day, 12, tzinfo=UTC), 2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 30 1 * * ?", ["2026-10-25T00:30", "2026-10-26T01:30"]),  # 01:30 is shown twice: the first counts
        ("0 0/30 1 * * ?", ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-26T01:00"]),
        ("0 30 * * * ?", ["2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"]),
    ],
)
def test_when_the_clocks_go_back_only_what_comes_each_hour_comes_twice(text: str, expected: list[str]) -> None:
    assert times(text, datetime(2026, 10, 24, 23, tzinfo=UTC), len(expected)) == expected


@pytest.mark.parametrize("text", ["0 0 25 * * ?", "99 * * * *", "0 0 9 LW * ?", "0 0 9 1 * MON#2", "0 0 9 ? * MONTUE"])
def test_what_no_clock_shows_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="is not a") as refused:
        timing.cycle(text)

    assert "MON-FRI" in refused.value.remedy or "R3/P1D" in refused.value.remedy


@pytest.mark.parametrize("text", ["0 0 0 30 2 ?", "0 0 0 1 1 ? 2020"])
def test_a_time_that_never_comes_is_told_at_once(text: str) -> None:
    with pytest.raises(crons.NeverAgain, match="never comes"):
        crons.read(text).after(SATURDAY)


def test_a_node_that_was_down_fires_a_missed_cron_once() -> None:
    with frozen_at(SATURDAY):
        following = timing.next_round(timing.cycle("0 0 9 * * ?").each, SATURDAY - timedelta(days=30))

    assert following == datetime(2026, 11, 29, 9, tzinfo=UTC)


@given(st.text(st.sampled_from("0123456789*?/,-#LWMONFRI @dailyx"), max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    if not crons.is_cron(text):
        return
    with suppress(Invalid):  # with a sentence of its own
        assert crons.read(text).after(SATURDAY) > SATURDAY
