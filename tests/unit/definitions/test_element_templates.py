"""The element templates that the modellers read are those of the service tasks."""

import pytest

from engine import service_tasks
from engine.definitions.element_templates import SCHEMA, templates
from engine.service_tasks.base import ServiceTask

KINDS = {"Hidden", "String", "Text", "Number", "Boolean", "Dropdown"}


@pytest.mark.parametrize("task", service_tasks.ALL, ids=lambda task: task.type)
def test_each_service_task_has_a_template_with_all_its_inputs(task: ServiceTask) -> None:
    (found,) = [made for made in templates() if made["id"] == f"casewright.{task.type}"]

    bindings = [each["binding"] for each in found["properties"]]
    assert bindings[0] == {"type": "zeebe:taskDefinition:type"} and found["properties"][0]["value"] == task.type
    assert [each["name"] for each in bindings[1:]] == list(task.inputs().fields)
    assert {each["type"] for each in found["properties"]} <= KINDS
    assert found["$schema"] == SCHEMA and found["name"] and found["description"]


def test_inputs_that_are_needed_may_not_be_left_empty() -> None:
    inputs = {each["id"]: each for each in _template("send_email")["properties"] if "id" in each}

    assert inputs["text"]["type"] == "Text"
    letter = {each["id"]: each for each in _template("merge_document")["properties"] if "id" in each}
    assert letter["template"]["constraints"] == {"notEmpty": True}


def test_a_letter_is_of_a_template_or_is_a_document_and_either_may_be_left_empty() -> None:
    for type_, template in (("send_letter", "template"), ("send_by_preference", "letter")):
        made = next(one for one in templates(letters=["hello"]) if one["id"] == f"casewright.{type_}")
        inputs = {each["id"]: each for each in made["properties"] if "id" in each}

        assert inputs[template]["optional"] is True and "constraints" not in inputs[template]
        assert [one["value"] for one in inputs[template]["choices"]] == ["", "hello"]
        assert inputs["document"]["type"] == "String" and inputs["document"]["feel"] == "optional"
        assert "in place of a template" in inputs["document"]["description"]


def test_a_choice_of_the_schema_is_a_list_with_its_default_chosen() -> None:
    kind = next(each for each in _template("notify")["properties"] if each.get("id") == "kind")

    assert kind["type"] == "Dropdown" and kind["value"] == "reminder" and kind["optional"] is True
    assert [choice["value"] for choice in kind["choices"]] == ["reminder", "warning", "escalation"]


def test_letters_rules_and_teams_of_a_category_are_offered() -> None:
    offered = {"letters": ["hello"], "rules": ["a.b"], "teams": ["Repairs"]}

    found = {each["id"]: each for made in templates(**offered) for each in made["properties"] if "choices" in each}

    assert [choice["value"] for choice in found["template"]["choices"]][-1:] == ["hello"]
    assert [choice["value"] for choice in found["rule"]["choices"]] == ["a.b"]
    assert [choice["value"] for choice in found["to"]["choices"]] == ["assignee", "owner", "Repairs"]


def test_without_a_category_the_names_are_typed() -> None:
    inputs = {each.get("id"): each["type"] for each in _template("merge_document")["properties"]}

    assert inputs["template"] == "String"


def test_a_task_that_takes_any_input_shows_the_modellers_own_list() -> None:
    assert _template("set_fields")["entriesVisible"] is True
    assert "entriesVisible" not in _template("notify")


def test_a_to_do_item_offers_four_eyes_and_keeps_the_modellers_own_panels() -> None:
    found = _template("to_do")

    assert {"type": "zeebe:property", "name": "differentFrom"} in [each["binding"] for each in found["properties"]]
    assert found["elementType"] == {"value": "bpmn:UserTask"} and found["entriesVisible"] is True


def _template(type_: str) -> dict:  # type: ignore[type-arg]
    return next(made for made in templates() if made["id"] == f"casewright.{type_}")
