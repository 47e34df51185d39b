"""All that a case knows, form by form, and the correction of what is wrong."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engine import cases
from engine.case_page import Header
from engine.definitions.category import OTHER_SECTION, Definition
from engine.errors import Conflict, Invalid, NotFound
from engine.forms import Form
from engine.reading import CaseReader, open_case
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.forms import render_fields, render_form, wants_fields
from webapp.jobs import after_commit
from webapp.portal import form_posts
from webapp.portal.case_pages import header, shared
from webapp.portal.writing import label_of, value_of

blueprint = Blueprint("details", __name__)

WORKED_OUT = "Worked out by the process"


@blueprint.get("/cases/<reference>/details")
@requires("see cases")
def page(reference: str) -> ResponseReturnValue:
    """Show every field that has a value, under the name of the form that first asked for it."""
    case = header(reference)
    reader = open_case(session(), case.id, by=actor())
    return render_template("portal/case/details.html", **shared(case, "details"), sections=_sections(reader))


@blueprint.get("/cases/<reference>/details/<form_id>")
@requires("change case")
def form_page(reference: str, form_id: str) -> ResponseReturnValue:
    """Show a form with what the case holds, for correction."""
    return _page(header(reference), form_id, {}, {})


@blueprint.post("/cases/<reference>/details/<form_id>")
@requires("change case")
def correct(reference: str, form_id: str) -> ResponseReturnValue:
    """Write the corrected fields; the next letter, gateway and form see them."""
    case = header(reference)
    reader = open_case(session(), case.id, by=actor())
    form = _form(reader, form_id)
    sent = form_posts.sent(form)
    if form_posts.is_refresh():
        if wants_fields(dict(request.headers)):
            return _fields(reader, form, sent)
        return _page(case, form_id, sent.typed, {})
    form_posts.keep_files(sent, case.id)
    try:
        if sent.errors:
            raise Invalid(errors=sent.errors)
        _write(case, reader, form, sent.posted.answers)
    except (Invalid, Conflict) as error:
        database.roll_back()
        errors = error.errors if isinstance(error, Invalid) and error.errors else {"": str(error)}
        return _page(case, form_id, sent.typed, errors), 409 if isinstance(error, Conflict) else 422
    flash("The details are corrected. If a step had failed for want of them, try it again.", "success")
    return redirect(url_for("portal.details.page", reference=reference), 303)


def _write(case: Header, reader: CaseReader, form: Form, answers: dict[str, Any]) -> None:
    values, stored = form.validate(answers, reader.scope(), functions=reader.functions), reader.stored()
    seen = form_posts.seen_values()
    moved = [key for key in values if key in seen and stored.get(key) != seen[key]]
    if moved:
        labels = ", ".join(f"“{reader.definition.fields[key].label}”" for key in moved)
        raise Conflict(
            f"{labels} changed while you had this page open.", remedy="Check the new value, then send again."
        )
    changes = {key: value for key, value in values.items() if stored.get(key) != value}
    if changes:
        after_commit(cases.change_fields(session(), case.id, changes, by=actor()))


def _sections(reader: CaseReader) -> list[dict[str, Any]]:
    definition, stored = reader.definition, reader.stored()
    files = {key: found.name for key, found in form_posts.stored_files(definition, stored).items()}
    names = form_names(definition)
    order = [*names, OTHER_SECTION]
    sections: dict[str, list[dict[str, Any]]] = {}
    for key, value in stored.items():
        if definition.section_of.get(key, OTHER_SECTION) not in order:
            continue  # a field of the catalogue that no form asks for: it has a page of its own
        written = value_of(definition, key, value, files)
        if written != "":
            row = {"key": label_of(definition, key), "value": written}
            sections.setdefault(definition.section_of.get(key, OTHER_SECTION), []).append(row)
    return [
        {
            "id": form_id,
            "name": names.get(form_id, WORKED_OUT),
            "rows": sections[form_id],
            "may_correct": form_id in names,
        }
        for form_id in sorted(sections, key=order.index)
    ]


def form_names(definition: Definition) -> dict[str, str]:
    """Return what each form is called: as the step of the diagram that asks for it, in the diagram's order."""
    asked = {e.assignment.form_id: e.label for e in definition.elements.values() if e.assignment.form_id}
    others = {form_id: form_id.replace("_", " ").capitalize() for form_id in definition.forms if form_id not in asked}
    return {**{key: name for key, name in asked.items() if key in definition.forms}, **others}


def _page(case: Header, form_id: str, values: dict[str, Any], errors: dict[str, str]) -> str:
    reader = open_case(session(), case.id, by=actor())
    form, stored = _form(reader, form_id), reader.stored()
    keys = {field.key.split("[")[0].split(".")[0] for field in form.fields if not field.computed}
    drawn = render_form(
        form,
        values,
        errors,
        reader.scope(),
        action=url_for("portal.details.correct", reference=case.reference, form_id=form_id),
        token=generate_csrf(),
        submit="Save the correction",
        hidden={"_seen": form_posts.seen_text({key: stored.get(key) for key in sorted(keys)})},
        files=form_posts.stored_files(reader.definition, stored, values),
        functions=reader.functions,
    )
    return render_template(
        "portal/case/correct.html",
        **shared(case, "details"),
        form=drawn,
        name=form_names(reader.definition)[form_id],
        errors=errors,
    )


def _fields(reader: CaseReader, form: Form, sent: form_posts.Sent) -> str:
    files = form_posts.stored_files(reader.definition, reader.stored(), sent.typed)
    drawn = render_fields(
        form, sent.typed, {}, reader.scope(), files=files, functions=reader.functions, focus=sent.posted.focus
    )
    return str(drawn)


def _form(reader: CaseReader, form_id: str) -> Form:
    form = reader.definition.form_for(form_id, actor())
    if form is None:
        raise NotFound("This kind of case has no such form.", remedy="Choose one on the page of the case's details.")
    return form
