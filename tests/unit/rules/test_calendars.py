"""Working days and the reasons against them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import Closure, calendar
from engine.errors import Invalid

# Copied by hand from the lists on GOV.UK. Weekdays only: a holiday on a weekend is kept on its substitute day.
OFFICIAL = {
    ("England and Wales", 2020): "1 Jan, 10 Apr, 13 Apr, 8 May, 25 May, 31 Aug, 25 Dec, 28 Dec",
    ("England and Wales", 2021): "1 Jan, 2 Apr, 5 Apr, 3 May, 31 May, 30 Aug, 27 Dec, 28 Dec",
    ("England and Wales", 2022): "3 Jan, 15 Apr, 18 Apr, 2 May, 2 Jun, 3 Jun, 29 Aug, 19 Sep, 26 Dec, 27 Dec",
    ("England and Wales", 2023): "2 Jan, 7 Apr, 10 Apr, 1 May, 8 May, 29 May, 28 Aug, 25 Dec, 26 Dec",
    ("England and Wales", 2024): "1 Jan, 29 Mar, 1 Apr, 6 May, 27 May, 26 Aug, 25 Dec, 26 Dec",
    ("England and Wales", 2025): "1 Jan, 18 Apr, 21 Apr, 5 May, 26 May, 25 Aug, 25 Dec, 26 Dec",
    ("England and Wales", 2026): "1 Jan, 3 Apr, 6 Apr, 4 May, 25 May, 31 Aug, 25 Dec, 28 Dec",
    ("England and Wales", 2027): "1 Jan, 26 Mar, 29 Mar, 3 May, 31 May, 30 Aug, 27 Dec, 28 Dec",
    ("Scotland", 2022): "3 Jan, 4 Jan, 15 Apr, 2 May, 2 Jun, 3 Jun, 1 Aug, 19 Sep, 30 Nov, 26 Dec, 27 Dec",
    ("Scotland", 2024): "1 Jan, 2 Jan, 29 Mar, 6 May, 27 May, 5 Aug, 2 Dec, 25 Dec, 26 Dec",
    ("Scotland", 2026): "1 Jan, 2 Jan, 3 Apr, 4 May, 25 May, 15 Jun, 3 Aug, 30 Nov, 25 Dec, 28 Dec",
    ("Scotland", 2027): "1 Jan, 4 Jan, 26 Mar, 3 May, 31 May, 2 Aug, 30 Nov, 27 Dec, 28 Dec",
    ("Northern Ireland", 2024): "1 Jan, 18 Mar, 29 Mar, 1 Apr, 6 May, 27 May, 12 Jul, 26 Aug, 25 Dec, 26 Dec",
    ("Northern Ireland", 2025): "1 Jan, 17 Mar, 18 Apr, 21 Apr, 5 May, 26 May, 14 Jul, 25 Aug, 25 Dec, 26 Dec",
    ("Northern Ireland", 2026): "1 Jan, 17 Mar, 3 Apr, 6 Apr, 4 May, 25 May, 13 Jul, 31 Aug, 25 Dec, 28 Dec",
}
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(("nation", "year"), OFFICIAL, ids=lambda value: str(value))
def test_the_bank_holidays_are_those_of_the_official_list(nation, year):
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))

    shut = [day for day in days if day.weekday() < 5 and calendar(nation).why_not(day)]

    assert ", ".join(f"{day.day} {day:%b}" for day in shut) == OFFICIAL[nation, year]


@pytest.mark.parametrize(
    ("nation", "day", "why"),
    [
        ("England and Wales", date(2026, 12, 25), "Christmas Day"),
        ("England and Wales", date(2026, 12, 28), "Boxing Day, substitute day"),
        ("England and Wales", date(2026, 11, 21), "Saturday"),
        ("England and Wales", date(2026, 11, 22), "Sunday"),
        ("England and Wales", date(2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
        ("England and Wales", date(2026, 5, 4), "Early May bank holiday"),
        ("England and Wales", date(2026, 11, 23), ""),
        ("Scotland", date(2026, 6, 15), "World Cup bank holiday"),
        ("Scotland", date(2027, 1, 4), "2nd January, substitute day"),
        ("Scotland", date(2023, 1, 2), "New Year's Day, substitute day"),
        ("Northern Ireland", date(2026, 3, 17), "St Patrick's Day"),
    ],
)
def test_a_day_says_why_it_is_no_working_day(nation, day, why):
    assert calendar(nation).why_not(day) == why


def test_an_own_closure_counts_in_this_calendar_and_not_in_the_statutory_one():
    office = calendar("England and Wales", [Closure("Training day", date(2026, 11, 24), date(2026, 11, 24))])

    assert office.why_not(date(2026, 11, 24)) == "Training day"
    assert office.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert office.statutory.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 24)
    assert calendar("England and Wales").is_working_day(date(2026, 11, 24)), (
        "one office's closure reached the shared list"
    )


def test_a_bank_holiday_inside_a_closure_keeps_its_own_name():
    office = calendar("England and Wales", [Closure("Christmas closure", date(2026, 12, 24), date(2027, 1, 1))])

    assert office.why_not(date(2026, 12, 25)) == "Christmas Day"
    assert office.why_not(date(2026, 12, 26)) == "Saturday"
    assert office.why_not(date(2026, 12, 29)) == "Christmas closure"


@given(start=DAYS, count=st.integers(1, 700))
def test_counting_on_and_counting_between_agree_with_walking_day_by_day(start, count):
    england, day, left = calendar("England and Wales"), start, count
    while left:
        day += timedelta(days=1)
        left -= england.is_working_day(day)

    assert england.add_working_days(start, count) == day
    assert england.working_days_between(start, day) == count
    assert england.working_days_between(day, start) == -count


@given(start=DAYS, count=st.integers(1, 700))
def test_counting_back_agrees_with_walking_back(start, count):
    scotland, day, left = calendar("Scotland"), start, count
    while left:
        day -= timedelta(days=1)
        left -= scotland.is_working_day(day)

    assert scotland.add_working_days(start, -count) == day


@given(start=DAYS, length=st.integers(0, 800))
def test_the_days_that_do_not_count_are_each_listed_once_in_order(start, length):
    england, end = calendar("England and Wales"), start + timedelta(days=length)

    listed = england.closed_days(start, end)

    assert [day for day, _ in listed] == sorted({day for day, _ in listed})
    assert len(listed) + england.working_days_between(start - timedelta(days=1), end) == length + 1


def test_no_working_days_from_a_closed_day_is_the_next_open_one():
    assert calendar("England and Wales").add_working_days(date(2026, 12, 25), 0) == date(2026, 12, 29)
    assert calendar("England and Wales").roll(date(2026, 12, 28), back=True) == date(2026, 12, 24)


@pytest.mark.parametrize("day", [date.min, date(1974, 6, 1), date(2200, 1, 1), date.max])
@pytest.mark.parametrize("count", [1, -1, 0])
def test_a_year_that_no_case_has_is_refused_in_a_sentence(day, count):
    with pytest.raises(Invalid, match=f"not in {day.year}"):
        calendar("England and Wales").add_working_days(day, count)


def test_a_count_beyond_the_calendar_is_refused_and_does_not_stall():
    with pytest.raises(Invalid, match="not in 2200"):
        calendar("England and Wales").add_working_days(date(2026, 1, 1), 10**9)
    with pytest.raises(Invalid, match="not in 1974"):
        calendar("England and Wales").add_working_days(date(2026, 1, 1), -(10**9))


def test_an_unknown_nation_is_refused_with_the_known_ones():
    with pytest.raises(Invalid, match="England and Wales, Scotland, Northern Ireland"):
        calendar("Wessex")


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 1, 2), date(2026, 1, 1)), (date(2026, 1, 1), date(2029, 1, 1))]
)
def test_a_closure_backwards_or_of_years_is_refused(first, last):
    with pytest.raises(Invalid, match="from one day to one year"):
        Closure("Closed", first, last)
