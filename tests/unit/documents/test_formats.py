"""Dates, money, numbers and lists as letters write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.documents import formats
from engine.documents.formats import Unwritable


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 12, 3), "3 December 2026"),
        ("2026-12-03", "3 December 2026"),
        (datetime(2026, 7, 31, 23, 30, tzinfo=UTC), "1 August 2026"),  # half past midnight in London
        ("2026-07-31T23:30:00+00:00", "1 August 2026"),
    ],
)
def test_a_date_is_written_as_the_day_it_is_in_london(value, written):
    assert formats.write_date(value) == written


def test_a_day_is_written_with_its_weekday():
    assert formats.write_day(date(2026, 12, 3)) == "Thursday 3 December 2026"


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 7, 1, 13, 5, tzinfo=UTC), "2:05pm"),
        (datetime(2026, 12, 1, 10, 0, tzinfo=UTC), "10am"),
        (datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "12am"),
        (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), "12pm"),
    ],
)
def test_a_time_is_written_as_londons_clocks_show_it(instant, written):
    assert formats.write_time(instant) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Decimal("1234.5"), "£1,234.50"),
        (0, "£0.00"),
        (Decimal("-0.004"), "£0.00"),
        (Decimal("-12.345"), "-£12.35"),
        (Decimal("1E+3"), "£1,000.00"),
        (1234567, "£1,234,567.00"),
    ],
)
def test_money_is_written_in_pounds_and_pence(amount, written):
    assert formats.write_money(amount) == written


def test_a_number_is_written_with_its_own_decimals_or_as_many_as_are_asked_for():
    assert formats.write_number(Decimal("1234.50")) == "1,234.50"
    assert formats.write_number(Decimal("1E+3")) == "1,000"
    assert formats.write_number(Decimal("2.345"), 2) == "2.35"


@pytest.mark.parametrize(
    ("members", "written"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), ([1, True], "1 and yes")],
)
def test_a_list_is_written_as_a_sentence_says_it(members, written):
    assert formats.sentence_list(members) == written


@pytest.mark.parametrize(
    ("write", "value"),
    [
        (formats.write_date, "tomorrow"),
        (formats.write_date, 3),
        (formats.write_time, date(2026, 12, 3)),
        (formats.write_money, "12.50"),
        (formats.write_money, True),
        (formats.write_money, Decimal("NaN")),
        (formats.write_money, Decimal("1E+999999")),
        (formats.sentence_list, "abc"),
        (formats.paragraphs, 3),
        (formats.printed, {"a": 1}),
        (formats.printed, object()),
    ],
)
def test_a_value_of_another_kind_is_never_written(write, value):
    with pytest.raises(Unwritable):
        write(value)
