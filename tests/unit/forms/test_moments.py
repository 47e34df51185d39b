from datetime import UTC, datetime

import pytest

from engine.instants import frozen_at
from tests.unit.forms.forms import (
    errors_of,
    form_of,
    moment,
)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"day": "31", "month": "2", "year": "2026"}, "Date received must be a real date, like 27 3 2026"),
        ({"day": "3", "month": "", "year": "2026"}, "Date received must include a month"),
        ({"day": "", "month": "", "year": "2026"}, "Date received must include a day and month"),
        ({"day": "3", "month": "12", "year": "26"}, "Date received must have a year with 4 numbers"),
        ({"day": "3", "month": "12", "year": "0026"}, "Date received must have a year between 1800 and 2300"),
        ({"day": "3", "month": "Decembre", "year": "2026"}, "Date received must be a real date, like 27 3 2026"),
        ({"day": ["3"], "month": {}, "year": True}, "Date received must be a real date, like 27 3 2026"),
        ({"day": "٣", "month": "12", "year": "2026"}, "Date received must be a real date, like 27 3 2026"),
        ("2026-02-30", "Date received must be a real date, like 27 3 2026"),
        ("tomorrow", "Date received must be a real date, like 27 3 2026"),
        (20261203, "Date received must be a real date, like 27 3 2026"),
        (["2026-12-03"], "Date received must be a real date, like 27 3 2026"),
    ],
)
def test_a_date_that_is_not_one_is_told_why(raw, sentence):
    assert errors_of(form_of(moment("on")), {"on": raw}) == {"on": sentence}


@pytest.mark.parametrize(
    "written", ["3 12 2026", "03/12/2026", "3-Dec-2026", "3 december 2026", "2026-12-03", "3.12.2026"]
)
def test_a_date_is_read_in_the_ways_people_write_it(written):
    assert form_of(moment("on")).validate({"on": written}, {}) == {"on": "2026-12-03"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2:30pm", "14:30"),
        ("2.30 PM", "14:30"),
        ("1430", "14:30"),
        ("9am", "09:00"),
        ("12am", "00:00"),
        ("midday", "12:00"),
        ("00:00", "00:00"),
        ("14:30:15", "14:30:15"),
        ("14:30Z", "14:30"),
    ],
)
def test_a_time_is_read_in_the_ways_people_write_it(written, kept):
    assert form_of(moment("at", "time")).validate({"at": written}, {}) == {"at": kept}


@pytest.mark.parametrize("written", ["25:00", "9", "14:60", "13pm", "0am", "noonish", 930, {"time": "9am"}, "9:5"])
def test_a_time_that_is_not_one_is_refused(written):
    assert "must be a real time" in errors_of(form_of(moment("at", "time")), {"at": written})["at"]


def test_an_hour_that_the_clocks_leave_out_is_refused():
    parts = {"day": "29", "month": "3", "year": "2026", "time": "1:30am"}

    sentence = errors_of(form_of(moment("at", "datetime", "Visit")), {"at": parts})["at"]

    assert sentence == "Visit is in the hour that is left out when the clocks go forward"


def test_a_date_and_time_needs_both():
    form = form_of(moment("at", "datetime", "Visit"))

    assert errors_of(form, {"at": {"day": "1", "month": "2", "year": "2026", "time": ""}}) == {
        "at": "Visit must include a time"
    }
    assert errors_of(form, {"at": {"day": "", "month": "", "year": "", "time": "9am"}}) == {
        "at": "Visit must include a date"
    }
    assert errors_of(form, {"at": "2026-02-01"}) == {"at": "Visit must be a real date and time"}


def test_a_day_gone_by_is_refused_where_the_form_says_so():
    form = form_of(moment("on", disallowPassedDates=True))

    with frozen_at(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)):  # 2 July in London
        assert errors_of(form, {"on": "2026-07-01"}) == {"on": "Date received must be today or in the future"}
        assert errors_of(form, {"on": "2026-07-02"}) == {}
