"""Files of a category: added, exchanged, taken out; a new form."""

from collections.abc import Callable

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
    return begun(key, "form", "Visit the home", lambda name, title: (f"{name}.form", empty_form(name, title)))


def begun(key: str, what: str, example: str, beginning: Callable[[str, str], tuple[str, bytes]]) -> ResponseReturnValue:
    """Put a file into the draft that is called by the title that was sent, and open it.

    `beginning` gives its path and content by its name and title; `what` it is, and an `example` of a title, are told
    to whoever sent none. Raises Invalid or Conflict.
    """
    title = " ".join(request.form.get("title", "").split())[:100]
    name = key_of(title)
    if not name or not name[0].isalpha():
        raise Invalid(f"The {what} has no title.", remedy=f"Enter one that begins with a letter, such as {example}.")
    path, content = beginning(name, title)
    if path in drafting.files(session(), key):
        raise Conflict(f"There is a {what} {path} already.", remedy=f"Choose another title, or open that {what}.")
    drafting.put(session(), key, {path: content}, by=actor())
    return redirect(url_for("studio.editors.page", key=key, path=path), 303)


@blueprint.post("/<key>/deletions/<path:path>")
@requires("change categories")
def remove(key: str, path: str) -> ResponseReturnValue:
    """Take a file out of the draft."""
    drafting.remove(session(), key, path, by=actor())
    flash(f"{path} is taken out of the draft. The deployed version keeps it.", "success")
    return redirect(url_for("studio.categories.page", key=key), 303)
