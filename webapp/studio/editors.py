"""The editors: diagrams, forms and decisions in their modellers, everything else as text; and how they save."""

import json
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting, element_templates
from engine.definitions.drafting import Opened
from engine.errors import Invalid
from engine.instants import today
from engine.permissions import may
from engine.templates import in_force, kinds
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.security_headers import allow_inline_styles
from webapp.studio import checks, letters, messages
from webapp.studio.categories import as_file, settings_of
from webapp.studio.choices import choices_of

blueprint = Blueprint("editors", __name__)

# Ending to the page that edits it, but for letters and messages, which have their own; modellers write style elements.
EDITORS = {
    ".bpmn": "studio/diagram.html",
    ".form": "studio/form.html",
    ".dmn": "studio/decision.html",
    ".toml": "studio/text.html",
}
MODELLERS = (".bpmn", ".form", ".dmn")


@blueprint.get("/<key>/files/<path:path>")
@requires("see categories")
def page(key: str, path: str) -> str:
    """Open a file in its editor; those who may not change it see it as it is."""
    opened = drafting.open_file(session(), key, path)
    if kinds.own(path) is None:
        return _page(key, opened)
    return letters.page(key, opened) if path.endswith(letters.ENDING) else messages.page(key, opened)


@blueprint.get("/<key>/content/<path:path>")
@requires("see categories")
def content(key: str, path: str) -> Response:
    """Return a file as the studio works on it."""
    opened = drafting.open_file(session(), key, path)
    response = as_file(path, opened.content, is_download="download" in request.args)
    response.headers["X-Revision"] = str(opened.revision)
    return response


@blueprint.put("/<key>/content/<path:path>")
@requires("change categories")
def save(key: str, path: str) -> ResponseReturnValue:
    """Save what an editor sends: {content, revision}; answers with the new revision, 409 when somebody was faster."""
    sent = _sent()
    revision = drafting.save(session(), key, path, sent["content"].encode(), revision=sent["revision"], by=actor())
    return jsonify(revision=revision)


@blueprint.post("/<key>/content/<path:path>")
@requires("change categories")
def save_text(key: str, path: str) -> ResponseReturnValue:
    """Save the text of a plain form, or the file that was chosen in its place."""
    chosen = request.files.get("file")
    if chosen is not None and chosen.filename:
        content = chosen.stream.read()
    else:
        content = request.form.get("content", "").replace("\r\n", "\n").encode()
    revision = request.form.get("revision", 0, type=int)
    drafting.save(session(), key, path, content, revision=revision, by=actor())
    flash(f"{path} is saved as a draft.", "success")
    return redirect(url_for("studio.editors.page", key=key, path=path), 303)


@blueprint.get("/<key>/choices.json")
@requires("see categories")
def choices(key: str) -> ResponseReturnValue:
    """Return what the modeller offers by name: forms, teams, rules, fields, letters, closure reasons."""
    return jsonify(choices_of(drafting.files(session(), key)))


@blueprint.get("/<key>/templates.json")
@requires("see categories")
def templates(key: str) -> ResponseReturnValue:
    """Return the element templates, with the rules and teams of the category, its templates and the shared ones."""
    files, shared = drafting.files(session(), key), in_force(session(), today())
    known = choices_of(files)
    named = {*filter(None, map(kinds.own, files)), *shared}
    letters, emails, texts = (sorted(name for of, name in named if of == kind.key) for kind in kinds.SENT)
    return jsonify(
        element_templates.templates(
            letters=letters, emails=emails, texts=texts, rules=known["rules"], teams=known["teams"]
        )
    )


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("content"), str) or type(sent.get("revision")) is not int:
        raise Invalid("Expected {content, revision}.", remedy="Load the page again.")
    return sent


def _page(key: str, opened: Opened) -> str:
    ending = opened.path[opened.path.rindex(".") :]
    if ending in MODELLERS:
        allow_inline_styles()
    files = drafting.files(session(), key)
    return render_template(
        EDITORS[ending],
        key=key,
        settings=settings_of(files, key),
        file=opened,
        text=opened.content.decode("utf-8", "replace"),
        may_change=may(actor(), "change categories"),
        select=request.args.get("element", ""),
        outline=_outline(opened) if ending == ".form" else (),
        faults=() if ending in MODELLERS else checks.of_file(key, files, opened.path),
    )


def _outline(opened: Opened) -> list[dict[str, str]]:
    """Return the fields of a form in words, for readers without the editor."""
    try:
        components = json.loads(opened.content).get("components", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    parts = [each for each in components if isinstance(each, dict)] if isinstance(components, list) else []
    return [
        {
            "type": str(each.get("type", "")),
            "label": str(each.get("label") or each.get("dateLabel") or each.get("text") or each.get("key") or ""),
        }
        for each in parts
    ]
