"""Element templates: what the modellers (the studio's and the desktop one) offer for each service task.

Made of the service tasks' schemas, so that a new input shows in the properties panel without another line.
Source: docs.camunda.io, "Element templates", schema of @camunda/zeebe-element-templates-json-schema.
"""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields, validate
from marshmallow.utils import missing

from engine import service_tasks
from engine.service_tasks.base import ServiceTask

SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
APPLIES_TO = ["bpmn:Task", "bpmn:ServiceTask", "bpmn:SendTask"]
RECIPIENTS = ("assignee", "owner")

ICONS = {
    "merge_document": "M3 4h18v16H3zM3.5 5 12 12l8.5-7",
    "notify": "M6 17V10a6 6 0 0 1 12 0v7l2 2H4zM10 21h4",
    "send_email": "M3 5h18v14H3zM3 6l9 7 9-7",
    "send_letter": "M3 5h18v14H3zM3 6l9 7 9-7M15 16h4",
    "send_sms": "M8 2h8v20H8zM11 19h2",
    "send_by_preference": "M3 5h18v14H3zM7 9h10M7 13h6",
    "record_note": "M5 3h14v18H5zM8 8h8M8 12h8M8 16h5",
    "update_record": "M4 5h16v14H4zM4 10h16M10 10v9M14 15l2 2 3-4",
    "set_fields": "M4 6h16M4 12h16M4 18h10",
    "start_case": "M4 6h10v12H4zM14 12h6M17 9l3 3-3 3",
    "user_task": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
    "start_clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM10 8l6 4-6 4z",
    "extend_clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l4 2",
    "stop_clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM10 8v8M14 8v8",
    "resume_clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM9 8v8M12 8l4 4-4 4",
    "reset_clock": "M5 8a8 8 0 1 1-1 5M5 3v5h5",
    "meet_clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8 12l3 3 5-6",
}


def templates(
    *,
    letters: Iterable[str] = (),
    emails: Iterable[str] = (),
    texts: Iterable[str] = (),
    rules: Iterable[str] = (),
    teams: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return a template for each service task; what a category has is offered as a choice, where it is known."""
    offered = {"letter": list(letters), "email": list(emails), "sms": list(texts), "rule": list(rules)}
    offered["recipient"] = [*RECIPIENTS, *teams] if teams else []
    return [*(template(task, offered) for task in service_tasks.ALL), CASE_CALL, TO_DO]


def template(task: ServiceTask, offered: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the template of one service task; `offered` are the names to choose from, by what an input names."""
    schema = task.inputs()
    takes_any = schema.unknown != "raise"
    made: dict[str, Any] = {
        "$schema": SCHEMA,
        "id": f"casewright.{task.type}",
        "name": task.name,
        "description": task.description,
        "version": 1,
        "appliesTo": APPLIES_TO,
        "elementType": {"value": "bpmn:ServiceTask"},
        "icon": {"contents": _icon(task.type)},
        "groups": [{"id": "inputs", "label": "What it needs"}],
        "properties": [_type(task), *(_property(name, field, offered) for name, field in schema.fields.items())],
    }
    if takes_any:
        made["entriesVisible"] = True  # the modeller's own list of inputs takes whatever is named
    return made


def _type(task: ServiceTask) -> dict[str, Any]:
    return {"type": "Hidden", "value": task.type, "binding": {"type": "zeebe:taskDefinition:type"}}


def _property(name: str, field: fields.Field[Any], offered: Mapping[str, list[str]]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": name,
        "label": field.metadata.get("label", name),
        "group": "inputs",
        "binding": {"type": "zeebe:input", "name": name},
        **_editor(field, offered),
    }
    if "help" in field.metadata:
        made["description"] = field.metadata["help"]
    if field.required:
        made["constraints"] = {"notEmpty": True}
    else:
        made["optional"] = True
    return made


def _editor(field: fields.Field[Any], offered: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return how a value is typed or chosen, and what stands there at first."""
    choices = offered.get(field.metadata.get("names", "")) or _choices(field)
    default = field.load_default
    first = {} if default is missing or default in (None, "") else {"value": _text(default)}
    if choices:
        may_be_empty = not (first or field.required) and "" not in choices
        listed = [
            *([{"name": "None", "value": ""}] if may_be_empty else []),
            *({"name": n, "value": n} for n in choices),
        ]
        return {"type": "Dropdown", "choices": listed, **first}
    if isinstance(field, fields.Boolean):
        return {"type": "Boolean", "feel": "optional", "value": bool(first and default)}
    if isinstance(field, fields.Integer | fields.Float | fields.Decimal):
        return {"type": "Number", "feel": "optional", **first}
    return {"type": "Text" if field.metadata.get("is_long") else "String", "feel": "optional", **first}


def _choices(field: fields.Field[Any]) -> list[str]:
    found = [each for each in field.validators if isinstance(each, validate.OneOf)]
    return [_text(choice) for choice in found[0].choices] if found else []


def _text(value: Any) -> str:
    return str(value)


def _icon(type_: str) -> str:
    path = ICONS.get(type_, "M4 4h16v16H4z")
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18" viewBox="0 0 24 24" fill="none" '
        f'stroke="#0d5868" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"><path d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _own_property(name: str, label: str, said: str, **more: Any) -> dict[str, Any]:
    binding = {"type": "zeebe:property", "name": name}
    return {"id": name, "label": label, "description": said, "group": "inputs", "binding": binding, **more}


# A call activity that starts a case and waits for it is no service task: its inputs are the answers to a start form.
CASE_CALL: dict[str, Any] = {
    "$schema": SCHEMA,
    "id": "casewright.case_call",
    "name": "Start a case and wait for its outcome",
    "description": "Inputs are the answers to its start form; outputs read its fields, outcome, status and reference.",
    "version": 1,
    "appliesTo": ["bpmn:Task", "bpmn:CallActivity"],
    "elementType": {"value": "bpmn:CallActivity"},
    "icon": {"contents": _icon("start_case")},
    "groups": [{"id": "inputs", "label": "Which case"}],
    "entriesVisible": True,
    "properties": [
        _own_property("startsCase", "Category", "Its key", type="String", constraints={"notEmpty": True}),
        _own_property(
            "caseSubjects",
            "What it is about",
            "person, home, tenancy, account, a role in this case, or references; else what this case is about",
            type="String",
            feel="optional",
            optional=True,
        ),
        _own_property(
            "caseOwner",
            "Whose it is",
            "owner (of this case), a member of staff, or a team: its manager",
            type="String",
            feel="optional",
            optional=True,
        ),
    ],
}

# A to-do item is drawn with the modeller's own means; this adds what Casewright alone has.
TO_DO: dict[str, Any] = {
    "$schema": SCHEMA,
    "id": "casewright.to_do",
    "name": "To-do item",
    "description": "A user task with four eyes and reminders of its own.",
    "version": 1,
    "appliesTo": ["bpmn:Task", "bpmn:UserTask"],
    "elementType": {"value": "bpmn:UserTask"},
    "icon": {"contents": _icon("user_task")},
    "groups": [{"id": "inputs", "label": "On the case"}],
    "entriesVisible": True,
    "properties": [
        {"type": "Hidden", "binding": {"type": "zeebe:userTask"}},
        _own_property(
            "differentFrom",
            "Not by whoever did",
            "Four eyes: the id of a task of this diagram; whoever did that one may not do this one",
            type="String",
            optional=True,
        ),
        _own_property(
            "reminders",
            "Reminders",
            "Those of the category unless something else is chosen",
            type="Dropdown",
            optional=True,
            choices=[
                {"name": "All, also what the diagram draws", "value": "all"},
                {"name": "None", "value": "none"},
            ],
        ),
    ],
}
