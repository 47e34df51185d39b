"""Merging two records of one person: what would move, which values are kept, and the way back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.record import merging
from engine.record.changing import Why, found_entity
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.record import lookups
from webapp.record.labels import in_words, label_of
from webapp.record.links import address_of

blueprint = Blueprint("mergers", __name__)


@blueprint.get("/people/<int:person_id>/merger")
@requires("merge people")
def page(person_id: int) -> ResponseReturnValue:
    """Ask which other record is the same person; once that is known, show what would happen."""
    person = found_entity(session(), "person", person_id, by=actor())
    text = request.args.get("other", "").strip()[:200]
    other, said = lookups.found(session(), "person", text, by=actor())
    if other is None:
        errors = {"other": said} if said else {}
        return render_template("record/merge_with.html", person=person, text=text, errors=errors)
    return _preview(person_id, other, {})


@blueprint.post("/people/<int:person_id>/merger")
@requires("merge people")
def merge(person_id: int) -> ResponseReturnValue:
    """Merge another record into this one."""
    number = request.form.get("other_id", "")
    other = int(number) if number.isdecimal() and len(number) < 16 else 0
    take = [name.removeprefix("take_") for name, value in request.form.items() if name[:5] == "take_" and value == "1"]
    try:
        merging.merge(session(), person_id, other, take=take, why=_why())
    except Invalid as error:
        database.roll_back()
        return _preview(person_id, other, error.errors), 422
    flash("The two records are one. It can be undone for 30 days, from the history.", "success")
    return redirect(address_of("person", person_id), 303)


@blueprint.route("/people/<int:person_id>/merger/undoing", methods=["GET", "POST"])
@requires("merge people")
def undo(person_id: int) -> ResponseReturnValue:
    """Take a merge apart: the record that was merged into another comes back."""
    gone = found_entity(session(), "person", person_id, by=actor())
    if request.method == "GET":
        return render_template("record/unmerge.html", person=gone, errors={})
    try:
        merging.undo(session(), person_id, why=_why())
    except Invalid as error:
        database.roll_back()
        return render_template("record/unmerge.html", person=gone, errors=error.errors), 422
    flash("They are two records again, each as it was.", "success")
    return redirect(url_for("people.page", person_id=person_id), 303)


def _why() -> Why:
    return Why(actor(), request.form.get("reason", "")[:2_000])


def _preview(person_id: int, other: int, errors: dict[str, str]) -> str:
    found = merging.preview(session(), person_id, other, by=actor())
    return render_template(
        "record/merge.html",
        found=found,
        moves=[(merging.WORDS.get(name, name), count) for name, count in found.moves.items()],
        rows=[_row(one) for one in found.differences],
        days=merging.UNDONE_WITHIN.days,
        errors=errors,
    )


def _row(one: merging.Difference) -> dict[str, Any]:
    kept, gone = (in_words("person", one.column, value, {}) for value in (one.kept, one.gone))
    return {"name": one.column, "label": label_of("person", one.column), "kept": kept, "gone": gone}
