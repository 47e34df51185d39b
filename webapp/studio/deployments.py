"""What a draft changes, and deploying it as a new version."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.definitions import drafting, elsewhere, overview
from engine.definitions.comparing import FileChange, compare
from engine.errors import Conflict, Invalid, NotFound
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio import checks
from webapp.studio.categories import settings_of

blueprint = Blueprint("deployments", __name__)


@blueprint.get("/<key>/changes")
@requires("see categories")
def changes(key: str) -> str:
    """Show what the draft changes in the deployed version, file by file."""
    files = drafting.files(session(), key)
    return render_template(
        "studio/changes.html", key=key, settings=settings_of(files, key), changes=_changes(key, files)
    )


@blueprint.get("/<key>/changes.json")
@requires("see categories")
def changed_elements(key: str) -> ResponseReturnValue:
    """Return the elements of the diagram `path` that the draft changed, for the modeller to mark."""
    files = drafting.files(session(), key)
    path = request.args.get("path", "")
    found = next((change for change in _changes(key, files) if change.path == path), None)
    elements = found.elements if found is not None else ()
    return jsonify(elements=[{"id": each.id, "name": each.name, "kind": each.kind} for each in elements])


@blueprint.get("/<key>/deployment")
@requires("deploy category")
def page(key: str) -> str:
    """Ask for a note, with the check and the changes beside it."""
    return _page(key, "")


@blueprint.post("/<key>/deployment")
@requires("deploy category")
def deploy(key: str) -> ResponseReturnValue:
    """Deploy the draft: new cases use it, those that run stay on theirs."""
    note = " ".join(request.form.get("note", "").split())[:500]
    try:
        version = drafting.deploy(
            session(), key, note=note, by=actor(), over_newer=request.form.get("over_newer") == "yes"
        )
    except (Invalid, Conflict) as error:
        database.roll_back()
        return _page(key, note, error), 422 if isinstance(error, Invalid) else 409
    for fault in elsewhere.unknown_categories(session(), version):
        flash(f"{fault.message} {fault.remedy}", "warning")
    start = url_for("portal.starting.page", key=key)
    link = Markup('<a href="{}">Start a case</a>').format(start)
    flash(Markup("Version {} is deployed: new cases use it. {}.").format(version.number, link), "success")
    return redirect(url_for("studio.categories.page", key=key), 303)


def _page(key: str, note: str, error: Invalid | Conflict | None = None) -> str:
    files = drafting.files(session(), key)
    draft = overview.drafts_by_key(session()).get(key)
    versions = overview.versions(session(), key)
    current = next((version for version in versions if version.is_current), None)
    return render_template(
        "studio/deploy.html",
        key=key,
        settings=settings_of(files, key),
        draft=draft,
        current=current,
        next_number=versions[0].number + 1 if versions else 1,
        is_behind=draft is not None and draft.base_version_id != (current.id if current else None),
        changes=_changes(key, files),
        note=note,
        error=error,
        **checks.facts(key, files, checks.checked(files)),
    )


def _changes(key: str, files: dict[str, bytes]) -> list[FileChange]:
    try:
        return compare(drafting.deployed_files(session(), key), files)
    except NotFound:  # a new category: everything is new
        return compare({}, files)
