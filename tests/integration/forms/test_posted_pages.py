"""Pages read back: flat names into answers, as typed; hostile names refused."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import Invalid
from engine.forms import load
from tests.environment.pace import examples
from tests.integration.forms.app import EVERY_KIND
from tests.unit.forms.forms import refusal_of
from webapp.forms import answers_from

FORM = load(EVERY_KIND.read_bytes(), source=EVERY_KIND.name)


def posted(*pairs, files=()):
    return answers_from(FORM, MultiDict(pairs), MultiDict(files))


def test_flat_names_become_nested_answers_as_typed():
    page = posted(
        ("title", " Damp "),
        ("award", "£1,2"),
        ("received_on-day", "31"),
        ("received_on-month", "2"),
        ("received_on-year", ""),
        ("visit_at-day", "1"),
        ("visit_at-time", "9am"),
        ("call_at", "late"),
        ("address.postcode", "LS1"),
        ("address.line1", ""),
        ("works", ""),
        ("works-0", ""),
        ("works-0-job", "Roof"),
        ("works-0-cost", "x"),
        ("works-1", ""),
        ("works-1-job", "Door"),
        ("has_representative", "false"),
        ("has_representative", "true"),
        ("outcome", ""),
        ("outcome", "upheld"),
        ("services", ""),
        ("services", "rent"),
        ("services", "repairs"),
        ("themes", ""),
        ("photos", ""),
        ("photos", "f1"),
        ("csrf_token", "t"),
        ("_revision", "7"),
    )

    assert page.answers == {
        "title": " Damp ",
        "award": "£1,2",
        "received_on": {"day": "31", "month": "2", "year": ""},
        "visit_at": {"day": "1", "time": "9am"},
        "call_at": "late",
        "address": {"postcode": "LS1", "line1": ""},
        "works": [{"job": "Roof", "cost": "x"}, {"job": "Door"}],
        "has_representative": True,
        "outcome": "upheld",
        "services": ["rent", "repairs"],
        "themes": [],
        "photos": ["f1"],
    }
    assert page.command is None


def test_a_box_left_unticked_and_a_list_left_empty_are_answers():
    assert posted(("has_representative", "false"), ("works", "")).answers == {"has_representative": False, "works": []}
    assert posted().answers == {}


def test_a_row_is_added_where_the_button_says():
    page = posted(("works", ""), ("works-0", ""), ("works-0-job", "Roof"), ("_command", "add:works"))

    assert page.answers["works"] == [{"job": "Roof"}, {}]
    assert page.focus == "works-1"
    assert (page.command.name, page.command.target) == ("add", "works")


def test_the_row_that_the_button_names_is_removed():
    rows = [(f"works-{n}-job", job) for n, job in enumerate(("Roof", "Door", "Wall"))]

    assert posted(*rows, ("_command", "remove:works-1")).answers["works"] == [{"job": "Roof"}, {"job": "Wall"}]


@pytest.mark.parametrize(
    "command", ["remove:works-7", "remove:title", "add:nothing", "add:", "remove:works--1", "add:works-0"]
)
def test_a_button_for_a_row_that_is_not_there_is_refused(command):
    with pytest.raises(Invalid, match="not there"):
        posted(("works", ""), ("works-0-job", "Roof"), ("_command", command))


def test_no_more_rows_are_added_than_the_list_may_have():
    rows = [(f"works-{number}-job", "x") for number in range(5)]

    with pytest.raises(Invalid):
        posted(*rows, ("_command", "add:works"))


def test_a_button_of_the_callers_is_passed_on():
    assert posted(("_command", "draft")).command.name == "draft"


@pytest.mark.parametrize(
    "name",
    [
        "typename",
        "__class__x",
        "LIMIT",
        "reference2",
        "works_total",
        "works-0-cost-x",
        "works-99999-job",
        "works-٣-job",
        "works-00-job",
        "address",
        "address.",
        "title-day",
        "received_on-hour",
        "works-0.job",
        "",
        "\x00",
        "\ud800",
        "a" * 10_000,
    ],
)
def test_a_name_that_the_form_does_not_have_is_refused(name):
    if name.startswith("_"):
        assert posted((name, "1")).answers == {}  # the caller's own, which never become answers
        return
    with pytest.raises(Invalid) as caught:
        posted((name, "1"))
    assert caught.value.errors


def test_an_answer_sent_twice_is_refused():
    with pytest.raises(Invalid, match="twice"):
        posted(("title", "one"), ("title", "two"))


@pytest.mark.parametrize("numbers", [[1], [0, 2], [99], list(range(6))])
def test_rows_that_no_page_has_are_refused(numbers):
    with pytest.raises(Invalid):
        posted(*[(f"works-{number}-job", "x") for number in numbers])


def test_characters_that_cannot_be_stored_are_seen_to_be_gone():
    assert posted(("title", "a\x00b\ud800c\td\r\ne")).answers == {"title": "a�b�c\td\r\ne"}


def test_pages_too_large_are_refused():
    with pytest.raises(Invalid, match="larger"):
        posted(("notes", "x" * 300_000))
    with pytest.raises(Invalid, match="more than"):
        posted(*[(f"n{number}", "") for number in range(6_000)])


def test_new_files_wait_under_the_path_of_their_field_until_they_are_stored():
    upload = FileStorage(BytesIO(b"x"), filename="damp.jpg", name="photos")
    nothing = FileStorage(BytesIO(b""), filename="", name="photos")

    page = posted(("photos", ""), ("photos", "f1"), files=[("photos", upload), ("photos", nothing)])
    page.attach("photos", ["f2"])

    assert page.uploads == {"photos": [upload]}
    assert page.answers["photos"] == ["f1", "f2"]


def test_a_file_where_none_is_asked_for_is_refused():
    with pytest.raises(Invalid):
        posted(files=[("title", FileStorage(BytesIO(b"x"), filename="a.txt"))])


NAMES = st.sampled_from(
    [
        "title",
        "award",
        "received_on",
        "received_on-day",
        "visit_at-time",
        "works",
        "works-0",
        "works-0-job",
        "works-1-cost",
        "works-0-why",
        "address.line1",
        "photos",
        "themes",
        "outcome",
        "has_representative",
        "_command",
        "works_total",
        "x",
    ]
)
VALUES = st.text(max_size=8) | st.sampled_from(
    ["add:works", "remove:works-0", "update", "true", "upheld", "\ud800", "\x00"]
)


@pytest.mark.drawn
@settings(max_examples=examples(400), deadline=None)
@given(st.lists(st.tuples(NAMES | st.text(max_size=8), VALUES), max_size=14))
def test_whatever_a_page_sends_is_read_or_refused(pairs):
    refusal = refusal_of(lambda: posted(*pairs))
    if refusal:
        assert refusal.message
        return
    answers = posted(*pairs).answers
    refusal = refusal_of(lambda: FORM.validate(answers, {}))
    assert refusal is None or all(refusal.errors.values())
