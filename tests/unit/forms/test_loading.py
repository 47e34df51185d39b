import json
import subprocess
from pathlib import Path

import pytest

from engine.errors import Invalid
from engine.forms import check, load
from engine.forms.json_text import LARGEST
from tests.unit.forms.forms import choice, faults_of, form_of, group, hidden_when, moment, number, rows, text, yes_no

PROCESSES = Path(__file__).parents[3] / "processes"


def test_the_fields_are_listed_flat_by_their_paths():
    form = form_of(
        moment("received_on", validate={"required": True}, description="The day it came."),
        choice("radio", "outcome", properties={"sensitivity": "personal"}),
        group(text("postcode"), path="address"),
        rows("works", number("cost"), {"type": "filepicker", "key": "photos", "label": "Photos"}),
        {"type": "expression", "key": "total", "expression": "=sum(works.cost)"},
    )

    assert [(field.key, field.type) for field in form.fields] == [
        ("received_on", "date"),
        ("outcome", "choice"),
        ("address", "group"),
        ("address.postcode", "text"),
        ("works", "list"),
        ("works[].cost", "number"),
        ("works[].photos", "file"),
        ("total", "any"),
    ]
    received, outcome = form.fields[:2]
    assert (received.label, received.help, received.required) == ("Date received", "The day it came.", True)
    assert [option.value for option in outcome.options] == ["upheld", "not_upheld"]
    assert outcome.sensitivity == "personal"
    assert form.fields[-1].computed


def test_a_field_may_have_another_name_on_the_case_and_stand_behind_a_pound_sign():
    form = form_of(
        number("amount", appearance={"prefixAdorner": "£"}),
        choice("radio", "stage1_outcome", properties={"case_label": "Outcome at stage 1"}),
        {"type": "expression", "key": "total", "expression": "=amount", "properties": {"prefix": "£"}},
        number("cost"),
    )

    assert [(field.label, field.prefix) for field in form.fields[1:]] == [
        ("Outcome at stage 1", ""),
        ("Total", "£"),
        ("Cost", ""),
    ]
    assert form.fields[0].prefix == "£"


@pytest.mark.parametrize(
    ("kind", "extra", "expected"),
    [
        ("textarea", {}, "long_text"),
        ("number", {}, "number"),
        ("datetime", {"subtype": "time"}, "time"),
        ("datetime", {"subtype": "datetime"}, "datetime"),
        ("checkbox", {}, "yes_no"),
        ("select", {"values": ["a"]}, "choice"),
        ("checklist", {"values": ["a"]}, "multiple_choice"),
        ("taglist", {"values": ["a"]}, "multiple_choice"),
        ("filepicker", {}, "file"),
    ],
)
def test_every_kind_of_input_has_a_type(kind, extra, expected):
    assert form_of({"type": kind, "key": "a", "label": "A", **extra}).fields[0].type == expected


@pytest.mark.parametrize("name", ["case", "person", "today", "clocks", "this", "i", "csrf_token"])
def test_a_field_may_not_take_a_name_that_already_means_something(name):
    [fault] = faults_of(text(name))

    assert (fault.code, fault.severity, fault.place) == ("key-reserved", "error", "components[0].key")
    assert name in fault.message
    assert fault.remedy


@pytest.mark.parametrize("name", ["typename", "__builtins__", "__class__", "a.__b", "a.typename"])
def test_a_name_that_poisons_the_serialiser_is_refused_at_any_depth(name):
    assert [fault.code for fault in faults_of(text(name))] == ["key-reserved"]
    assert [fault.code for fault in faults_of(rows("works", text(name)))] == ["key-reserved"]


@pytest.mark.parametrize("name", ["", "1st", "a-b", "a b", "_a", "a..b", "ключ", "x" * 81, "a\n"])
def test_a_key_that_no_expression_could_name_is_refused(name):
    assert {fault.code for fault in faults_of(text(name))} <= {"key-bad", "key-missing"}
    assert faults_of(text(name))


def test_a_key_that_is_a_word_of_the_language_is_refused():
    assert [fault.code for fault in faults_of(text("if"))] == ["key-word"]


@pytest.mark.parametrize(
    "components",
    [
        (text("a"), number("a")),
        (text("a"), text("a.b")),
        (text("a.b"), text("a")),
        (group(text("b"), path="a"), text("a.b")),
        (rows("a", text("b")), text("a")),
        (rows("a", text("b"), text("b")),),
        (text("a"), {"type": "expression", "key": "a", "expression": "=1"}),
    ],
)
def test_two_fields_may_not_hold_the_same_answer(components):
    faults = faults_of(*components)

    assert [fault.code for fault in faults] == ["key-twice"]
    assert "components[" in faults[0].message


def test_the_same_key_in_two_lists_is_two_fields():
    assert faults_of(rows("a", text("name")), rows("b", text("name"))) == []


def test_a_fault_tells_the_line_of_its_component():
    written = json.dumps({"components": [{**text("case"), "id": "Field_1"}]}, indent=1)

    [fault] = check(written, source="f.form")

    assert '"Field_1"' in written.splitlines()[fault.line - 1]


@pytest.mark.parametrize(
    ("component", "place"),
    [
        (text("a", **hidden_when("b = = c")), "components[0].conditional.hide"),
        (number("a", validate={"min": "=1 +"}), "components[0].validate.min"),
        ({"type": "text", "text": "{{a +}}"}, "components[0].text"),
        ({"type": "text", "text": "{{#if a}}never closed"}, "components[0].text"),
        ({"type": "text", "text": "{{/loop}}"}, "components[0].text"),
        ({"type": "expression", "key": "a", "expression": "=)"}, "components[0].expression"),
        ({"type": "expression", "key": "a"}, "components[0].expression"),
        (choice("select", "a", values=(), valuesExpression="=[1,"), "components[0].valuesExpression"),
    ],
)
def test_an_expression_that_cannot_be_read_is_a_fault_at_its_place(component, place):
    faults = [fault for fault in faults_of(component) if fault.code == "expression"]

    assert [fault.place for fault in faults] == [place]
    assert faults[0].severity == "error"


def test_a_call_of_a_function_that_nobody_has_is_a_warning():
    [fault] = faults_of({"type": "expression", "key": "a", "expression": "=explode(1)"})

    assert (fault.code, fault.severity) == ("function-unknown", "warning")
    assert "explode" in fault.message


@pytest.mark.parametrize("pattern", ["(", "(?=a)b", r"(a)\1", "a" * 501])
def test_a_pattern_that_cannot_run_safely_is_refused(pattern):
    [fault] = faults_of(text("a", validate={"pattern": pattern}))

    assert (fault.code, fault.place) == ("pattern", "components[0].validate.pattern")


@pytest.mark.parametrize("kind", ["iframe", "documentPreview"])
def test_components_that_show_other_sites_are_left_out_with_a_warning(kind):
    form = form_of({"type": kind, "id": "x", "url": "https://example.org"}, text("a"))

    assert [field.key for field in form.fields] == ["a"]
    assert [(fault.code, fault.severity) for fault in form.warnings] == [("component-refused", "warning")]


def test_a_button_is_ignored_without_a_word():
    assert faults_of({"type": "button", "action": "submit"}, text("a")) == []


def test_an_unknown_component_is_an_error_that_lists_those_that_are_known():
    [fault] = faults_of({"type": "hologram"})

    assert fault.code == "type-unknown"
    assert "textfield" in fault.remedy


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"components": 1, "components": 2}',
        b"[" * 100_000,
        b'{"components": ' + b"9" * 10_000 + b"}",
        b" " * (LARGEST + 1),
        b'{"type": "default"}',
    ],
)
def test_what_is_not_a_form_is_refused_with_a_sentence(written):
    with pytest.raises(Invalid) as caught:
        load(written, source="f.form")

    assert "f.form" in caught.value.message
    assert caught.value.remedy
    assert check(written, source="f.form")[0].severity == "error"


def test_all_errors_of_a_form_are_told_at_once():
    with pytest.raises(Invalid) as caught:
        form_of(text("case"), text("b", validate={"pattern": "("}), {"type": "hologram"})

    assert set(caught.value.errors) == {"components[0].key", "components[1].validate.pattern", "components[2].type"}


@pytest.mark.parametrize(
    "component",
    [
        {"type": "textfield", "key": "a", "label": 7},
        {"type": "textfield", "key": "a", "label": "A", "validate": "required"},
        {"type": "textfield", "key": "a", "label": "A", "validate": {"maxLength": -1}},
        {"type": "number", "key": "a", "label": "A", "decimalDigits": 1.5},
        {"type": "number", "key": "a", "label": "A", "validate": {"min": "many"}},
        {"type": "number", "key": "a", "label": "A", "validate": {"min": "1e1000000"}},
        {"type": "number", "key": "a", "label": "A", "increment": 0},
        {"type": "select", "key": "a", "label": "A", "values": [{"label": "x", "value": {}}]},
        {"type": "select", "key": "a", "label": "A", "values": ["x", "x"]},
        {"type": "select", "key": "a", "label": "A"},
        {"type": "datetime", "key": "a", "dateLabel": "A", "subtype": "year"},
        {"type": "textfield", "key": "a", "label": "A", "validate": {"validationType": "iban"}},
        {"type": "group", "components": {}},
        {"type": "table", "dataSource": "=a"},
        7,
    ],
)
def test_a_property_of_the_wrong_kind_is_a_fault(component):
    faults = faults_of(component)

    assert "error" in {fault.severity for fault in faults}
    assert all(fault.place.startswith("components[0]") and fault.remedy for fault in faults)


def test_groups_nested_too_deep_are_refused():
    component = text("a")
    for _ in range(20):
        component = group(component)

    assert "too-deep" in {fault.code for fault in faults_of(component)}


def test_a_form_of_too_many_components_is_refused_once():
    faults = faults_of(group(*[{"type": "separator"}] * 1_500), group(*[{"type": "separator"}] * 1_500))

    assert [fault.code for fault in faults] == ["too-many"]


def test_the_same_text_is_read_once():
    written = json.dumps({"components": [yes_no("a")]})

    assert load(written, source="f.form") is load(written.encode(), source="f.form")


def test_a_field_without_a_label_is_labelled_by_its_key():
    form = form_of({"type": "textfield", "key": "date_of_visit"})

    assert form.fields[0].label == "Date of visit"
    assert [fault.code for fault in form.warnings] == ["label-missing"]


@pytest.mark.parametrize("path", sorted(PROCESSES.rglob("*.form")), ids=lambda path: path.stem)
def test_every_form_that_is_shipped_loads_without_a_fault(path):
    assert check(path.read_bytes(), source=path.name) == []


def test_forms_can_be_used_without_the_web():
    code = "import sys, engine.forms; sys.exit('flask' in sys.modules or 'sqlalchemy' in sys.modules)"

    assert subprocess.run([__import__("sys").executable, "-c", code], cwd=PROCESSES.parent, check=False).returncode == 0
