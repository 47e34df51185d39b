"""What is sent may be hostile: each bound has the attack that it stands against."""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.forms import check, load
from engine.forms.guards import LARGEST
from engine.forms.guards import check as within_bounds
from tests.effort import effort_below
from tests.environment.pace import examples
from tests.unit.forms.forms import (
    choice,
    errors_of,
    form_of,
    group,
    hidden_when,
    moment,
    number,
    refusal_of,
    rows,
    text,
    yes_no,
)

EVERY_INPUT = form_of(
    text("name", validate={"required": True, "maxLength": 20}),
    number("cost", decimalDigits=2, validate={"min": "=cost_floor"}),
    moment("on"),
    moment("at", "time"),
    moment("seen", "datetime"),
    yes_no("tenant"),
    choice("radio", "outcome"),
    choice("checklist", "themes"),
    {"type": "filepicker", "key": "photos", "label": "Photos", "multiple": True},
    group(text("postcode", **hidden_when("tenant = true")), path="address"),
    rows("works", number("price"), text("why", **hidden_when("this.price = null")), rows("parts", text("part"))),
    {"type": "expression", "key": "total", "expression": "=sum(works.price)"},
)
NAMES = st.sampled_from(
    [
        "name",
        "cost",
        "on",
        "at",
        "seen",
        "tenant",
        "outcome",
        "themes",
        "photos",
        "address",
        "postcode",
        "works",
        "price",
        "why",
        "parts",
        "part",
        "total",
        "day",
        "month",
        "year",
        "time",
        "typename",
        "__class__",
        "x",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=12)
    | st.sampled_from(["2026-02-29", "2026-03-29T01:30", "1e999", "upheld", "£5", "\ud800", "\x00", "٣", "true"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.drawn
@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON | st.dictionaries(NAMES, JSON, max_size=10))
def test_whatever_is_sent_as_answers_is_accepted_or_refused_with_sentences(answers):
    refusal = refusal_of(lambda: EVERY_INPUT.validate(answers, {}))

    if refusal:
        assert refusal.message
        assert all(isinstance(path, str) and sentence for path, sentence in refusal.errors.items())
    else:
        kept = EVERY_INPUT.validate(answers, {})
        assert EVERY_INPUT.validate({name: kept[name] for name in kept if name != "total"}, {}) == kept


KINDS = st.sampled_from(
    [
        "textfield",
        "textarea",
        "number",
        "datetime",
        "checkbox",
        "checklist",
        "radio",
        "select",
        "taglist",
        "group",
        "dynamiclist",
        "table",
        "filepicker",
        "html",
        "text",
        "image",
        "separator",
        "spacer",
        "expression",
        "button",
        "iframe",
        "x",
    ]
)
PROPERTIES = st.sampled_from(
    [
        "id",
        "key",
        "path",
        "label",
        "dateLabel",
        "description",
        "defaultValue",
        "values",
        "valuesKey",
        "valuesExpression",
        "validate",
        "conditional",
        "appearance",
        "layout",
        "properties",
        "readonly",
        "disabled",
        "subtype",
        "increment",
        "decimalDigits",
        "text",
        "content",
        "source",
        "dataSource",
        "columns",
        "rowCount",
        "expression",
        "multiple",
        "hide",
        "required",
        "pattern",
        "min",
        "max",
        "minLength",
        "height",
        "row",
        "defaultRepetitions",
    ]
)
VALUES = SCALARS | st.sampled_from(
    ["=a", "=1 +", "{{a}}", "{{#if a}}", "a.b", "date", "(?=x)", "name", "=sum(a)", True, 3]
)
OBJECTS = st.dictionaries(
    PROPERTIES, VALUES | st.lists(VALUES, max_size=3) | st.dictionaries(PROPERTIES, VALUES, max_size=3)
)
COMPONENTS = st.recursive(
    st.builds(lambda kind, rest: {**rest, "type": kind}, KINDS, OBJECTS),
    lambda inner: st.builds(lambda one, more: {**one, "components": more}, inner, st.lists(inner, max_size=3)),
    max_leaves=8,
)


@pytest.mark.drawn
@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(COMPONENTS | JSON, max_size=5), JSON)
def test_whatever_is_given_as_a_form_is_read_or_refused_with_sentences(components, answers):
    written = json.dumps({"components": components}, default=str)

    faults = check(written, source="f.form")

    assert all(fault.message and fault.remedy for fault in faults)
    refusal = refusal_of(lambda: load(written, source="f.form"))
    if refusal:
        assert refusal.message
        assert any(fault.severity == "error" for fault in faults)
        return
    form = load(written, source="f.form")
    form.initial({})
    refusal = refusal_of(lambda: form.validate(answers, {}))
    assert refusal is None or refusal.message


@pytest.mark.drawn
@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_whatever_stands_in_the_file_is_refused_with_a_sentence(written):
    with pytest.raises(Invalid, match=r"f\.form"):
        load(written, source="f.form")


@pytest.mark.parametrize("name", ["typename", "__builtins__", "LIMIT", "reference", "csrf_token"])
def test_an_answer_that_the_form_does_not_ask_for_is_refused_with_the_rest(name):
    form = form_of(text("name"))

    assert set(errors_of(form, {"name": "Ada", name: "9999"})) <= {name, ""}
    assert errors_of(form, {"name": "Ada", name: "9999"})


@pytest.mark.parametrize("name", ["typename", "__class__"])
def test_a_poisoned_name_is_refused_wherever_it_stands(name):
    errors = errors_of(EVERY_INPUT, {"works": [{"parts": [{name: "UUID"}]}]})

    assert errors == {"works[0].parts[0]": f"The name '{name}' may not be used."}


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"cost": math.nan}, "cost"),
        ({"cost": math.inf}, "cost"),
        ({"cost": Decimal("NaN")}, "cost"),
        ({"cost": Decimal("sNaN")}, "cost"),
        ({"works": [{"why": "\x1b[2J"}]}, "works[0].why"),
        ({"photos": {1, 2}}, "photos"),
        ({"photos": b"bytes"}, "photos"),
        ({1: "a"}, ""),
    ],
)
def test_what_the_database_cannot_hold_is_refused_with_its_place(answers, place):
    with pytest.raises(Invalid) as caught:
        within_bounds(answers)

    assert list(caught.value.errors) == [place]


@pytest.mark.parametrize("answers", [None, [], "x", 7, True])
def test_answers_are_an_object(answers):
    assert errors_of(EVERY_INPUT, answers) == {"": "Send an object."}


def nested(depth):
    found = "x"
    for _ in range(depth):
        found = [found]
    return {"a": found}


def test_answers_nested_too_deep_are_refused_without_being_walked():
    assert within_bounds(nested(14)) == nested(14)
    with pytest.raises(Invalid):
        within_bounds(nested(16))
    with pytest.raises(Invalid):
        within_bounds(nested(5_000))


def test_answers_too_large_are_refused():
    assert within_bounds({"a": "x" * (LARGEST - 100)})
    for large in (
        {"a": "x" * LARGEST},
        {"a": "é" * (LARGEST // 2)},
        {"a": [0] * LARGEST},
        {f"a{n}": n for n in range(30_000)},
    ):
        with pytest.raises(Invalid):
            within_bounds(large)


@pytest.mark.parametrize("raw", ["9" * 200_000, "1," * 100_000, "£" * 200_000, " " * 200_000 + "1", "." * 200_000])
def test_long_rubbish_is_refused_quickly(raw):
    form = form_of(number("a"), moment("b"), moment("c", "time"), text("d", validate={"validationType": "email"}))

    with effort_below(60):
        for key in "abcd":
            errors_of(form, {key: raw})


def test_a_list_of_a_thousand_blank_rows_costs_little():
    form = form_of(rows("works", text("job"), properties={"maximum": "1000"}))

    with effort_below(60):
        assert form.validate({"works": [{}] * 1_000}, {}) == {"works": []}
