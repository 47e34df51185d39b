"""Checks the service tasks: that they exist, and that they are given what they need."""

from collections.abc import Callable, Iterator, Mapping

from marshmallow import ValidationError

from engine import service_tasks
from engine.definitions.checks import clocks, names
from engine.definitions.checks.context import Context, fault
from engine.definitions.checks.expressions import constant
from engine.definitions.checks.graph import Graph
from engine.definitions.checks.references import TELLABLE, unknown_rule
from engine.definitions.elements import Element
from engine.definitions.faults import Fault
from engine.service_tasks.base import ServiceTask
from engine.templates.kinds import SENT, Kind

WRITING = ("merge_document", "send_letter", "send_by_preference")


def check(drawn: Graph, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with the service tasks of a diagram."""
    for node in drawn.nodes.values():
        if node.is_service:
            yield from _service(node, context)


def _service(node: Element, context: Context) -> Iterator[Fault]:
    task = service_tasks.BY_TYPE.get(node.service.type)
    if task is not None:
        yield from _inputs(node, task, context)
        yield from _named(node, task, context)
        if task.type.endswith("_clock"):
            yield from clocks.check(node, task, _given(node), context)
    elif node.service.type:
        message = f"“{node.label}” names the service task “{node.service.type}”, which does not exist."
        remedy = names.did_you_mean(
            node.service.type, service_tasks.BY_TYPE, names.one_of(service_tasks.BY_TYPE, "Choose another.")
        )
        yield fault(node, "unknown-service", message, remedy, context.unmapped)
    elif node.kind == "sendTask" and node.message is not None:
        return  # it sends its message
    elif not node.service.script and not node.service.decision_id:
        message = f"“{node.label}” does not say what is to be done."
        remedy = "Choose a template for it (Merge a letter, Remind or warn staff …), or make it a user task."
        yield fault(node, "no-service", message, remedy, context.unmapped)


def _given(node: Element) -> dict[str, str]:
    return {**node.service.headers, **{target: source for source, target in node.service.inputs}}


def _inputs(node: Element, task: ServiceTask, context: Context) -> Iterator[Fault]:
    given, schema = _given(node), task.inputs()
    if schema.unknown == "raise":
        for name in given.keys() - schema.fields.keys():
            message = f"“{node.label}” is given “{name}”, which “{task.name}” does not take."
            remedy = names.did_you_mean(name, schema.fields, f"It takes: {', '.join(schema.fields)}.")
            yield fault(node, "unknown-input", message, remedy)
    for name, field in schema.fields.items():
        if field.required and not given.get(name):
            label = field.metadata.get("label", name)
            message = f"“{node.label}” is not given “{name}” ({label}), which “{task.name}” needs."
            yield fault(node, "missing-input", message, "Fill it in, in the properties of the task.")
    if lacking := task.lacks([name for name, text in given.items() if text]):
        yield fault(node, "missing-input", f"“{node.label}”: {lacking}", "Change it, in the properties of the task.")
    yield from _values(node, task, given)


def _values(node: Element, task: ServiceTask, given: Mapping[str, str]) -> Iterator[Fault]:
    """Tell of constants that the schema refuses; what an expression gives is checked when the case runs."""
    schema = task.inputs()
    values = {name: constant(text) for name, text in given.items() if name in schema.fields}
    try:
        schema.load({name: value for name, value in values.items() if value is not None}, partial=True)
    except ValidationError as error:
        for name, said in error.normalized_messages().items():  # type: ignore[no-untyped-call]
            message = f"“{node.label}”: {name} cannot be “{values.get(name)}”. {' '.join(map(str, said))}"
            yield fault(node, "wrong-input", message, "Correct it, in the properties of the task.")


def _named(node: Element, task: ServiceTask, context: Context) -> Iterator[Fault]:
    """Tell of a letter, rule or team that a service task names and the category does not have."""
    given = _given(node)
    for name, field in task.inputs().fields.items():
        value = constant(given.get(name, ""))
        look_for = NAMED.get(field.metadata.get("names", ""))
        if isinstance(value, str) and look_for is not None:
            yield from look_for(node, value, context)


def _template(kind: Kind) -> Callable[[Element, str, Context], Iterator[Fault]]:
    """Return what tells of a template of a kind that a step names and that there is not."""

    def look(node: Element, template: str, context: Context) -> Iterator[Fault]:
        known = context.template_names(kind.key)
        if template and template not in known:
            word = kind.name.lower()
            message = f"“{node.label}” uses the {word} “{template}”, which neither this category has nor is shared."
            remedy = names.did_you_mean(template, known, f"Upload {template}{kind.suffix}.")
            yield fault(node, f"unknown-{kind.key}", message, remedy, context.unmapped)

    return look


def _document(node: Element, title: str, context: Context) -> Iterator[Fault]:
    """Tell of a title that no step gives to what it writes: it may be misspelt, or an officer adds the document."""
    known = set(_titles(context))
    if title.isdecimal() or title in known or any(one.startswith("=") for one in known):
        return
    message = f"“{node.label}” sends the document “{title}”, which no step of this diagram writes."
    remedy = names.did_you_mean(title, known, "Somebody must have added it to the case by then, under this title.")
    yield fault(node, "unknown-document", message, remedy, "warning")


def _titles(context: Context) -> Iterator[str]:
    """Yield what the letters of a diagram are called: the title that a step gives, an expression as it is written."""
    for node in context.elements.values():
        if node.service.type in WRITING:
            given = _given(node)
            title, template = given.get("title", ""), given.get("template", "") or given.get("letter", "")
            fixed = constant(title)
            yield str(fixed) if fixed is not None else title or template.replace("_", " ").capitalize()


def _recipient(node: Element, to: str, context: Context) -> Iterator[Fault]:
    if to in TELLABLE or "@" in to or to in context.teams:
        return
    message = f"“{node.label}” tells “{to}”, which is neither assignee, owner, a team nor an e-mail address."
    remedy = names.did_you_mean(to, (*TELLABLE, *context.teams), "Name one of these.")
    yield fault(node, "unknown-team", message, remedy, context.unmapped)


NAMED = {
    "rule": unknown_rule,
    "recipient": _recipient,
    "document": _document,
    **{kind.key: _template(kind) for kind in SENT},
}
