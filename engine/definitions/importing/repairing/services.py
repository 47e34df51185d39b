"""Repairs of steps that no machine here can do: a person does them, on a form that asks for what they give."""

from collections.abc import Iterator
from functools import partial

from engine import service_tasks
from engine.definitions.elements import Element
from engine.definitions.importing import generating
from engine.definitions.importing.repairing.drawing import Drawing, Repair
from engine.definitions.importing.repairing.expressions import can_be_read
from engine.definitions.importing.repairing.people import asks, by_a_person
from engine.definitions.importing.tree import bpmn, extend

CALLS = "callActivity"


def find(drawing: Drawing) -> Iterator[Repair]:
    """Hand to a person what is not known here: services, scripts, decisions, called processes; make missing forms."""
    for node in drawing.nodes:
        if node.is_service and not _is_known(node, drawing):
            yield _by_a_person(drawing, node, _code(node), _what(node, drawing))
        elif node.kind == CALLS and not node.service.called_process:
            yield _by_a_person(drawing, node, "no-called-process", "")
        elif node.kind == CALLS and not _is_called(node, drawing):
            yield _by_a_person(drawing, node, "unknown-process", f"the process “{node.service.called_process}”")
        elif node.kind == "receiveTask" and node.message is None and not node.name:
            yield _by_a_person(drawing, node, "no-message", "")
        elif node.kind == "task" and not node.assignment.form_id:
            message = f"“{node.label}” was drawn without a type: a person does it, on a form with a note."
            yield Repair(node.id, "no-type", message, partial(by_a_person, drawing, node.id, ""), "task", "userTask")
    yield from _forms(drawing)


def _is_known(node: Element, drawing: Drawing) -> bool:
    service = node.service
    if service.type:
        return service.type in service_tasks.BY_TYPE
    if service.decision_id:
        return service.decision_id.startswith("=") or service.decision_id in drawing.known.decisions
    return bool(service.script) and can_be_read(service.script)


def _is_called(node: Element, drawing: Drawing) -> bool:
    called, own = node.service.called_process, drawing.drawn.diagram.process_ids
    if called.startswith("="):  # it names one of several
        return len({*drawing.known.processes, *own}) > 1
    return called in drawing.known.processes or called in own


def _code(node: Element) -> str:
    if node.service.type:
        return "unknown-service"
    if node.service.decision_id:
        return "unknown-decision"
    return "expression" if node.service.script else "no-service"


def _what(node: Element, drawing: Drawing) -> str:
    service = node.service
    if service.type:
        return f"the service “{service.type}”"
    if service.decision_id:
        return f"the decision “{service.decision_id}”"
    written = service.script or (drawing.written(node.id).findtext(bpmn("script")) or "").strip()
    return f"the script “{written}”" if written else ""


def _by_a_person(drawing: Drawing, node: Element, code: str, original: str) -> Repair:
    results = [*(target for _, target in node.service.outputs), node.service.result_variable]
    make = partial(by_a_person, drawing, node.id, original, [name for name in results if generating.is_key(name)])
    why = f"{original} is not known here" if original else "nothing says how it is done"
    if code == "expression":
        why = f"{original} cannot be translated with certainty"
    message = f"A person does “{node.label}”, on a form: {why}."
    return Repair(node.id, code, message, make, node.kind, "userTask")


def _forms(drawing: Drawing) -> Iterator[Repair]:
    for node in drawing.nodes:
        form_id = node.assignment.form_id
        if not form_id or form_id.startswith("=") or form_id in drawing.known.forms | drawing.forms.keys():
            continue
        made = generating.form_id(form_id)
        make = partial(_form, drawing, node.id, made)
        message = f"The form “{form_id}” of “{node.label}” is not here: one with a note was made."
        yield Repair(node.id, "unknown-form", message, make, form_id, made)


def _form(drawing: Drawing, node_id: str, form_id: str) -> None:
    if form_id in drawing.known.forms | drawing.forms.keys():
        extend(drawing.written(node_id), "formDefinition", formId=form_id)
    else:
        asks(drawing, node_id, {}, form_id)
