"""A shared template tried before it is published: with a sample, as if for a category, or with a case of any."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list
from engine.definitions import drafting
from engine.errors import Invalid, NotFound, TemplateError, Unavailable
from engine.letters import trying
from engine.letters.trying import Tried
from engine.templates import KINDS, storing
from webapp.access import requires
from webapp.database import session
from webapp.studio.letter_trials import as_file, data_of, errors_of, offered_cases, shown
from webapp.studio.shared import template_at

blueprint = Blueprint("shared_trials", __name__)

ASKED = ("case", "data", "version", "category")


@blueprint.get("/templates/<kind>/<name>/trial")
@requires("see categories")
def page(kind: str, name: str) -> str:
    """Ask with what to try a template."""
    return _page(kind, name, request.args)


@blueprint.post("/templates/<kind>/<name>/trial")
@requires("see categories")
def answer(kind: str, name: str) -> ResponseReturnValue:
    """Show what it gives, or send it as a file. It writes nothing: the form is too private for an address."""
    asked = request.form
    template = template_at(kind, name)
    number = asked.get("version", type=int) or storing.versions(session(), template)[0].number
    content = bytes(storing.version(session(), template, number).content)
    try:
        data = data_of("", _files(asked.get("category", "")), content, asked, kind=kind)
        found = trying.tried(content, data, name=name, kind=kind)
        wanted = as_file(found, asked.get("as", ""), name=name, data=data)
    except (Invalid, NotFound, TemplateError, Unavailable) as error:
        return _page(kind, name, asked, error=error, errors=errors_of(error)), 422
    return wanted or _page(kind, name, asked, found=found, data=data)


def _files(category: str) -> Mapping[str, bytes]:
    """Return the files of a category in use, whose fields the sample has too; none of none."""
    known = {row.key for row in case_list.categories(session())}
    return drafting.deployed_files(session(), category) if category in known else {}


def _page(kind: str, name: str, asked: Any, **more: Any) -> str:
    template = template_at(kind, name)
    found: Tried | None = more.get("found")
    return render_template(
        "studio/shared_trial.html",
        kind=KINDS[kind],
        template=template,
        versions=storing.versions(session(), template),
        categories=[(row.key, row.name) for row in case_list.categories(session())],
        asked={each: asked.get(each, "") for each in ASKED},
        words=request.args.get("words", ""),
        cases=offered_cases("", request.args.get("words", "")),
        found=found,
        **shown(found),
        data=more.get("data"),
        error=more.get("error"),
        errors=more.get("errors", {}),
    )
