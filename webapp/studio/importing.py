"""The import assistant: diagrams that others drew, what stops them from running, and what can be done about it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definitions import checking, drafting, overview, sketching
from engine.definitions.category import SETTINGS_FILE
from engine.definitions.changes import Change
from engine.definitions.checking import DIAGRAM, Proposal
from engine.definitions.importing import mark
from engine.definitions.sketching import Sketch
from engine.errors import Conflict, Invalid, NotFound
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.studio.categories import as_file, settings_of
from webapp.studio.uploads import sent

blueprint = Blueprint("importing", __name__)

EVERYTHING = "everything"
TAKEN = (".bpmn", ".dmn", ".form")
# Codes of repairs that are told together, in the order of the page.
GROUPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("Whether and where it runs", "runs", frozenset("not-executable empty no-start unreachable no-way-out".split())),
    (
        "What a person does instead",
        "people",
        frozenset(
            "no-type unknown-service no-service unknown-decision unknown-process no-called-process expression".split()
        ),
    ),
    (
        "What is chosen and what is waited for",
        "choices",
        frozenset(
            "no-condition unknown-default not-an-event deadlock no-definition timer-without-time timer-wrong-time "
            "no-message no-signal no-conditional link-without-source link-without-target".split()
        ),
    ),
    ("Forms, fields and teams", "forms", frozenset("unknown-form unknown-name unknown-team".split())),
    ("How the drawing is connected", "drawing", frozenset()),  # everything else
)


@blueprint.get("/imports/diagram")
@requires("change categories")
def page() -> str:
    """Ask for a diagram, or several with their decisions and forms."""
    return _ask("", {})


@blueprint.post("/imports/diagram")
@requires("change categories")
def begin() -> ResponseReturnValue:
    """Begin the draft of a new category with the files; with everything repaired when that was asked for."""
    name = " ".join(request.form.get("name", "").split())
    try:
        key = _begun(_named(sent()), name)
    except (Invalid, Conflict) as error:
        database.roll_back()
        errors = error.errors if isinstance(error, Invalid) and "name" in error.errors else {"files": str(error)}
        return _ask(name, errors), 422
    if request.form.get("repair") == EVERYTHING:
        return _applied(key, None)
    return redirect(url_for("studio.importing.assistant", key=key), 303)


@blueprint.get("/<key>/import")
@requires("change categories")
def assistant(key: str) -> str:
    """Show what stops the diagrams of a category from running, and what can be repaired."""
    files = drafting.files(session(), key)
    return render_template("studio/import.html", key=key, settings=settings_of(files, key), **_facts(key, files))


@blueprint.post("/<key>/import")
@requires("change categories")
def apply(key: str) -> ResponseReturnValue:
    """Make the repairs that are ticked, in the draft."""
    accepted: dict[str, list[str]] = {}
    for ticked in request.form.getlist("accepted"):
        path, _, what = ticked.partition("|")
        accepted.setdefault(path, []).append(what)
    return _applied(key, accepted)


@blueprint.post("/<key>/import/process")
@requires("change categories")
def choose(key: str) -> ResponseReturnValue:
    """Let cases run another one of the processes that are drawn."""
    files = drafting.files(session(), key)
    chosen = next((each for each in checking.propose(files).processes if each.id == request.form.get("process")), None)
    if chosen is None:
        raise Invalid("None of the diagrams draws this process.", remedy="Choose one of those on the page.")
    drafting.put(session(), key, {SETTINGS_FILE: sketching.with_process(files[SETTINGS_FILE], chosen.id)}, by=actor())
    flash(f"Cases run “{chosen.name}”.", "success")
    return redirect(url_for("studio.importing.assistant", key=key), 303)


@blueprint.get("/<key>/import/<state>/<path:path>")
@requires("change categories")
def drawing(key: str, state: str, path: str) -> Response:
    """Return a diagram as it is brought in, or with all its repairs, for the pictures of the page."""
    files = drafting.files(session(), key)
    if path not in files or not path.endswith(DIAGRAM) or state not in ("before", "after"):
        raise NotFound(f"The category “{key}” has no diagram {path}.")
    made = checking.translated({path: files[path]}) if state == "before" else checking.propose(files).after
    return as_file(path, made.get(path, files[path]))


def _named(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files under names that a category may hold. Raises Invalid for what does not belong here."""
    strange = [path for path in found if not path.endswith(TAKEN)]
    if strange:
        raise Invalid(
            f"{strange[0]} is neither a diagram (.bpmn) nor a decision (.dmn) nor a form (.form).",
            remedy="A whole category is brought in by the studio's first page.",
        )
    if not any(path.endswith(DIAGRAM) for path in found):
        raise Invalid("There is no diagram among the files.", remedy="Choose a .bpmn file.")
    return {_path(path): content for path, content in found.items()}


def _path(path: str) -> str:
    stem, _, ending = path.rpartition(".")
    return f"{sketching.key_of(stem.removesuffix('.bpmn20')) or 'diagram'}.{ending}" if ending != "form" else path


def _begun(files: Mapping[str, bytes], name: str) -> str:
    """Begin the draft and return its key."""
    found = checking.propose(files)
    unread = [fault for file, fault in found.now.errors if file.endswith(DIAGRAM) and not fault.element]
    if not found.facts["process"]:
        raise Invalid(unread[0].message, remedy=unread[0].remedy) if unread else Invalid("Nothing in it can be run.")
    name = (name or found.facts["name"] or found.facts["path"].removesuffix(DIAGRAM).replace("_", " ").capitalize())[
        :100
    ]
    key = _free_key(sketching.key_of(name) or "diagram")
    sketch = Sketch(name, key, sketching.prefix_of(name) or "CASE", process=found.facts["process"])
    drafting.create(session(), {**files, SETTINGS_FILE: sketching.settings(sketch)}, by=actor())
    return key


def _free_key(wanted: str) -> str:
    taken = {facts.key for facts in overview.categories(session())} | drafting.NOT_KEYS
    stem = wanted if wanted[0].isalpha() else f"case_{wanted}"
    number, made = 1, stem[:50]
    while made in taken:
        number += 1
        made = f"{stem[:50]}_{number}"
    return made


def _applied(key: str, accepted: dict[str, list[str]] | None) -> ResponseReturnValue:
    files = drafting.files(session(), key)
    report, made = checking.repair_files(files, accepted=accepted)
    changed = drafting.put(session(), key, made, by=actor())
    number = len(report.errors)
    left = (
        f" {number} {'error is' if number == 1 else 'errors are'} left."
        if number
        else " Nothing stops it from running."
    )
    flash(f"{len(changed)} files of the draft were changed.{left}", "info" if number else "success")
    where = "studio.importing.assistant" if number else "studio.categories.page"
    return redirect(url_for(where, key=key), 303)


def _facts(key: str, files: dict[str, bytes]) -> dict[str, Any]:
    found = checking.propose(files)
    diagrams = [path for path in files if path.endswith(DIAGRAM)]
    return {
        "processes": [
            (each.id, f"{each.name} ({each.steps} {'step' if each.steps == 1 else 'steps'})")
            for each in found.processes
        ],
        "groups": _groups(found),
        "number": sum(map(len, found.repairs.values())),
        "stops": [(file, fault) for file, fault in found.now.errors],
        "left": [(file, fault) for file, fault in found.left.errors],
        "put_right": [change for file in found.now.files for change in file.repairs],
        "pictures": [_picture(path, found) for path in diagrams],
    }


def _groups(found: Proposal) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return the repairs under their headings."""
    rest = [(path, change) for path, changes in found.repairs.items() for change in changes]
    groups = []
    for heading, name, codes in GROUPS:
        here = [pair for pair in rest if pair[1].code in codes or not codes]
        rest = [pair for pair in rest if pair not in here]
        if here:
            groups.append((heading, name, [_told(path, change) for path, change in here]))
    return groups


def _told(path: str, change: Change) -> dict[str, Any]:
    return {"value": f"{path}|{mark(change)}", "change": change, "path": path}


def _picture(path: str, found: Proposal) -> dict[str, Any]:
    """Return what the pictures of a diagram mark: what is wrong in it, and which steps are repaired."""
    faults = {fault.element: fault.message for file, fault in found.now.errors if file == path and fault.element}
    outer = {file.process for file in found.now.files}
    changed = [change.element for change in found.repairs.get(path, ()) if change.element not in outer]
    return {"path": path, "faults": {i: said for i, said in faults.items() if i not in outer}, "changed": changed}


def _ask(name: str, errors: Mapping[str, str]) -> str:
    return render_template("studio/import_new.html", name=name, errors=errors)
