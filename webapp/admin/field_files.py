"""The catalogue of fields as a CSV file: sent, tried, and taken in."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import fields
from engine.errors import Conflict, Invalid
from engine.field_catalogue import csv_files, owners
from engine.field_catalogue.csv_files import Import
from engine.field_catalogue.texts import COLUMNS
from engine.instants import today
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("field_files", __name__)

MOST_KEPT = 4 * 1024 * 1024
"""Characters of a file that the page of its trial can hold, so that it need not be chosen again."""


@blueprint.get("/fields/<owner>/export.csv")
@requires("change fields")
def export(owner: str) -> Response:
    """Send the catalogue of an entity or category as CSV."""
    whose = owners.one(session(), owner)
    name = f"fields-{whose.key.replace(':', '-')}-{today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = "\ufeff" + csv_files.write(session(), owner)  # the mark tells Excel that it is UTF-8
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/fields/<owner>/import")
@requires("change fields")
def page(owner: str) -> str:
    """Show where a file is sent from."""
    return _page(owner, None, "", {})


@blueprint.post("/fields/<owner>/import")
@requires("change fields")
def take(owner: str) -> ResponseReturnValue:
    """Show what a file would do; take it in when that was seen."""
    content, reason = _content(), request.form.get("reason", "")
    if not content:
        return _page(owner, None, "", {"file": "Choose a CSV file"}), 422
    try:
        if request.form.get("what") != "import":
            return _page(owner, csv_files.examine(session(), owner, content), _kept(content), {})
        done = csv_files.carry_out(session(), owner, content, by=actor(), reason=reason)
    except (Invalid, Conflict) as error:
        database.roll_back()
        return _page(owner, _tried(owner, content), "", {"file": str(error)}), 422
    flash(
        f"{len(done.plan.added)} fields added, {len(done.plan.changed)} changed, {done.unchanged} as before.", "success"
    )
    return redirect(url_for("admin.fields.page", owner=owner), 303)


def _tried(owner: str, content: bytes) -> Import | None:
    try:
        return csv_files.examine(session(), owner, content)
    except Invalid:
        return None


def _content() -> bytes:
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return sent.stream.read(csv_files.MOST_BYTES + 1)
    return request.form.get("content", "").encode("utf-8", "replace")


def _kept(content: bytes) -> str:
    """Return the text of a file for the page to send again; "" for one that is too large for that."""
    return content.decode("utf-8-sig", "replace") if len(content) <= MOST_KEPT else ""


def _page(owner: str, found: Import | None, content: str, errors: dict[str, str]) -> str:
    return render_template(
        "admin/fields/import.html",
        owner=owners.one(session(), owner),
        found=found,
        content=content,
        errors=errors,
        columns=COLUMNS,
        number=len(fields.of_owner(session(), owner).definitions),
    )
