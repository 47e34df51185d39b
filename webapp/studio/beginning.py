"""A new category: asked for in one form, or brought as files."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting, overview, sketching
from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.definitions.sketching import Sketch
from engine.errors import Conflict, Invalid
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio.uploads import uploaded

blueprint = Blueprint("beginning", __name__)

SUBJECTS = (("person", "A person"), ("home", "A home"), ("tenancy", "A tenancy"), ("account", "A rent account"))


@blueprint.get("/new")
@requires("change categories")
def page() -> str:
    """Ask what the new category is called, whom it is about and who works on it."""
    return _page(Sketch("", "", ""), {})


@blueprint.post("/new")
@requires("change categories")
def begin() -> ResponseReturnValue:
    """Begin the draft of a new category with a small diagram that runs, and open it."""
    sketch = _sketch()
    try:
        drafting.create(session(), sketching.draw(sketch), by=actor())
    except (Invalid, Conflict) as error:
        database.roll_back()
        errors = error.errors if isinstance(error, Invalid) and error.errors else {"key": str(error)}
        return _page(sketch, errors), 422
    flash(f"“{sketch.name}” has begun. Draw its steps, check it, and deploy it when it is right.", "success")
    return redirect(url_for("studio.editors.page", key=sketch.key, path=f"{sketch.key}.bpmn"), 303)


@blueprint.post("/imports")
@requires("change categories")
def bring() -> ResponseReturnValue:
    """Begin the draft of a category with the files of a folder or archive; one that is there gets them as its draft."""
    found = uploaded()
    if SETTINGS_FILE not in found:
        raise Invalid(
            "There is no category.toml among the files.",
            remedy="Choose the whole folder of a category, or a .zip of it; add a lone diagram on its category's page.",
        )
    key = read_settings(found[SETTINGS_FILE]).key
    if key in {facts.key for facts in overview.categories(session())}:
        drafting.put(session(), key, found, by=actor())
    else:
        drafting.create(session(), found, by=actor())
    flash(f"{len(found)} files were brought in as a draft. Check it before you deploy it.", "success")
    return redirect(url_for("studio.categories.page", key=key), 303)


def _sketch() -> Sketch:
    sent = request.form
    name = sent.get("name", "").strip()
    return Sketch(
        name=name,
        key=sent.get("key", "").strip() or sketching.key_of(name),
        prefix=sent.get("prefix", "").strip().upper() or sketching.prefix_of(name),
        description=" ".join(sent.get("description", "").split()),
        subjects=tuple(sent.getlist("subjects")),
        required_subject=sent.get("required_subject", ""),
        teams=tuple(dict.fromkeys(line.strip() for line in sent.get("teams", "").splitlines() if line.strip())),
    )


def _page(sketch: Sketch, errors: dict[str, str]) -> str:
    return render_template("studio/new.html", sketch=sketch, errors=errors, subjects=SUBJECTS)
