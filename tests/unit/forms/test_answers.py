from decimal import Decimal

import pytest

from tests.unit.forms.forms import (
    REQUIRED,
    choice,
    errors_of,
    form_of,
    group,
    moment,
    number,
    rows,
    text,
    yes_no,
)


def test_answers_are_kept_as_the_case_keeps_them():
    form = form_of(
        text("name"),
        number("cost"),
        moment("received_on"),
        moment("at", "time"),
        moment("seen_at", "datetime"),
        yes_no("tenant"),
        choice("radio", "outcome"),
        choice("checklist", "themes", values=("a", "b")),
        {"type": "filepicker", "key": "photos", "label": "Photos", "multiple": True},
        {"type": "textarea", "key": "notes", "label": "Notes"},
    )

    answers = form.validate(
        {
            "name": "  Ada   Okafor ",
            "cost": "£1,234.50",
            "at": "2:30pm",
            "tenant": "true",
            "outcome": "upheld",
            "received_on": {"day": "3", "month": "December", "year": "2026"},
            "themes": ["b", "b", "a"],
            "seen_at": {"day": "3", "month": "7", "year": "2026", "time": "14.05"},
            "photos": ["17", 18],
            "notes": " one\r\ntwo \r\n",
        },
        {},
    )

    assert answers == {
        "name": "Ada Okafor",
        "cost": Decimal("1234.50"),
        "at": "14:30",
        "tenant": True,
        "outcome": "upheld",
        "received_on": "2026-12-03",
        "themes": ["b", "a"],
        "seen_at": "2026-07-03T13:05:00+00:00",
        "photos": ["17", "18"],
        "notes": "one\ntwo",
    }


def test_what_json_holds_is_read_as_well_as_what_a_page_posts():
    form = form_of(number("cost"), moment("received_on"), moment("seen_at", "datetime"), yes_no("tenant"))
    sent = {"cost": 5, "received_on": "2026-12-03", "seen_at": "2026-12-03T14:05:00+01:00", "tenant": False}

    assert form.validate(sent, {}) == {
        "cost": Decimal(5),
        "received_on": "2026-12-03",
        "seen_at": "2026-12-03T13:05:00+00:00",
        "tenant": False,
    }


def test_answers_that_were_accepted_are_accepted_again_unchanged():
    form = form_of(number("cost"), moment("received_on"), moment("at", "time"), moment("seen_at", "datetime"))
    once = form.validate({"cost": "1.50", "received_on": "3 Dec 2026", "at": "9am", "seen_at": "2026-10-25 01:30"}, {})

    assert form.validate(once, {}) == once


def test_every_visible_field_is_answered_with_null_at_least():
    form = form_of(text("name"), yes_no("tenant"), choice("checklist", "themes"), moment("on"))

    assert form.validate({}, {}) == {"name": None, "tenant": False, "themes": [], "on": None}


def test_a_field_left_out_keeps_what_the_case_holds():
    form = form_of(text("name", **REQUIRED), group(text("postcode", **REQUIRED), path="address"))

    assert form.validate({}, {"name": "Ada", "address": {"postcode": "LS1 1AA"}}) == {}
    assert errors_of(form, {"name": ""}, {"name": "Ada"}) == {
        "name": "Enter the name",
        "address.postcode": "Enter the name",
    }


def test_a_default_answers_a_field_that_nobody_has_answered():
    form = form_of(text("country", defaultValue="England", **REQUIRED))

    assert form.validate({}, {}) == {"country": "England"}
    assert form.validate({"country": "Wales"}, {}) == {"country": "Wales"}
    assert form.initial({}) == {"country": "England"}
    assert form.initial({"country": "Wales"}) == {"country": "Wales"}


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        (
            moment("a", properties={"required_message": "Enter the date that it was received"}),
            "Enter the date that it was received",
        ),
        (moment("a", label="Date received"), "Enter the date received"),
        (text("a", "The resident’s words"), "Enter the resident’s words"),
        (text("a", "NI number"), "Enter the NI number"),
        (text("a", "When did it start?"), "Answer “When did it start?”"),
        (text("a", "What happened"), "Answer “What happened”"),
        (choice("radio", "a"), "Select the outcome"),
        (choice("select", "a", "How it was made"), "Select an answer to “How it was made”"),
        (choice("checklist", "a", "Themes"), "Select the themes"),
        (yes_no("a", "I have consent"), "Tick “I have consent” to continue"),
        ({"type": "filepicker", "key": "a", "label": "Evidence"}, "Choose a file for “Evidence”"),
    ],
)
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_required_answer_left_blank_is_asked_for_in_its_own_words(component, sentence, blank):
    form = form_of({**component, **REQUIRED})

    assert errors_of(form, {"a": blank}) == {"a": sentence}
    assert errors_of(form, {}) == {"a": sentence}


def test_a_required_box_must_be_ticked():
    assert errors_of(form_of(yes_no("a", **REQUIRED)), {"a": False}) == {"a": "Tick “Is a tenant” to continue"}


@pytest.mark.parametrize(
    "raw",
    [
        "abc",
        "1e5",
        "1,23",
        "12,34,567",
        "１２",
        "٣",
        "--1",
        ".",
        "£",
        "1.2.3",
        True,
        [],
        [1],
        {"a": 1},
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
    ],
)
def test_what_is_not_a_number_is_refused(raw):
    errors = errors_of(form_of(number("cost", **REQUIRED)), {"cost": raw})

    assert set(errors) == {"cost"}


@pytest.mark.parametrize("raw", [Decimal("1E+1000000"), Decimal("1E-1000000"), 10**40, "9" * 400, 1e300])
def test_a_number_of_absurd_size_is_refused_at_once(raw):
    assert "fewer digits" in errors_of(form_of(number("cost")), {"cost": raw})["cost"]


@pytest.mark.parametrize(
    ("raw", "kept"), [("-0.00", "0"), ("0", "0"), (1.1, "1.1"), ("+5", "5"), (".5", "0.5"), ("−3", "-3")]
)
def test_a_number_is_kept_exactly(raw, kept):
    found = form_of(number("cost")).validate({"cost": raw}, {})["cost"]

    assert found == Decimal(kept)
    assert not found.is_signed() or found < 0


@pytest.mark.parametrize(
    ("rules", "raw", "sentence"),
    [
        ({"decimalDigits": 0}, "1.5", "Cost must be a whole number"),
        ({"decimalDigits": 2}, "1.555", "Cost must have at most 2 decimal places"),
        ({"validate": {"min": 1}}, "0", "Cost must be 1 or more"),
        ({"validate": {"max": "=limit"}}, "501", "Cost must be 500 or less"),
        ({"validate": {"min": 1000}, "appearance": {"prefixAdorner": "£"}}, "5", "Cost must be £1,000 or more"),
        ({"increment": "0.25"}, "0.3", "Cost must be a multiple of 0.25"),
        (
            {"increment": "0.000000000000000000001"},
            "1" + "0" * 30,
            "Cost must be a multiple of 0.000000000000000000001",
        ),
    ],
)
def test_a_number_keeps_to_its_limits(rules, raw, sentence):
    assert errors_of(form_of(number("cost", **rules)), {"cost": raw}, {"limit": 500}) == {"cost": sentence}


def test_trailing_noughts_are_not_decimal_places():
    assert errors_of(form_of(number("cost", decimalDigits=0)), {"cost": "5.00"}) == {}


@pytest.mark.parametrize(
    ("rules", "raw", "sentence"),
    [
        ({"maxLength": 3}, "four", "Name must be 3 characters or fewer"),
        ({"minLength": "=2 + 3"}, "four", "Name must be 5 characters or more"),
        ({"pattern": "^[A-Z]+$"}, "abc", "Name must be in the right format"),
        ({"pattern": "^[A-Z]+$", "patternErrorMessage": "Use capitals"}, "abc", "Use capitals"),
        (
            {"validationType": "email"},
            "a@b",
            "Name must be an email address in the right format, like name@example.com",
        ),
        (
            {"validationType": "phone"},
            "call me",
            "Name must be a telephone number, like 01632 960 001 or +44 808 157 0192",
        ),
        ({}, "x" * 2_001, "Name must be 2,000 characters or fewer"),
    ],
)
def test_text_keeps_to_its_rules(rules, raw, sentence):
    assert errors_of(form_of(text("a", validate=rules)), {"a": raw}) == {"a": sentence}


@pytest.mark.parametrize("good", ["01632 960 001", "+44 808 157 0192", "(01632) 960001", "07700900000 ext 12"])
def test_telephone_numbers_are_read_in_the_ways_people_write_them(good):
    assert errors_of(form_of(text("a", validate={"validationType": "phone"})), {"a": good}) == {}


def test_a_pattern_made_to_run_for_ever_does_not():
    form = form_of(text("a", validate={"pattern": "^(a+)+$"}))

    assert errors_of(form, {"a": "a" * 1_900 + "!"}) == {"a": "Name must be in the right format"}


def test_choices_are_those_offered_in_their_own_type():
    form = form_of(
        choice("radio", "urgent", values=[{"label": "Yes", "value": True}, {"label": "No", "value": False}]),
        choice("select", "stage", values=[1, 2]),
    )

    assert form.validate({"urgent": "false", "stage": "2"}, {}) == {"urgent": False, "stage": 2}
    assert form.validate({"urgent": True, "stage": 1}, {}) == {"urgent": True, "stage": 1}


@pytest.mark.parametrize("raw", ["other", ["upheld"], {"upheld": 1}, 7, True])
def test_a_choice_that_was_not_offered_is_refused(raw):
    assert errors_of(form_of(choice("radio", "a")), {"a": raw}) == {"a": "Outcome must be one of the answers offered"}


@pytest.mark.parametrize("raw", [["upheld", "other"], "other", [["upheld"]], [{}], {"a": "b"}])
def test_choices_that_were_not_offered_are_refused(raw):
    assert errors_of(form_of(choice("checklist", "a")), {"a": raw}) == {
        "a": "Outcome must be one of the answers offered"
    }


def test_choices_come_from_the_case_by_name_or_by_expression():
    form = form_of(
        choice("select", "patch", values=(), valuesKey="patches"),
        choice(
            "select", "surveyor", values=(), valuesExpression="=for o in officers return {label: o.name, value: o.id}"
        ),
    )
    scope = {"patches": ["North", "South"], "officers": [{"name": "Ann", "id": 7}]}

    assert form.validate({"patch": "South", "surveyor": "7"}, scope) == {"patch": "South", "surveyor": 7}
    assert set(errors_of(form, {"patch": "East", "surveyor": "8"}, scope)) == {"patch", "surveyor"}


@pytest.mark.parametrize(
    "raw", ["../etc/passwd", {"id": 1}, ["a", None, 7.5], [True], ["x" * 65], ["a b"], ["\N{KELVIN SIGN}"]]
)
def test_a_file_that_is_no_reference_is_refused(raw):
    form = form_of({"type": "filepicker", "key": "a", "label": "Photos", "multiple": True})

    assert errors_of(form, {"a": raw}) == {"a": "Photos must be files that were uploaded here"}


def test_one_file_is_one_file():
    form = form_of({"type": "filepicker", "key": "a", "label": "Photo"})

    assert errors_of(form, {"a": ["1", "2"]}) == {"a": "Photo must be one file"}
    assert form.validate({"a": "1"}, {}) == {"a": ["1"]}


def test_file_references_are_listed_with_their_places():
    form = form_of(
        {"type": "filepicker", "key": "a", "label": "A"},
        rows("works", {"type": "filepicker", "key": "b", "label": "B"}),
    )

    assert form.file_references({"a": ["1"], "works": [{"b": ["2"]}, {"b": []}]}) == [("a", "1"), ("works[0].b", "2")]


def test_errors_in_groups_and_rows_are_told_by_their_paths():
    form = form_of(
        group(text("line1", "First line", **REQUIRED), path="address"),
        rows("works", text("job", "Job", **REQUIRED), rows("parts", number("cost", **REQUIRED))),
    )

    errors = errors_of(
        form,
        {
            "works": [
                {"job": "a"},
                {"job": "b", "parts": [{"cost": "1"}, {"cost": "x"}]},
                {"job": "", "parts": [{"cost": "1"}]},
            ]
        },
    )

    assert errors == {
        "address.line1": "Enter the first line",
        "works[1].parts[1].cost": "Cost must be a number, like 12 or 1,250.50",
        "works[2].job": "Enter the job",
    }


def test_a_row_that_nothing_was_typed_into_is_left_out_and_the_others_keep_their_numbers():
    form = form_of(rows("works", text("job", "Job", **REQUIRED), yes_no("done", "Done")))

    assert form.validate({"works": [{"job": "", "done": "false"}, {"job": "Roof"}]}, {}) == {
        "works": [{"job": "Roof", "done": False}]
    }
    assert errors_of(form, {"works": [{"job": ""}, {"job": " ", "done": True}]}) == {"works[1].job": "Enter the job"}


def test_a_list_keeps_to_its_numbers():
    form = form_of(rows("works", text("job"), properties={"minimum": "1", "maximum": "2"}))

    assert errors_of(form, {"works": []}) == {"works": "Works must have at least 1 entry"}
    assert errors_of(form, {}) == {"works": "Works must have at least 1 entry"}
    assert errors_of(form, {"works": [{"job": "a"}] * 3}) == {"works": "Works must have at most 2 entries"}
    assert errors_of(form, {"works": "many"}) == {"works": "Works must be a list"}
    assert errors_of(form, {"works": [7]}) == {"works[0]": "This must be an object."}


def test_a_dotted_key_and_a_group_of_the_same_name_share_an_object():
    form = form_of(text("address.town", "Town"), group(text("postcode", "Postcode"), path="address"))

    assert form.validate({"address": {"town": "Leeds", "postcode": "LS1"}}, {}) == {
        "address": {"town": "Leeds", "postcode": "LS1"}
    }
    assert errors_of(form, {"address": "Leeds"}) == {"address": "This must be an object."}


@pytest.mark.parametrize("name", ["load", "Meta", "fields", "validate", "dump", "context", "pre_load"])
def test_a_key_named_like_a_method_is_a_key_like_any_other(name):
    assert form_of(text(name)).validate({name: "x"}, {}) == {name: "x"}


def test_schema_loads_what_is_shown_when_nothing_is_answered():
    form = form_of(text("name", **REQUIRED))

    assert form.schema({}).load({"name": "Ada"}) == {"name": "Ada"}
    assert form.schema({}) is form.schema({})
    assert form.schema({}).validate({"other": 1}) == {
        "name": ["Enter the name"],
        "other": ["This form does not ask for this."],
    }
