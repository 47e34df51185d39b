"""Files of a category: added, exchanged, taken out; a new form."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting
from engine.definitions.sketching import empty_form, key_of
from engine.errors import Conflict, Invalid
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio.uploads import uploaded

blueprint = Blueprint("files", __name__)


@blueprint.post("/<key>/files")
@requires("change categories")
def add(key: str) -> ResponseReturnValue:
    """Add the files that were sent, or exchange those of the same name."""
    changed = drafting.put(session(), key, uploaded(), by=actor())
    said = f"Brought in: {', '.join(changed)}." if changed else "Those files are here already, exactly as they are."
    flash(said, "success" if changed else "info")
    of_letters = request.form.get("then") == "letters"
    return redirect(url_for("studio.letters.overview" if of_letters else "studio.categories.page", key=key), 303)


@blueprint.post("/<key>/forms")
@requires("change categories")
def add_form(key: str) -> ResponseReturnValue:
    """Make a new form by its title and open it."""
    title = " ".join(request.form.get("title", "").split())[:100]
    form_id = key_of(title)
    if not form_id or not form_id[0].isalpha():
        raise Invalid("The form has no title.", remedy="Enter one that begins with a letter, such as Visit the home.")
    path = f"{form_id}.form"
    if path in drafting.files(session(), key):
        raise Conflict(f"There is a form {path} already.", remedy="Choose another title, or open that form.")
    drafting.put(session(), key, {path: empty_form(form_id, title)}, by=actor())
    return redirect(url_for("studio.editors.page", key=key, path=path), 303)


@blueprint.post("/<key>/deletions/<path:path>")
@requires("change categories")
def remove(key: str, path: str) -> ResponseReturnValue:
    """Take a file out of the draft."""
    drafting.remove(session(), key, path, by=actor())
    flash(f"{path} is taken out of the draft. The deployed version keeps it.", "success")
    return redirect(url_for("studio.categories.page", key=key), 303)
