"""Checks the forms of a category: each by itself, and the names that its expressions use."""

from collections.abc import Iterator, Mapping

from engine import feel
from engine.definitions.checks import names
from engine.definitions.checks.context import Context
from engine.definitions.checks.expressions import CODES, remedy_of
from engine.definitions.faults import Fault
from engine.fields.components import named
from engine.forms import Form
from engine.forms import check as check_form
from engine.forms.names import OF_FORMS


def check_file(path: str, content: bytes) -> Iterator[Fault]:
    """Yield what is wrong with one form by itself."""
    for found in check_form(content, source=path):
        message = f"{found.message.rstrip('.')} (at {found.place})." if found.place else found.message
        yield Fault(found.element, found.code, found.severity, message, found.remedy, found.line)


def check(context: Context, paths: Mapping[str, str]) -> Iterator[tuple[str, Fault]]:
    """Yield what is wrong between the forms and the rest; `paths` are the files by form id."""
    for stem, form in context.forms.items():
        path = paths[stem]
        if form.id != stem:
            message = f"The form says that its id is “{form.id}”, and diagrams know it by its file as “{stem}”."
            yield path, Fault("", "form-id", "error", message, f"Rename the file to {form.id}.form, or change the id.")
        yield from ((path, fault) for fault in _expressions(form, context))
        yield from ((path, fault) for fault in _not_catalogued(form, context))
        if not any(element.assignment.form_id == stem for element in context.elements.values()):
            message = f"No step uses the form “{stem}”."
            yield path, Fault("", "unused-form", "info", message, "Link it to a step, or delete it.")


def _not_catalogued(form: Form, context: Context) -> Iterator[Fault]:
    """Tell of fields of the catalogue that a form names and that are not there: it asks for what it has drawn then."""
    for path in named(form.components):
        if path.replace("[]", "") not in context.catalogued:
            message = f"The form “{form.id}” names the field “{path}” of the catalogue, which is not there."
            remedy = names.did_you_mean(path, context.catalogued, "Add it under Fields, or take the property out.")
            yield Fault("", "field-not-in-catalogue", "warning", message, remedy)


def _expressions(form: Form, context: Context) -> Iterator[Fault]:
    known = {**context.known, **dict.fromkeys(_own_names(form, context), "Any")}
    for expression in form.expressions:
        for problem in feel.check(expression.compiled, known, functions=feel.HOST):
            if problem.code == "function":
                continue  # told by the form's own check
            code = CODES.get(problem.code, "wrong-expression")
            message = f"The expression at {expression.place}: {problem.sentence.rstrip('.')}."
            yield Fault(_component(form, expression.place), code, "error", message, remedy_of(code))


def _own_names(form: Form, context: Context) -> set[str]:
    """Return what only the expressions of this form know: parts of its rows and groups, and items of loops."""
    within = {part.removesuffix("[]") for field in form.fields for part in field.key.split(".")[1:]}
    users = [e for e in context.elements.values() if e.assignment.form_id == form.id]
    looped = {name for element in users for name in names.bound_at(element)}
    around = {name for e in context.elements.values() if e.kind == "subProcess" for name in names.bound_at(e)}
    return within | looped | around | OF_FORMS


def _component(form: Form, place: str) -> str:
    """Return the id of the component in which an expression stands."""
    inside = [c for c in form.all_components if place.startswith(f"{c.place}.") or place == c.place]
    return max(inside, key=lambda component: len(component.place)).id if inside else ""
