"""Hours in which somebody may be reached, as officers write them."""

from datetime import UTC, datetime

import pytest

from engine.communications.hours import read

THURSDAY = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "holds"),
    [
        ("weekdays 10:00-16:00", "2026-12-03T12:00", True),
        ("weekdays 10:00-16:00", "2026-12-05T12:00", False),
        ("after 4pm", "2026-12-03T15:59", False),
        ("after 4pm", "2026-12-03T16:00", True),
        ("Mon to Wed, mornings", "2026-12-03T10:00", False),
        ("Mon, Thu 9 to 5", "2026-12-03T16:30", True),
        ("between 10.30 and noon", "2026-12-03T12:30", False),
        ("Before 12:00", "2026-12-03T11:00", True),
        ("evenings only", "2026-12-03T18:00", True),
        ("weekends", "2026-12-06T12:00", True),
        ("Fri-Mon 10:00-12:00", "2026-12-06T11:00", True),
        ("after 16:00", "2026-07-01T15:30", True),  # half past four in summer
    ],
)
def test_hours_are_read_as_they_are_meant(text: str, at: str, holds: bool) -> None:
    hours = read(text)

    assert hours is not None
    assert hours.holds(datetime.fromisoformat(at).replace(tzinfo=UTC)) is holds


@pytest.mark.parametrize("text", ["", "when her husband is at work", "25:00 to 26:00", "after lunch", "16:00-16:00"])
def test_what_says_no_hours_is_not_guessed(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("weekdays after 16:00", "2026-12-03T16:00"),
        ("weekends 10:00-12:00", "2026-12-05T10:00"),
        ("before 10:00", "2026-12-04T08:00"),
        ("daily 11:00-13:00", "2026-12-03T12:00"),
    ],
)
def test_the_next_welcome_hour_is_found(text: str, then: str) -> None:
    hours = read(text)

    assert hours is not None
    assert hours.next(THURSDAY) == datetime.fromisoformat(then).replace(tzinfo=UTC)
