"""The page of one category: its files, versions and cases; downloads; throwing the draft away."""

from pathlib import PurePath

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import drafting, overview
from engine.definitions.category import SETTINGS_FILE, Settings, read_settings
from engine.definitions.overview import VersionFacts
from engine.definitions.packing import pack
from engine.errors import Invalid, NotFound
from engine.forms.titles import title_of as title_of_form
from engine.templates.kinds import own
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("categories", __name__)

# Ending to the heading under which its files stand, in the order of the page.
KINDS = {
    ".bpmn": "Diagrams",
    ".form": "Forms",
    ".docx": "Letters",
    ".email": "E-mails",
    ".sms": "Text messages",
    ".dmn": "Decisions",
    ".toml": "Rules and settings",
}


@blueprint.get("/<key>")
@requires("see categories")
def page(key: str) -> str:
    """Show a category: what it is made of, its versions and who runs on them."""
    files = drafting.files(session(), key)
    draft = overview.drafts_by_key(session()).get(key)
    versions = overview.versions(session(), key)
    deployed = drafting.deployed_files(session(), key) if versions else {}
    return render_template(
        "studio/category.html",
        key=key,
        settings=settings_of(files, key),
        groups=_groups(files, deployed if draft else files),
        draft=draft,
        versions=versions,
        current=next((version for version in versions if version.is_current), None),
    )


@blueprint.get("/<key>/versions/<int:number>")
@requires("see categories")
def version(key: str, number: int) -> str:
    """Show a deployed version: its diagram and its files."""
    facts = _version(key, number)
    files = drafting.files_of_version(session(), facts.id)
    diagrams = [path for path in files if path.endswith(".bpmn")]
    return render_template(
        "studio/version.html",
        key=key,
        settings=settings_of(files, key),
        version=facts,
        diagrams=diagrams,
        groups=_groups(files, files),
    )


@blueprint.get("/<key>/versions/<int:number>/files/<path:path>")
@requires("see categories")
def version_file(key: str, number: int, path: str) -> Response:
    """Return a file of a deployed version as it is."""
    files = drafting.files_of_version(session(), _version(key, number).id)
    if path not in files:
        raise NotFound(f"Version {number} of “{key}” has no file {path}.")
    return as_file(path, files[path], is_download="download" in request.args)


@blueprint.get("/<key>/download")
@requires("see categories")
def download(key: str) -> Response:
    """Return the category as a .zip: a version by its number, else what the studio works on."""
    number = request.args.get("version", type=int)
    files = drafting.files(session(), key) if number is None else _files_of(key, number)
    name = key if number is None else f"{key}-{number}"
    return as_file(f"{name}.zip", pack(files, key), is_download=True)


@blueprint.post("/<key>/discard")
@requires("change categories")
def discard(key: str) -> ResponseReturnValue:
    """Throw the draft away."""
    is_new = not overview.versions(session(), key)
    drafting.discard(session(), key, by=actor())
    flash("The draft is gone." if is_new else "The draft is gone. This is the deployed version again.", "success")
    return redirect(url_for("studio.overview.page") if is_new else url_for("studio.categories.page", key=key), 303)


def settings_of(files: dict[str, bytes], key: str) -> Settings:
    """Return the settings as far as they can be read; the check tells what is wrong with them."""
    try:
        return read_settings(files.get(SETTINGS_FILE, b""))
    except (Invalid, KeyError, TypeError, AttributeError):
        return Settings(key=key, name=key)


def as_file(path: str, content: bytes, *, is_download: bool = False) -> Response:
    """Return a stored file. Text goes as plain text, so that no browser runs anything in it."""
    is_text = path.endswith((".bpmn", ".dmn", ".form", ".email", ".sms", ".toml"))
    response = Response(content, content_type="text/plain; charset=utf-8" if is_text else "application/octet-stream")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if is_download or not is_text:
        response.headers.set("Content-Disposition", "attachment", filename=PurePath(path).name)
    return response


def _version(key: str, number: int) -> VersionFacts:
    found = next((each for each in overview.versions(session(), key) if each.number == number), None)
    if found is None:
        raise NotFound(f"There is no version {number} of “{key}”.")
    return found


def _files_of(key: str, number: int) -> dict[str, bytes]:
    return drafting.files_of_version(session(), _version(key, number).id)


def _groups(files: dict[str, bytes], deployed: dict[str, bytes]) -> list[tuple[str, list[dict[str, object]]]]:
    """Return the files under their headings, each with how it stands beside the deployed version."""
    grouped = []
    for ending, heading in KINDS.items():
        paths = [path for path in files if path.endswith(ending)]
        if paths:
            grouped.append((heading, [_file(path, files[path], deployed) for path in paths]))
    return grouped


def title_of(path: str, content: bytes) -> str:
    """Return a form's title, a template's name in words, and of other files the name."""
    stem, _, ending = PurePath(path).name.rpartition(".")
    if ending != "form" and own(path) is None:
        return PurePath(path).name
    return (title_of_form(content) if ending == "form" else "") or stem.replace("_", " ").capitalize()


def _file(path: str, content: bytes, deployed: dict[str, bytes]) -> dict[str, object]:
    state = "new" if path not in deployed else "changed" if deployed[path] != content else ""
    return {
        "path": path,
        "name": PurePath(path).name,
        "title": title_of(path, content),
        "size": len(content),
        "state": state,
    }
