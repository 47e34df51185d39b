"""The editor of shared e-mails and text messages: what is saved there is the next version, not yet in force."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.documents.text_files import WORDS
from engine.errors import Conflict, EngineError, Invalid, NotFound
from engine.letters import offering
from engine.letters.in_texts import in_texts
from engine.templates import KINDS, check, storing
from models.templates import SharedTemplate
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio import message_editing
from webapp.studio.message_editing import Typed
from webapp.studio.shared import template_at

blueprint = Blueprint("shared_messages", __name__)


@blueprint.get("/templates/<kind>/<name>/editor")
@requires("change categories")
def page(kind: str, name: str) -> str:
    """Open a message in its editor: the latest version, or one that is asked for."""
    template = _message_at(kind, name)
    number = request.args.get("version", type=int) or _latest(template)
    said = bytes(storing.version(session(), template, number).content)
    return _page(template, message_editing.opened(kind, said), number)


@blueprint.post("/templates/<kind>/<name>/editor")
@requires("change categories")
def save(kind: str, name: str) -> ResponseReturnValue:
    """Keep what was typed as the next version, faults or not; where that cannot be, it stays in the page."""
    template, typed, sent = _message_at(kind, name), message_editing.sent(kind), request.form
    began = sent.get("version", 0, type=int)
    try:
        _require_latest(template, began)
        made = storing.save(session(), kind, name, typed.content, by=actor(), note=sent.get("note", ""))
    except (Invalid, Conflict) as error:
        database.roll_back()
        shown = _page(_message_at(kind, name), typed, _latest(template), error)
        return shown, 409 if isinstance(error, Conflict) else 422
    flash(f"Version {made.number} is saved. Nothing uses it before you publish it.", "success")
    return redirect(url_for("studio.shared.page", kind=kind, name=name), 303)


@blueprint.post("/templates/<kind>/<name>/preview")
@requires("change categories")
def preview(kind: str, name: str) -> ResponseReturnValue:
    """Show how what was typed looks, and what is wrong with it. It writes nothing."""
    template, typed = _message_at(kind, name), message_editing.sent(kind)
    if message_editing.is_typing():
        return message_editing.part(_found(template, typed))
    return _page(template, typed, request.form.get("version", 0, type=int))


def _message_at(kind: str, name: str) -> SharedTemplate:
    template = template_at(kind, name)
    if kind not in WORDS:
        raise NotFound(f"A {KINDS[kind].name.lower()} is written in Word.", remedy="Send the Word file on its page.")
    return template


def _latest(template: SharedTemplate) -> int:
    return storing.versions(session(), template)[0].number


def _require_latest(template: SharedTemplate, began: int) -> None:
    """Refuse what was begun with a version after which somebody saved another. Raises Conflict."""
    latest = storing.versions(session(), template)[0]
    if began < latest.number:
        raise Conflict(
            f"{latest.saved_by_name} saved version {latest.number} after you began with version {began}.",
            remedy="What you typed is still here. Look at theirs first: saving again makes yours the one after it.",
        )


def _page(template: SharedTemplate, typed: Typed, began: int, error: EngineError | None = None) -> str:
    known = storing.versions(session(), template)
    return render_template(
        "studio/shared_message.html",
        template=template,
        kind=KINDS[template.kind],
        versions=known,
        began=began,
        groups=[group.name for group in in_texts(offering.every_case(session()))],
        sent=request.form,
        may_change=True,
        error=error,
        errors=getattr(error, "errors", None) or {},
        **_found(template, typed),
    )


def _found(template: SharedTemplate, typed: Typed) -> dict[str, object]:
    checked = check(session(), template.kind, typed.content, key=template.key)
    return message_editing.shown({}, typed, message_editing.of_shared(checked, typed), name=template.key)
