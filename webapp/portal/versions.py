"""Moving one case to another version of its category, most often to cure what has failed in it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import migrating, migrations
from engine.case_page import Header
from engine.definitions.deploying import load
from engine.errors import Conflict, Invalid, NotPossible
from engine.runtime.matching import Obstacle
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit
from webapp.portal.case_pages import header, shared

blueprint = Blueprint("versions", __name__)

MAP = "map."


@blueprint.get("/cases/<reference>/migration")
@requires("migrate cases")
def page(reference: str) -> ResponseReturnValue:
    """Show whether the case can go to a version, the newest unless asked, and ask why."""
    return _page(header(reference), request.args, {})


@blueprint.post("/cases/<reference>/migration")
@requires("migrate cases")
def move(reference: str) -> ResponseReturnValue:
    """Move the case; what has failed in it is tried again."""
    case, sent = header(reference), request.form
    try:
        left = migrating.move(
            session(),
            case.id,
            to=sent.get("to", type=int),
            mapping=_mapping(sent),
            reason=sent.get("reason", "")[:2_000],
            by=actor(),
        )
    except (Invalid, Conflict, NotPossible) as error:
        database.roll_back()
        found = dict(getattr(error, "errors", None) or {"to": str(error)})
        return _page(header(reference), sent, found), 422 if isinstance(error, Invalid) else 409
    after_commit(left)
    flash("The case was moved. If an incident still stands on it, the step failed again: read why.", "success")
    return redirect(url_for("portal.case_pages.page", reference=case.reference), 303)


def _mapping(sent: Any) -> dict[str, str]:
    return {name.removeprefix(MAP)[:200]: value[:200] for name, value in sent.items() if name.startswith(MAP) and value}


def _page(case: Header, sent: Any, errors: dict[str, str]) -> str:
    versions = migrating.versions_beside(session(), case.id)
    wanted = sent.get("to", type=int)
    target = wanted if wanted in versions else next(iter(versions), None)
    mapping, obstacles = _mapping(sent), tuple[Obstacle, ...]()
    selects: list[dict[str, Any]] = []
    if target is not None and case.is_open:
        try:
            obstacles = migrating.obstacles(session(), case.id, to=target, mapping=mapping, by=actor())
        except Invalid as error:
            errors, mapping = errors or error.errors, {}
            obstacles = migrating.obstacles(session(), case.id, to=target, mapping={}, by=actor())
        selects = _selects(case, target, mapping, [found.element_id for found in obstacles])
    return render_template(
        "portal/case/migration.html",
        **shared(case, "summary"),
        versions=[(number, f"{number}{': ' + note if note else ''}") for number, note in versions.items()],
        target=target,
        mapping=mapping,
        selects=selects,
        obstacles=obstacles,
        errors=errors,
        sent=sent,
    )


def _selects(case: Header, target: int, mapping: dict[str, str], places: list[str]) -> list[dict[str, Any]]:
    old, new = load(session(), case.version_id), migrating.version_beside(session(), case.id, target)
    found = []
    for element_id in dict.fromkeys([*mapping, *places]):
        options = migrations.places_for(old, new, element_id) if element_id in old.elements else []
        if options:
            chosen = mapping.get(element_id, "")
            label = old.elements[element_id].label
            found.append({"id": element_id, "label": label, "options": options, "chosen": chosen})
    return found
