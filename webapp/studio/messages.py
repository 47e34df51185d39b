"""The e-mails and text messages of a category: begun, written on a page that shows how they look, saved as a draft."""

from hashlib import sha256
from pathlib import PurePath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting
from engine.definitions.drafting import Opened
from engine.documents.text_files import WORDS
from engine.errors import Conflict, EngineError, Invalid, NotFound
from engine.letters import offering, states, using
from engine.letters.beginnings import beginning
from engine.letters.in_texts import in_texts
from engine.permissions import may
from engine.templates import KINDS, Kind
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio import checks, message_editing
from webapp.studio.categories import settings_of, title_of
from webapp.studio.files import begun
from webapp.studio.letters import kind_of
from webapp.studio.message_editing import Typed

blueprint = Blueprint("messages", __name__)

OVERTAKEN = "What you typed is still here. Look at theirs first: saving again puts yours in its place."


@blueprint.post("/<key>/messages")
@requires("change categories")
def begin(key: str) -> ResponseReturnValue:
    """Begin an e-mail or a text message by its title, and open it."""
    kind = request.form.get("kind", "")
    if kind not in WORDS:
        raise Invalid("It is neither an e-mail nor a text message.", remedy="Choose which of the two it is.")
    suffix = KINDS[kind].suffix
    return begun(
        key, "message", "Repair booked", lambda name, title: (f"letters/{name}{suffix}", beginning(kind, title))
    )


@blueprint.post("/<key>/messages/<path:path>")
@requires("change categories")
def save(key: str, path: str) -> ResponseReturnValue:
    """Save what was typed as a draft, faults or not; where that cannot be, it stays in the page."""
    typed = message_editing.sent(message_kind(path).key)
    try:
        revision = request.form.get("revision", 0, type=int)
        drafting.save(session(), key, path, typed.content, revision=revision, by=actor())
    except (Invalid, Conflict) as error:
        database.roll_back()
        return page(key, drafting.open_file(session(), key, path), typed, error), _status(error)
    flash(f"{title_of(path, b'')} is saved as a draft.", "success")
    return redirect(url_for("studio.editors.page", key=key, path=path), 303)


@blueprint.post("/<key>/previews/<path:path>")
@requires("see categories")
def preview(key: str, path: str) -> ResponseReturnValue:
    """Show how what was typed looks, and what is wrong with it. It writes nothing."""
    typed, own = message_editing.sent(message_kind(path).key), drafting.open_file(session(), key, path)
    if message_editing.is_typing():
        return message_editing.part(_found(key, path, typed))
    return page(key, own, typed, revision=request.form.get("revision", 0, type=int))


def page(
    key: str, own: Opened, typed: Typed | None = None, error: EngineError | None = None, *, revision: int | None = None
) -> str:
    """Show a message in its editor: as it is saved, or as it was typed."""
    kind, files = message_kind(own.path), drafting.files(session(), key)
    known = states.states(session(), key, own.path)
    typed = typed or message_editing.opened(kind.key, own.content)
    return render_template(
        "studio/message.html",
        key=key,
        settings=settings_of(files, key),
        file=own,
        revision=own.revision if revision is None else revision,
        kind=kind,
        title=title_of(own.path, own.content),
        groups=[group.name for group in in_texts(offering.offered(session(), files))],
        fields=using.fields_of(sha256(own.content).hexdigest(), own.content, kind.key),
        states=known,
        may_change=may(actor(), "change categories"),
        error=error,
        remedy=OVERTAKEN if isinstance(error, Conflict) else error.remedy if error else "",
        **_found(key, own.path, typed),
    )


def message_kind(path: str) -> Kind:
    """Return the kind of message at a path. Raises NotFound."""
    kind = kind_of(path)
    if kind.key not in WORDS:
        raise NotFound(f"{path[:120]} is no message.")
    return kind


def _found(key: str, path: str, typed: Typed) -> dict[str, object]:
    files = {**drafting.files(session(), key), path: typed.content}
    wrong = message_editing.of_file(checks.of_template(key, files, path), typed)
    return message_editing.shown(files, typed, wrong, name=PurePath(path).stem)


def _status(error: EngineError) -> int:
    return 409 if isinstance(error, Conflict) else 422
