"""The fields that letters may use, to be searched and copied; and which letters use a field."""

from typing import Any

from flask import Blueprint, render_template, request

from engine.definitions import drafting
from engine.documents.text_files import WORDS
from engine.letters import offering, using
from engine.letters.in_texts import in_texts
from engine.letters.offering import Group
from webapp.access import requires
from webapp.database import session
from webapp.studio.categories import settings_of

blueprint = Blueprint("letter_fields", __name__)

MOST = 60  # fields in one answer


@blueprint.get("/<key>/fields")
@requires("see categories")
def page(key: str) -> str:
    """Show the fields of a group, or those with the `words`, each with what to type."""
    files = drafting.files(session(), key)
    settings = settings_of(files, key)
    return render_template(
        "studio/letter_fields.html", key=key, settings=settings, **chosen(offering.offered(session(), files))
    )


@blueprint.get("/templates/fields")
@requires("see categories")
def of_every_case() -> str:
    """Show the fields that every case has: what shared templates may use."""
    return render_template("studio/letter_fields.html", key="", **chosen(offering.every_case(session())))


@blueprint.get("/templates/uses")
@requires("see categories")
def uses() -> str:
    """Show which letters of categories in use, and which shared templates, use a `field`."""
    asked = request.args.get("field", "")[:200]
    found = using.uses(session(), asked)
    return render_template("studio/letter_uses.html", asked=asked.strip(), found=found)


def chosen(groups: list[Group]) -> dict[str, Any]:
    """Return what was asked for of some groups: those with the words, else one by its name, else the first.

    For a `kind` of message they are told as a text writes them.
    """
    words, name = request.args.get("words", "").strip()[:100], request.args.get("group", "")
    kind = request.args.get("kind", "") if request.args.get("kind") in WORDS else ""
    groups = in_texts(groups) if kind else groups
    shown = offering.matching(groups, words) if words else [g for g in groups if g.name == name] or groups[:1]
    total = sum(len(group.fields) for group in shown)
    return {
        "groups": groups,
        "words": words,
        "kind": kind,
        "current": "" if words or not shown else shown[0].name,
        "shown": offering.first(shown, MOST) if words else shown,
        "left_out": max(0, total - MOST) if words else 0,
    }
