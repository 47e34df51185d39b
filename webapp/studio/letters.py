"""The letters of a category: each on its page with its faults, fields and states; exchanged.

E-mails and text messages are listed beside them, and compared as they are.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting
from engine.definitions.drafting import Opened
from engine.documents import previews, templates
from engine.documents.comparing import compare, shortened
from engine.errors import Conflict, Invalid, NotFound
from engine.letters import states
from engine.permissions import may
from engine.templates import KINDS, Kind, blocks_here
from engine.templates.kinds import SENT, own
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio import checks
from webapp.studio.categories import settings_of, title_of
from webapp.studio.uploads import require_letter

blueprint = Blueprint("letters", __name__)

ENDING = ".docx"


@blueprint.get("/<key>/letters")
@requires("see categories")
def overview(key: str) -> str:
    """List the letters and messages of a category, each with how it stands and what is wrong with it."""
    files = drafting.files(session(), key)
    deployed = _deployed(key)
    found = checks.facts(key, files, checks.checked(files))["faults"]
    groups = [
        (kind, [_row(path, files[path], deployed, found) for path in files if path.endswith(kind.suffix)])
        for kind in SENT
    ]
    return render_template(
        "studio/letters.html", key=key, settings=settings_of(files, key), groups=[pair for pair in groups if pair[1]]
    )


def _row(path: str, content: bytes, deployed: dict[str, bytes], found: list[dict[str, Any]]) -> dict[str, Any]:
    own = [fault for fault in found if fault["file"] == path]
    return {
        "path": path,
        "title": title_of(path, content),
        "size": len(content),
        "state": "new" if path not in deployed else "changed" if deployed[path] != content else "",
        "errors": sum(fault["severity"] == "error" for fault in own),
        "is_unused": any(fault["code"].startswith("unused-") for fault in own),
    }


@blueprint.post("/<key>/letters/<path:path>")
@requires("change categories")
def exchange(key: str, path: str) -> ResponseReturnValue:
    """Put another file in the place of a letter. What no letter may be is refused; what is wrong with it is told."""
    opened = drafting.open_file(session(), key, letter_path(path))
    try:
        revision = request.form.get("revision", 0, type=int)
        drafting.save(session(), key, path, _sent(), revision=revision, by=actor())
    except (Invalid, Conflict) as error:
        database.roll_back()
        return page(key, opened, error), 409 if isinstance(error, Conflict) else 422
    flash(f"{path} is saved as a draft.", "success")
    return redirect(url_for("studio.editors.page", key=key, path=path), 303)


def page(key: str, opened: Opened, error: Invalid | Conflict | None = None) -> str:
    """Show a letter as it stands in the studio."""
    files = drafting.files(session(), key)
    known = states.states(session(), key, opened.path)
    return render_template(
        "studio/letter.html",
        key=key,
        settings=settings_of(files, key),
        file=opened,
        title=title_of(opened.path, opened.content),
        size=len(opened.content),
        body=previews.html_again(opened.content),
        fields=_uses(opened.content),
        states=known,
        compared=states.to_compare(known),
        may_change=may(actor(), "change categories"),
        faults=checks.of_file(key, files, opened.path),
        error=error,
    )


@blueprint.get("/<key>/comparison/<path:path>")
@requires("see categories")
def comparison(key: str, path: str) -> ResponseReturnValue:
    """Show what differs between two states of a template: the draft or a deployed version each."""
    kind = kind_of(path)
    known = states.states(session(), key, path)
    marks = [
        request.args.get(name, mark) for name, mark in zip(("before", "after"), states.to_compare(known), strict=True)
    ]
    whole = "whole" in request.args
    before, after = (states.content(session(), key, path, mark) for mark in marks)
    answer: dict[str, Any] = {}
    try:
        found = compare(before, after, kind=kind.key)
        answer = {
            "found": found,
            "places": [(place, steps if whole else tuple(shortened(steps))) for place, steps in found.places],
        }
    except Invalid as invalid:
        answer = {"error": invalid}
    shown = render_template(
        "studio/letter_comparison.html",
        key=key,
        settings=settings_of(drafting.files(session(), key), key),
        path=path,
        kind=kind,
        title=title_of(path, b""),
        states=known,
        before=marks[0],
        after=marks[1],
        whole=whole,
        **answer,
    )
    return shown, 422 if "error" in answer else 200


def kind_of(path: str) -> Kind:
    """Return what kind of template stands at a path. Raises NotFound."""
    found = own(path)
    if found is None:
        raise NotFound(f"{path[:120]} is no template.")
    return KINDS[found[0]]


def letter_path(path: str) -> str:
    """Return a path that is a letter's. Raises NotFound."""
    if not path.endswith(ENDING):
        raise NotFound(f"{path[:120]} is no letter.")
    return path


def _deployed(key: str) -> dict[str, bytes]:
    try:
        return drafting.deployed_files(session(), key)
    except NotFound:  # a new category: everything is new
        return {}


def _sent() -> bytes:
    """Return the file that was sent, once it is known to be a Word file that may be kept."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        raise Invalid("No file was chosen.", remedy="Choose a .docx file, and send it again.")
    content = chosen.stream.read()
    require_letter(chosen.filename, content)
    return content


def _uses(content: bytes) -> list[dict[str, Any]]:
    """Return the fields of a letter by their names, each with the parts that it stands in."""
    found: dict[str, dict[str, None]] = {}
    for use in templates.inspect(content, blocks_here(session())).fields:
        found.setdefault(use.path.removesuffix("[]"), {})[use.place] = None
    return [{"path": path, "places": list(places)} for path, places in sorted(found.items())]
