"""Versions of shared templates compared, reviewed, and published from a day on."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.documents.comparing import compare, shortened
from engine.documents.tags import Problem
from engine.errors import Conflict, EngineError, Invalid, NotPossible
from engine.instants import today
from engine.letters import using
from engine.letters.using import Letter
from engine.templates import KINDS, check, in_force, storing
from models.templates import SharedTemplate, SharedTemplateVersion
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio.shared import day_of, included_by, template_at

blueprint = Blueprint("shared_versions", __name__)

DAYS = ("effective_from", "effective_until")
NO_ERRORS: Mapping[str, str] = {}


@blueprint.get("/templates/<kind>/<name>/versions/<int:number>/publication")
@requires("deploy category")
def review(kind: str, name: str, number: int) -> str:
    """Show what publishing a version changes: in its words, and for which letters; and ask from which day."""
    template = template_at(kind, name)
    return _review(template, storing.version(session(), template, number))


@blueprint.post("/templates/<kind>/<name>/versions/<int:number>/publication")
@requires("deploy category")
def publish(kind: str, name: str, number: int) -> ResponseReturnValue:
    """Put a version in force from a day on."""
    template = template_at(kind, name)
    made = storing.version(session(), template, number)
    errors: dict[str, str] = {}
    starts, ends = day_of("effective_from", errors), day_of("effective_until", errors)
    try:
        if errors:
            raise Invalid("It cannot be published like this.", errors=errors)
        note = request.form.get("note", "")
        storing.publish(session(), made, by=actor(), effective_from=starts, effective_until=ends, note=note)
    except (Invalid, Conflict, NotPossible) as error:
        database.roll_back()
        template = template_at(kind, name)
        made = storing.version(session(), template, number)
        shown = _review(template, made, request.form, error, errors or of_days(error))
        return shown, 422 if isinstance(error, Invalid) else 409
    when = "now" if starts is None or starts <= today() else "from that day on"
    flash(f"Version {number} is published: letters use it {when}.", "success")
    return redirect(url_for("studio.shared.page", kind=kind, name=name), 303)


@blueprint.get("/templates/<kind>/<name>/comparison")
@requires("see categories")
def comparison(kind: str, name: str) -> ResponseReturnValue:
    """Show what differs between two versions."""
    template = template_at(kind, name)
    known = storing.versions(session(), template)
    before = request.args.get("before", known[min(1, len(known) - 1)].number, type=int)
    after = request.args.get("after", known[0].number, type=int)
    pair = [storing.version(session(), template, number) for number in (before, after)]
    shown = _difference(kind, bytes(pair[0].content), bytes(pair[1].content), "whole" in request.args)
    page = render_template(
        "studio/shared_comparison.html", template=template, kind=KINDS[kind], versions=known, before=before,
        after=after, whole="whole" in request.args, **shown,
    )  # fmt: skip
    return page, 422 if "error" in shown else 200


def of_days(error: EngineError) -> dict[str, str]:
    """Return what is wrong with the days of a publication; faults of the template stand in its check."""
    return {name: said for name, said in getattr(error, "errors", {}).items() if name in DAYS}


def _review(
    template: SharedTemplate,
    made: SharedTemplateVersion,
    sent: Mapping[str, str] | None = None,
    error: EngineError | None = None,
    errors: Mapping[str, str] = NO_ERRORS,
) -> str:
    now = in_force(session(), today()).get((template.kind, template.key))
    before = bytes(storing.version(session(), template, now.number).content) if now is not None else None
    said = bytes(made.content)
    return render_template(
        "studio/shared_review.html",
        template=template,
        kind=KINDS[template.kind],
        made=made,
        now=now,
        checked=check(session(), template.kind, said, key=template.key),
        included_by=_with_faults(included_by(template), template.key, said),
        sent=sent or {"note": made.note},
        errors=errors,
        error=error,
        **(_difference(template.kind, before, said, False) if before is not None else {}),
    )


def _with_faults(letters: list[Letter], name: str, content: bytes) -> list[tuple[Letter, list[Problem]]]:
    """Return letters with what would be wrong with each when it includes `content` under this name."""
    return [(letter, using.faults_with(session(), letter, name, content)) for letter in letters]


def _difference(kind: str, before: bytes, after: bytes, whole: bool) -> dict[str, Any]:
    try:
        found = compare(before, after, kind=kind)
    except Invalid as invalid:
        return {"error": invalid}
    places = [(place, steps if whole else tuple(shortened(steps))) for place, steps in found.places]
    return {"found": found, "places": places}
