"""The names that the check knows are those that a case really has around it."""

from engine.definitions.checks.names import CLOCK, SURROUNDINGS, bound_at, did_you_mean, known, one_of
from engine.definitions.elements import Element, Loop, Service
from engine.forms import load
from tests.unit.definitions.files import form


def test_fields_are_known_with_their_types_and_those_of_lists_by_path() -> None:
    names = known([load(form(), source="ask.form")], [], None)

    assert names["received_on"] == "date" and names["rent"] == "number"
    assert names["works"] == "list" and names["works.cost"] == "Any"


def test_a_field_that_two_forms_type_differently_may_be_anything() -> None:
    other = form({"type": "textfield", "key": "rent", "label": "Rent"})

    names = known([load(form(), source="ask.form"), load(other, source="more.form")], [], None)

    assert names["rent"] == "Any"


def test_what_services_write_is_known() -> None:
    outputs = Element("a", "serviceTask", "p", service=Service(outputs=(("=1", "made"),)))
    script = Element("b", "scriptTask", "p", service=Service(script="=1", result_variable="found"))
    fields = Element("c", "serviceTask", "p", service=Service(type="set_fields", inputs=(("=1", "given"),)))
    gathered = Element("d", "userTask", "p", loop=Loop(collection="=works", item="work", output_collection="costs"))

    names = known([], [outputs, script, fields, gathered], None)

    assert {"made", "found", "given", "costs"} <= names.keys() and "work" not in names
    assert "work" in bound_at(gathered)


def test_the_nearest_name_is_offered_or_what_there_is() -> None:
    assert did_you_mean("rant", ["rent", "works"]) == "Did you mean “rent”?"
    assert did_you_mean("x", ["rent"], "Add it.") == "Add it."
    assert one_of(["b", "a"], "None.") == "There are: a, b." and one_of([], "None.") == "None."
    assert one_of(map(str, range(20)), "").endswith("and 8 more.")


def test_entries_are_dotted_paths_of_reserved_names() -> None:
    from engine.forms.names import RESERVED

    assert {name.split(".")[0] for name in SURROUNDINGS} | {"clocks"} == RESERVED
    assert "due_on" in CLOCK
