"""Templates that every category may use: listed, looked at with their versions, written, published from a day on."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions.sketching import key_of
from engine.documents import previews
from engine.documents.text_files import WORDS
from engine.errors import Conflict, EngineError, Invalid, NotFound
from engine.instants import today
from engine.letters import using
from engine.letters.beginnings import beginning
from engine.templates import KINDS, check, in_force, listing, storing
from models.templates import SharedTemplate, SharedTemplateVersion
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio import message_editing
from webapp.studio.categories import as_file
from webapp.studio.uploads import LETTER, require_template

blueprint = Blueprint("shared", __name__)

NO_DAY = "Enter a day, like 3 12 2026"


@blueprint.get("/templates")
@requires("see categories")
def overview() -> str:
    """List the shared templates, those of a kind or with some words where that is asked."""
    kind, words = request.args.get("kind", ""), request.args.get("words", "").strip()[:100]
    kind = kind if kind in KINDS else ""
    found = listing.every(session(), kind=kind, words=words)
    groups = [(each, [one for one in found if one.template.kind == each.key]) for each in KINDS.values()]
    return render_template(
        "studio/shared.html",
        groups=[(each.plural, each, rows) for each, rows in groups if rows],
        kinds=KINDS,
        kind=kind,
        words=words,
    )


@blueprint.get("/templates/new")
@requires("change categories")
def new() -> str:
    """Ask for a new template."""
    return _new_page({"kind": request.args.get("kind", "")}, {})


@blueprint.post("/templates")
@requires("change categories")
def create() -> ResponseReturnValue:
    """Save the first version of a template that there is not yet; nothing uses it before it is published."""
    sent = request.form
    kind, title = sent.get("kind", ""), " ".join(sent.get("title", "").split())
    key = sent.get("key", "").strip() or key_of(title)
    try:
        if not title:
            raise Invalid("It has no title.", errors={"title": "Enter what it is called in lists"})
        if kind in KINDS and storing.find(session(), kind, key) is not None:
            raise Invalid("It is there.", errors={"key": "There is one of this name: open it, and save a new version"})
        content = _beginning(kind, title) or _content("file", KINDS[kind].suffix if kind in KINDS else LETTER)
        storing.save(session(), kind, key, content, by=actor(), title=title, description=sent.get("description", ""))
    except Invalid as error:
        database.roll_back()
        errors = {"file" if field == "content" else field: said for field, said in error.errors.items()}
        return _new_page(sent, errors or {"file": str(error)}), 422
    flash("It is saved. Nothing uses it before you publish it.", "success")
    goes_on = "studio.shared_messages.page" if _beginning(kind, title) else "studio.shared.page"
    return redirect(url_for(goes_on, kind=kind, name=key), 303)


def _beginning(kind: str, title: str) -> bytes:
    """Return what a message without a file begins with; nothing of what is written in Word, or came as a file."""
    chosen = request.files.get("file")
    return beginning(kind, title) if kind in WORDS and not (chosen is not None and chosen.filename) else b""


@blueprint.get("/templates/<kind>/<name>")
@requires("see categories")
def page(kind: str, name: str) -> str:
    """Show a template: its latest version with what is wrong with it, all versions, and what is in force."""
    return _page(template_at(kind, name))


@blueprint.get("/templates/<kind>/<name>/versions/<int:number>")
@requires("see categories")
def version(kind: str, name: str, number: int) -> str:
    """Show one version."""
    template = template_at(kind, name)
    return _page(template, storing.version(session(), template, number))


@blueprint.get("/templates/<kind>/<name>/versions/<int:number>/content")
@requires("see categories")
def content(kind: str, name: str, number: int) -> Response:
    """Return what a version says, as a file."""
    found = storing.version(session(), template_at(kind, name), number)
    return as_file(f"{name}{KINDS[kind].suffix}", bytes(found.content), is_download="download" in request.args)


@blueprint.post("/templates/<kind>/<name>/versions")
@requires("change categories")
def save(kind: str, name: str) -> ResponseReturnValue:
    """Keep a file as the next version, not yet in force."""
    template = template_at(kind, name)
    try:
        made = storing.save(
            session(), kind, name, _content("file", KINDS[kind].suffix), by=actor(), note=request.form.get("note", "")
        )
    except Invalid as error:
        database.roll_back()
        return _page(template, error=error), 422
    flash(f"Version {made.number} is saved. Nothing uses it before you publish it.", "success")
    return redirect(url_for("studio.shared.page", kind=kind, name=name), 303)


@blueprint.post("/templates/<kind>/<name>/description")
@requires("change categories")
def describe(kind: str, name: str) -> ResponseReturnValue:
    """Change what a template is called in lists."""
    template, sent = template_at(kind, name), request.form
    try:
        storing.describe(
            session(),
            template,
            title=sent.get("title", ""),
            description=sent.get("description", ""),
            revision=sent.get("revision", 0, type=int),
            by=actor(),
        )
    except (Invalid, Conflict) as error:
        return _failed(kind, name, error)
    flash("It is called that now.", "success")
    return redirect(url_for("studio.shared.page", kind=kind, name=name), 303)


@blueprint.post("/templates/<kind>/<name>/end")
@requires("deploy category")
def end(kind: str, name: str) -> ResponseReturnValue:
    """Let a template be in force no more from a day on."""
    errors: dict[str, str] = {}
    on = day_of("on", errors) or today()
    try:
        if errors:
            raise Invalid("It cannot be ended like this.", errors=errors)
        storing.end(session(), template_at(kind, name), on=on, reason=request.form.get("reason", ""), by=actor())
    except (Invalid, Conflict) as error:
        return _failed(kind, name, error)
    flash("It ends then. What it said stays, and it can be taken back.", "success")
    return redirect(url_for("studio.shared.page", kind=kind, name=name), 303)


@blueprint.post("/templates/<kind>/<name>/reinstatement")
@requires("deploy category")
def reinstate(kind: str, name: str) -> ResponseReturnValue:
    """Let a template that was ended be in force again."""
    storing.reinstate(session(), template_at(kind, name), by=actor())
    flash("It is in force again, as it was before.", "success")
    return redirect(url_for("studio.shared.page", kind=kind, name=name), 303)


def day_of(name: str, errors: dict[str, str]) -> date | None:
    """Return the day in the three boxes of a form; none when they are empty. What is no day is noted in `errors`."""
    parts = [request.form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        errors[name] = NO_DAY
        return None


def template_at(kind: str, name: str) -> SharedTemplate:
    """Return the shared template of an address. Raises NotFound."""
    if kind not in KINDS:
        raise NotFound(f"There is no kind of template “{kind[:40]}”.")
    return storing.get(session(), kind, name)


def _content(field: str, suffix: str) -> bytes:
    """Return the file that was sent, a Word file or a text by its ending. Raises Invalid, at its field."""
    chosen = request.files.get(field)
    if chosen is None or not chosen.filename:
        raise Invalid("No file was chosen.", errors={field: f"Choose a {suffix} file"})
    found = chosen.stream.read()
    try:
        require_template(suffix, chosen.filename, found)
    except Invalid as error:
        raise Invalid(error.message, errors={field: str(error)}, remedy=error.remedy) from error
    return found


def _failed(kind: str, name: str, error: Invalid | Conflict) -> ResponseReturnValue:
    database.roll_back()
    return _page(template_at(kind, name), error=error), 409 if isinstance(error, Conflict) else 422


def _new_page(sent: Any, errors: dict[str, str]) -> str:
    return render_template("studio/shared_new.html", sent=sent, errors=errors, kinds=KINDS)


def _page(template: SharedTemplate, one: SharedTemplateVersion | None = None, error: EngineError | None = None) -> str:
    known = storing.versions(session(), template)
    shown = one or known[0]
    said = bytes(shown.content)
    return render_template(
        "studio/shared_template.html",
        template=template,
        kind=KINDS[template.kind],
        versions=known,
        states=states_of(template, known),
        shown=shown,
        is_latest=shown.number == known[0].number,
        is_word=KINDS[template.kind].suffix == LETTER,
        body=previews.html_again(said) if KINDS[template.kind].suffix == LETTER else "",
        **(_message(template, said) if template.kind in WORDS else {}),
        fields=using.fields_of(shown.sha256, said, template.kind),
        checked=check(session(), template.kind, said, key=template.key),
        included_by=included_by(template),
        now=in_force(session(), today()).get((template.kind, template.key)),
        sent=request.form,
        error=error,
        errors=getattr(error, "errors", None) or {},
    )


def _message(template: SharedTemplate, said: bytes) -> dict[str, Any]:
    """Return how a message looks with a sample, and its text as it was written."""
    typed = message_editing.opened(template.kind, said)
    return message_editing.shown({}, typed, [], name=template.key) | {"text": said.decode("utf-8", "replace")}


def included_by(template: SharedTemplate) -> list[using.Letter]:
    """Return the letters in use that include a block or paragraph; none of what is not included."""
    return using.including_letters(session(), template.key) if KINDS[template.kind].is_included else []


def states_of(template: SharedTemplate, known: list[SharedTemplateVersion]) -> dict[int, str]:
    """Return how each version stands today, by its number: in_force, coming, over, unpublished."""
    now = in_force(session(), today()).get((template.kind, template.key))

    def state(each: SharedTemplateVersion) -> str:
        if each.published_at is None or each.effective_from is None:
            return "unpublished"
        if now is not None and now.number == each.number:
            return "in_force"
        return "coming" if each.effective_from > today() else "over"

    return {each.number: state(each) for each in known}
