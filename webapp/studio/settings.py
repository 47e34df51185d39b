"""category.toml as fields: nobody needs to know its language to add a team or a reason."""

import tomllib
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting
from engine.definitions.category import SETTINGS_FILE, said_of_reminders
from engine.definitions.elements import Element
from engine.definitions.reading import read
from engine.definitions.sketching import key_of
from engine.definitions.toml_text import write
from engine.definitions.xml import NotADiagram, parse
from engine.errors import Invalid
from engine.permissions import may
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio import reminding
from webapp.studio.beginning import SUBJECTS
from webapp.studio.categories import settings_of
from webapp.studio.choices import choices_of

blueprint = Blueprint("settings", __name__)

LISTS = ("closure_reasons", "cancellation_reasons", "summary_fields")  # they may also stand before [category]
WRITTEN = ("category", "team", "stages", "reminders", *LISTS)  # whatever else the file says is kept


@blueprint.get("/<key>/settings")
@requires("see categories")
def page(key: str) -> str:
    """Show the settings as fields."""
    opened = drafting.open_file(session(), key, SETTINGS_FILE)
    files = drafting.files(session(), key)
    return render_template(
        "studio/settings.html",
        key=key,
        settings=settings_of(files, key),
        revision=opened.revision,
        raw=_raw(opened.content),
        subjects=SUBJECTS,
        steps=_steps(files),
        fields=choices_of(files)["fields"],
        may_change=may(actor(), "change categories"),
        has_comments=b"#" in opened.content,
        reminder_words=", ".join(reminding.OFFERED),
        reminders=reminding.shown(said_of_reminders(_raw(opened.content))),
    )


@blueprint.post("/<key>/settings")
@requires("change categories")
def save(key: str) -> ResponseReturnValue:
    """Write the fields into category.toml; what the page does not show is kept."""
    opened = drafting.open_file(session(), key, SETTINGS_FILE)
    table = changed(_raw(opened.content))
    revision = request.form.get("revision", 0, type=int)
    drafting.save(session(), key, SETTINGS_FILE, write(table).encode(), revision=revision, by=actor())
    flash("The settings are saved as a draft.", "success")
    return redirect(url_for("studio.settings.page", key=key), 303)


def changed(table: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with what was sent in their places."""
    sent = request.form
    head = {
        **table.get("category", {}),
        "name": sent.get("name", "").strip(),
        "description": sent.get("description", "").strip().replace("\r\n", "\n"),
        "reference_prefix": sent.get("prefix", "").strip().upper(),
        "subject_types": sent.getlist("subjects"),
        "required_subject": sent.get("required_subject", ""),
        "keywords": _entries("keywords"),
        "closure_reasons": _entries("closure_reasons"),
        "cancellation_reasons": _entries("cancellation_reasons"),
        "summary_fields": _entries("summary_fields"),
    }
    stages = {name.removeprefix("stage."): text.strip() for name, text in sent.items() if name.startswith("stage.")}
    reminders = reminding.sent(said_of_reminders(table))
    rest = {name: value for name, value in table.items() if name not in WRITTEN}
    return {
        "category": {name: value for name, value in head.items() if value not in ("", []) and name != "reminders"},
        **rest,
        "team": _teams(table),
        **({} if reminders is None else {"reminders": reminders}),
        "stages": {name: text for name, text in stages.items() if text},
    }


def _teams(table: dict[str, Any]) -> list[dict[str, str]]:
    """Return the teams by the names that were sent; one that was there keeps its key."""
    keys = {team.get("name"): team.get("key") for team in table.get("team", []) if isinstance(team, dict)}
    return [{"key": keys.get(name) or key_of(name) or "team", "name": name} for name in _entries("teams")]


def _entries(name: str) -> list[str]:
    lines = request.form.get(name, "").splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _raw(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            f"{SETTINGS_FILE} cannot be read: {error}.", remedy="Open it as text and correct the line that it names."
        ) from error


def _steps(files: dict[str, bytes]) -> list[Element]:
    """Return the tasks of the diagrams, whose stages are asked for."""
    found: list[Element] = []
    for path, content in files.items():
        if path.endswith(".bpmn"):
            try:
                found += read(parse(content, source=path), source=path).elements.values()
            except NotADiagram:
                continue
    return [element for element in found if element.is_to_do and element.id]
