"""Templates that every category may use: list, look at, upload a version, publish it, end one; who uses a field."""

from typing import Any

from flask import Response, request

from engine.documents import text_files
from engine.documents.tags import Problem
from engine.documents.text_files import WORDS
from engine.documents.uploads import safe_headers
from engine.errors import Invalid
from engine.instants import today
from engine.letters import using
from engine.templates import KINDS, check, in_force, listing, storing
from models.templates import SharedTemplate, SharedTemplateVersion
from webapp.access import requires
from webapp.api.documents import CONTENT
from webapp.api.idempotency import idempotent
from webapp.api.preconditions import check_revision, may_match, must_match
from webapp.api.resource import FORM, ID, QUERY, Resource
from webapp.api.schemas.templates import (
    FieldAsked,
    NewTemplateEnding,
    NewTemplatePublication,
    NewTemplateVersion,
    TemplateDescription,
    TemplateFilter,
    TemplateListSchema,
    TemplateVersionSchema,
    UseListSchema,
    WholeTemplateSchema,
    WholeTemplateVersionSchema,
)
from webapp.api.uploads import TEMPLATE
from webapp.auth import actor
from webapp.database import session
from webapp.studio.shared import included_by, states_of, template_at
from webapp.studio.uploads import require_template

resource = Resource("templates", __name__, "Letters and blocks that every category may use, in versions with days.")

COLUMNS = ("kind", "key", "title", "description", "revision", "ended_on", "end_reason")


@resource.get("/templates")
@requires("see categories")
@resource.arguments(TemplateFilter, location=QUERY)
@resource.response(200, TemplateListSchema)
def find(given: dict[str, Any]) -> Any:
    """List the shared templates with the versions that are in force."""
    found = listing.every(session(), kind=given["kind"], words=given["q"])
    return {
        "items": [_told(one.template, one.now.number if one.now else None, one.latest.number) for one in found],
    }


@resource.get("/templates/uses")
@requires("see categories")
@resource.arguments(FieldAsked, location=QUERY)
@resource.response(200, UseListSchema)
def uses(given: dict[str, Any]) -> Any:
    """List the letters that use a field: of categories as new cases get them, and shared templates in force."""
    found = using.uses(session(), given["field"])
    return {"items": [_letter(use.letter) | {"fields_used": use.paths} for use in found]}


@resource.get("/templates/<kind>/<name>")
@requires("see categories")
@resource.response(200, WholeTemplateSchema)
def one(kind: str, name: str) -> Any:
    """Show a template with its versions, the latest first."""
    return _whole(template_at(kind, name))


@resource.patch("/templates/<kind>/<name>")
@requires("change categories")
@must_match
@resource.arguments(TemplateDescription)
@resource.response(200, WholeTemplateSchema)
def describe(given: dict[str, Any], kind: str, name: str) -> Any:
    """Change what a template is called in lists."""
    template = template_at(kind, name)
    check_revision(template.revision, "template")
    told = {key: given.get(key, getattr(template, key)) for key in ("title", "description")}
    storing.describe(session(), template, revision=template.revision, by=actor(), **told)
    return _whole(template)


@resource.post("/templates/<kind>/<name>/versions")
@requires("change categories")
@idempotent
@resource.doc(requestBody=TEMPLATE)
@resource.arguments(NewTemplateVersion, location=FORM)
@resource.response(201, WholeTemplateVersionSchema)
def save(given: dict[str, Any], kind: str, name: str) -> Any:
    """Keep a file as the next version of a template, not yet in force; the template is made if there is none.

    The content of the latest version again is that version. Files with macros, links or other files in them are
    refused; what else is wrong with it is told in `problems`, and keeps it from being published.
    """
    upload = request.files.get("file")
    if upload is None:
        raise Invalid("There is no file.", errors={"file": "Send it as the part `file` of multipart/form-data"})
    content = upload.stream.read()
    if kind in KINDS:
        require_template(KINDS[kind].suffix, upload.filename or name, content)
    made = storing.save(session(), kind, name, content, by=actor(), **given)
    return _whole_version(template_at(kind, name), made)


@resource.get(f"/templates/<kind>/<name>/versions/<{ID}:number>")
@requires("see categories")
@resource.response(200, WholeTemplateVersionSchema)
def version(kind: str, name: str, number: int) -> Any:
    """Show a version with the fields that it uses, what is wrong with it, and which letters include it."""
    template = template_at(kind, name)
    return _whole_version(template, storing.version(session(), template, number))


@resource.get(f"/templates/<kind>/<name>/versions/<{ID}:number>/content")
@requires("see categories")
@resource.doc(responses=CONTENT)
def content(kind: str, name: str, number: int) -> Response:
    """Download what a version says."""
    found = storing.version(session(), template_at(kind, name), number)
    headers = safe_headers("application/octet-stream", f"{name}{KINDS[kind].suffix}")
    return Response(bytes(found.content), headers=headers)


@resource.post(f"/templates/<kind>/<name>/versions/<{ID}:number>/publication")
@requires("deploy category")
@idempotent
@resource.arguments(NewTemplatePublication)
@resource.response(200, TemplateVersionSchema)
def publish(given: dict[str, Any], kind: str, name: str, number: int) -> Any:
    """Put a version in force from a day on. Refused with 409 when it is published already."""
    template = template_at(kind, name)
    made = storing.publish(session(), storing.version(session(), template, number), by=actor(), **given)
    return _version(template, made)


@resource.post("/templates/<kind>/<name>/ending")
@requires("deploy category")
@idempotent
@may_match
@resource.arguments(NewTemplateEnding)
@resource.response(200, WholeTemplateSchema)
def end(given: dict[str, Any], kind: str, name: str) -> Any:
    """Let a template be in force no more from a day on; what it said stays."""
    template = template_at(kind, name)
    check_revision(template.revision, "template")
    storing.end(session(), template, on=given["on"] or today(), reason=given["reason"], by=actor())
    return _whole(template)


@resource.delete("/templates/<kind>/<name>/ending")
@requires("deploy category")
@resource.response(200, WholeTemplateSchema)
def reinstate(kind: str, name: str) -> Any:
    """Let a template that was ended be in force again."""
    template = template_at(kind, name)
    storing.reinstate(session(), template, by=actor())
    return _whole(template)


def _told(template: SharedTemplate, now: int | None, latest: int) -> dict[str, Any]:
    return {name: getattr(template, name) for name in COLUMNS} | {"in_force": now, "latest": latest}


def _whole(template: SharedTemplate) -> dict[str, Any]:
    session().flush()  # the versions in force are read by a statement
    known = storing.versions(session(), template)
    now = in_force(session(), today()).get((template.kind, template.key))
    told = _told(template, now.number if now else None, known[0].number)
    states = states_of(template, known)
    return told | {"versions": [_columns(template, each, states[each.number]) for each in known]}


def _version(template: SharedTemplate, made: SharedTemplateVersion) -> dict[str, Any]:
    return _columns(template, made, states_of(template, [made])[made.number])


def _columns(template: SharedTemplate, made: SharedTemplateVersion, state: str) -> dict[str, Any]:
    names = (
        "number", "sha256", "size", "note", "origin", "saved_at", "saved_by_name", "effective_from", "effective_until",
        "published_at", "published_by_name",
    )  # fmt: skip
    return {name: getattr(made, name) for name in names} | {
        "kind": template.kind,
        "name": template.key,
        "state": state,
    }


def _whole_version(template: SharedTemplate, made: SharedTemplateVersion) -> dict[str, Any]:
    said = bytes(made.content)
    found = check(session(), template.kind, said, key=template.key)
    problems = [("error", each) for each in found.errors] + [("doubt", each) for each in found.doubts]
    names = ("code", "message", "remedy", "place", "paragraph")
    source = said.decode("utf-8", "replace") if template.kind in WORDS else ""
    return _version(template, made) | {
        "fields_used": using.fields_of(made.sha256, said, template.kind),
        "problems": [
            {"severity": severity, **{name: getattr(each, name) for name in names}, "line": _line(source, each)}
            for severity, each in problems
        ],
        "included_by": [_letter(letter) for letter in included_by(template)],
    }


def _line(source: str, problem: Problem) -> int | None:
    """Return the line of a message that a problem quotes; none of what has no lines of its own."""
    return (text_files.line_of(source, problem.place, problem.paragraph) or None) if source else None


def _letter(letter: using.Letter) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in ("category", "kind", "key", "title")}
