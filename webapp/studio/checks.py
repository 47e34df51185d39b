"""The check of what the studio works on: as a page, and for the editors, which mark the faults."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import law
from engine.definitions import catalogued, drafting
from engine.definitions.checking import check_files
from engine.definitions.faults import Fault, Report
from engine.templates import folders
from engine.templates.kinds import own
from webapp.access import requires
from webapp.database import session
from webapp.studio.categories import settings_of

blueprint = Blueprint("checks", __name__)


@blueprint.get("/<key>/check")
@requires("see categories")
def page(key: str) -> str:
    """List every fault of the category with its place and its remedy."""
    files = drafting.files(session(), key)
    return render_template(
        "studio/check.html",
        key=key,
        settings=settings_of(files, key),
        **facts(key, files, checked(files)),
    )


@blueprint.get("/<key>/faults.json")
@requires("see categories")
def faults(key: str) -> ResponseReturnValue:
    """Return the faults for an editor: those of `path` first."""
    files = drafting.files(session(), key)
    found = facts(key, files, checked(files))
    path = request.args.get("path", "")
    found["faults"].sort(key=lambda fault: fault["file"] != path)
    return jsonify(found)


def of_file(key: str, files: dict[str, bytes], path: str) -> list[dict[str, Any]]:
    """Return what is wrong with one file, for its own page; hints are for the page of the check."""
    found = facts(key, files, checked(files))["faults"]
    return [fault for fault in found if fault["file"] == path and fault["severity"] != "info"]


def of_template(key: str, files: dict[str, bytes], path: str) -> list[dict[str, Any]]:
    """Return what is wrong with one letter or message; the others are not read, so that it is told at once."""
    return of_file(key, {each: files[each] for each in files if own(each) is None or each == path}, path)


def checked(files: dict[str, bytes]) -> Report:
    """Return what is wrong with a category, which may count by the common rules in force."""
    here = session()
    common, known = law.common_ids(here), catalogued.names_for(here, files)
    return check_files(files, common=common, fields=known, shared=folders.here(here))


def facts(key: str, files: dict[str, bytes], report: Report) -> dict[str, Any]:
    """Return what pages tell of a report."""
    return {
        "faults": [_told(key, files, file, fault) for file, fault in report.faults],
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "infos": report.count("info"),
    }


def _told(key: str, files: dict[str, bytes], file: str, fault: Fault) -> dict[str, Any]:
    """Return one fault with the address at which it is put right."""
    element = fault.element if file.endswith((".bpmn", ".form")) and fault.element else None
    href = url_for("studio.editors.page", key=key, path=file, element=element) if file in files else ""
    return {
        "file": file,
        "element": fault.element,
        "code": fault.code,
        "severity": fault.severity,
        "message": fault.message,
        "remedy": fault.remedy,
        "line": fault.line,
        "href": href,
    }
