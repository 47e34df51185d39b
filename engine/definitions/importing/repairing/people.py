"""Steps that a person does instead: a user task with a form, the original implementation kept in words."""

import re
from collections.abc import Iterable

from engine.definitions.importing import generating
from engine.definitions.importing.generating import Kind
from engine.definitions.importing.repairing.drawing import Drawing
from engine.definitions.importing.tree import (
    bpmn,
    document,
    drop_attributes,
    drop_extensions,
    extend,
    label,
    property_of,
    set_property,
)

NOT_OF_USER_TASKS = (
    "implementation", "operationRef", "messageRef", "instantiate", "scriptFormat", "calledElement",
    "triggeredByEvent", "method", "ordering", "cancelRemainingInstances",
)  # fmt: skip
PARTS_NOT_OF_USER_TASKS = ("script", "ioSpecification", "dataInputAssociation", "dataOutputAssociation", "laneSet")
DONE_BY_MACHINES = (
    "taskDefinition", "calledDecision", "calledElement", "script", "ioMapping", "taskHeaders", "adHoc",
)  # fmt: skip
ORIGINAL = "originalImplementation"


def by_a_person(drawing: Drawing, node_id: str, original: str, results: Iterable[str] = ()) -> None:
    """Let a person do a step that a machine did; the form asks for the results that later steps may need."""
    node = drawing.written(node_id)
    node.tag = bpmn("userTask")
    drop_attributes(node, *NOT_OF_USER_TASKS)
    drop_extensions(node, *DONE_BY_MACHINES)
    for child in [c for c in node if c.tag in {bpmn(name) for name in PARTS_NOT_OF_USER_TASKS}]:
        node.remove(child)
    extend(node, "userTask")
    if original:
        set_property(node, ORIGINAL, _short(original))
        document(node, f"As drawn, this was done by a machine: {original}")
    asks(drawing, node_id, dict.fromkeys(results, "text"))


def asks(drawing: Drawing, node_id: str, fields: dict[str, Kind], form_id: str = "") -> str:
    """Link a generated form to a step and return the form's id."""
    node = drawing.written(node_id)
    made = form_id or _free_form_id(drawing, node_id)
    drawing.forms[made] = generating.form(made, label(node), fields)
    extend(node, "formDefinition", formId=made)
    return made


def _free_form_id(drawing: Drawing, node_id: str) -> str:
    wanted = generating.form_id(node_id)
    taken = drawing.known.forms | drawing.forms.keys()
    number, made = 1, wanted
    while made in taken:
        number += 1
        made = f"{wanted}_{number}"
    return made


def told(drawing: Drawing, node_id: str) -> None:
    """Let an officer say that an event has happened."""
    set_property(drawing.written(node_id), "toldBy", "officer")


def is_told(drawing: Drawing, node_id: str) -> bool:
    """Say whether an officer says already that an event has happened."""
    return bool(property_of(drawing.written(node_id), "toldBy"))


def _short(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lstrip("= ")[:200]
