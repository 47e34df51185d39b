from datetime import date
from decimal import Decimal

import pytest

from engine.errors import Invalid
from tests.unit.forms.forms import (
    REQUIRED,
    choice,
    errors_of,
    form_of,
    group,
    hidden_when,
    moment,
    number,
    rows,
    text,
    yes_no,
)


def shown(form, answers=None, scope=None):
    """Return the paths of the fields that are shown."""
    return [n.shown_path for n in form.resolve(scope or {}, answers or {}).walk() if not n.hidden and n.shown_path]


def test_a_hidden_field_is_not_required_and_its_answer_is_dropped():
    form = form_of(yes_no("has_agent"), text("agent", **REQUIRED, **hidden_when("has_agent != true")))

    assert form.validate({"has_agent": False, "agent": "Al"}, {}) == {"has_agent": False}
    assert errors_of(form, {"has_agent": "true"}) == {"agent": "Enter the name"}
    assert form.validate({"has_agent": "true", "agent": "Al"}, {}) == {"has_agent": True, "agent": "Al"}


def test_a_hidden_field_is_emptied_where_the_case_holds_an_answer():
    form = form_of(yes_no("has_agent"), text("agent", **hidden_when("has_agent != true")))

    assert form.validate({"has_agent": False}, {"agent": "Al"}) == {"has_agent": False, "agent": None}


def test_conditions_see_the_answers_over_the_case():
    form = form_of(text("stage"), text("why", **hidden_when('stage = "one"')))

    assert "why" not in shown(form, {}, {"stage": "one"})
    assert "why" in shown(form, {"stage": "two"}, {"stage": "one"})


def test_conditions_see_days_numbers_and_choices_as_what_they_are():
    form = form_of(
        moment("on"),
        number("cost"),
        choice("checklist", "themes", values=("a", "b")),
        text("late", **hidden_when("on >= date(2026, 6, 1)")),
        text("dear", **hidden_when("cost <= 10.5")),
        text("a_only", **hidden_when('not(list contains(themes, "a"))')),
    )
    answers = {"on": {"day": "1", "month": "5", "year": "2026"}, "cost": "11", "themes": ["a"]}

    assert shown(form, answers) == ["on", "cost", "themes", "late", "dear", "a_only"]
    assert shown(form, {"on": "2026-06-01", "cost": "10.50", "themes": ["b"]}) == ["on", "cost", "themes"]


def test_only_a_plain_true_hides():
    form = form_of(
        text("a", **hidden_when("missing")), text("b", **hidden_when('"true"')), text("c", **hidden_when("true"))
    )

    assert shown(form) == ["a", "b"]


def test_a_field_named_like_a_function_is_null_until_it_is_answered():
    form = form_of(number("count"), text("why", **hidden_when("count = null")))

    assert shown(form) == ["count"]
    assert shown(form, {"count": 1}) == ["count", "why"]


def test_an_answer_that_is_hidden_counts_as_null_for_what_follows():
    form = form_of(
        yes_no("one"),
        yes_no("two", **hidden_when("one != true")),
        text("three", **hidden_when("two != true")),
    )

    assert shown(form, {"one": True, "two": True}) == ["one", "two", "three"]
    assert shown(form, {"one": False, "two": True}) == ["one"]


def test_a_condition_may_read_an_answer_further_down():
    form = form_of(text("a", **hidden_when("c = true")), text("b", **hidden_when("a != null")), yes_no("c"))

    assert shown(form, {"a": "x", "c": True}) == ["b", "c"]
    assert shown(form, {"a": "x", "c": False}) == ["a", "c"]


def test_conditions_that_hide_one_another_come_to_an_end():
    form = form_of(text("a", **hidden_when("b = null")), text("b", **hidden_when("a != null")))

    assert isinstance(shown(form, {"a": "x", "b": "y"}), list)


def test_a_hidden_group_hides_what_is_in_it():
    form = form_of(yes_no("other"), group(text("postcode", **REQUIRED), path="address", **hidden_when("other != true")))

    assert form.validate({"address": {"postcode": "LS1"}}, {}) == {"other": False}
    assert form.validate({"address": {}}, {}) == {"other": False}
    assert errors_of(form, {"other": True}) == {"address.postcode": "Enter the name"}
    assert errors_of(form, {"address": {"is_admin": True}}) == {"address": "This form does not ask for this."}


def test_a_hidden_list_is_dropped_whole():
    form = form_of(yes_no("any"), rows("works", text("job", **REQUIRED), **hidden_when("any != true")))

    assert form.validate({"works": [{"job": ""}, {"nonsense": 1}]}, {}) == {"any": False}
    assert form.validate({}, {"works": [{"job": "Roof"}]}) == {"any": False, "works": None}


def test_conditions_in_a_row_see_that_row():
    form = form_of(
        number("limit"),
        rows(
            "works",
            number("cost"),
            text("why", "Reason", **REQUIRED, **hidden_when("this.cost = null or this.cost <= limit")),
        ),
    )

    assert errors_of(form, {"limit": "100", "works": [{"cost": "50"}, {"cost": "150"}]}) == {
        "works[1].why": "Enter the reason"
    }
    assert form.validate({"limit": "100", "works": [{"cost": "50", "why": "x"}]}, {})["works"] == [
        {"cost": Decimal(50), "why": None}
    ]


def test_a_row_knows_its_number_and_what_is_around_it():
    form = form_of(
        rows(
            "works",
            text("name"),
            rows("parts", text("part"), text("first", **hidden_when('i[2] > 1 or parent.name = "x"'))),
        ),
    )
    answers = {"works": [{"name": "a", "parts": [{}, {}]}, {"name": "x", "parts": [{}]}]}

    assert [path for path in shown(form, answers) if path.endswith("first")] == ["works[0].parts[0].first"]


def test_a_computed_field_is_worked_out_here_and_never_taken_from_a_request():
    form = form_of(
        rows("works", number("cost"), {"type": "expression", "key": "with_vat", "expression": "=this.cost * 1.2"}),
        {"type": "expression", "key": "total", "expression": "=sum(works.with_vat)"},
        {"type": "expression", "key": "due_on", "expression": '=date(2026, 1, 1) + duration("P1D")'},
    )

    answers = form.validate({"works": [{"cost": "10"}, {"cost": "20"}]}, {})

    assert answers == {
        "works": [
            {"cost": Decimal(10), "with_vat": Decimal("12.0")},
            {"cost": Decimal(20), "with_vat": Decimal("24.0")},
        ],
        "total": Decimal("36.0"),
        "due_on": "2026-01-02",
    }
    assert errors_of(form, {"total": 0}) == {"total": "This form does not ask for this."}


def test_a_row_added_to_fill_in_does_not_spoil_a_sum():
    form = form_of(
        rows("works", number("cost")), {"type": "expression", "key": "total", "expression": "=sum(works.cost)"}
    )

    assert form.validate({"works": [{"cost": "10"}, {"cost": ""}, {"cost": "5"}]}, {})["total"] == 15


def test_a_computed_value_that_no_case_can_keep_is_an_error_with_its_place():
    form = form_of({"type": "expression", "key": "a", "expression": "=[1..5]"})

    with pytest.raises(Invalid, match=r"components\[0\]") as caught:
        form.validate({}, {})
    assert caught.value.errors == {"a": "This could not be worked out."}


def test_an_expression_that_runs_away_is_stopped_and_named():
    form = form_of(text("a", **hidden_when("count(for x in 1..100000, y in 1..100000 return x) > 1")))

    with pytest.raises(Invalid, match=r"components\[0\]\.conditional\.hide"):
        form.validate({}, {})


def test_expressions_may_call_the_functions_of_the_platform():
    form = form_of({"type": "expression", "key": "on", "expression": "=add working days(day, 2)"})

    def add_working_days(day, number):
        return date(2026, 12, 29)

    answers = form.validate({}, {"day": date(2026, 12, 24)}, functions={"add working days": add_working_days})

    assert answers == {"on": "2026-12-29"}


@pytest.mark.parametrize("name", ["disabled", "readonly"])
def test_a_field_that_may_not_be_changed_is_refused(name):
    form = form_of(text("reference", **{name: True}, **REQUIRED))

    assert errors_of(form, {"reference": "mine"}) == {"reference": "This form does not ask for this."}
    assert form.validate({}, {}) == {}


def test_a_field_that_an_answer_makes_readonly_is_left_as_the_case_holds_it():
    form = form_of(yes_no("locked"), text("name", readonly="=locked = true"))

    assert form.validate({"locked": True, "name": "mine"}, {}) == {"locked": True}
    assert form.validate({"locked": False, "name": "mine"}, {}) == {"locked": False, "name": "mine"}


def test_labels_and_limits_follow_the_answers():
    form = form_of(number("limit"), number("cost", "Cost of {{home.reference}}", validate={"max": "=limit"}))

    errors = errors_of(form, {"limit": "5", "cost": "6"}, {"home": {"reference": "H1"}})

    assert errors == {"cost": "Cost of H1 must be 5 or less"}
    assert errors_of(form, {"cost": "6"}) == {}


def test_the_answers_of_a_group_lie_over_what_the_case_holds():
    form = form_of(group(text("town"), path="address"), text("why", **hidden_when('address.country = "Wales"')))

    assert "why" not in shown(form, {"address": {"town": "Leeds"}}, {"address": {"country": "Wales"}})


def test_schemas_are_kept_for_each_way_in_which_a_form_stands():
    form = form_of(yes_no("a"), text("b", **hidden_when("a != true")))
    ways = [form.schema_for(form.resolve({}, {"a": value}).nodes, {}) for value in (True, False, True, False)]

    assert ways[0] is ways[2]
    assert ways[1] is ways[3]
    assert ways[0] is not ways[1]


def test_a_form_knows_which_answers_steer_it():
    form = form_of(
        {**yes_no("a"), "id": "A"},
        {**text("b", **hidden_when("a != true")), "id": "B"},
        {**text("c"), "id": "C"},
        {"type": "text", "text": "{{c}}"},
    )

    assert form.steering == {"A", "C"}
