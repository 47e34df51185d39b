"""All that changed about an entity of the record, a page at a time."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from engine.record.changing import found_entity
from engine.record.history import SIZE, changes_of
from engine.record.naming import name_of
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.record_addresses import PLURALS
from webapp.record.changes import told

blueprint = Blueprint("histories", __name__)
KINDS_BY_PLURAL = {plural: kind for kind, plural in PLURALS.items()}


@blueprint.get("/people/<int:row_id>/changes", defaults={"plural": "people"})
@blueprint.get("/organisations/<int:row_id>/changes", defaults={"plural": "organisations"})
@blueprint.get("/homes/<int:row_id>/changes", defaults={"plural": "homes"})
@blueprint.get("/tenancies/<int:row_id>/changes", defaults={"plural": "tenancies"})
@blueprint.get("/accounts/<int:row_id>/changes", defaults={"plural": "accounts"})
@requires("see people")
def page(plural: str, row_id: int) -> ResponseReturnValue:
    """Show what changed, the latest first."""
    kind = KINDS_BY_PLURAL[plural]
    row = found_entity(session(), kind, row_id, by=actor())
    changes = changes_of(session(), kind, row_id, by=actor(), before=_before(), size=SIZE + 1)
    return render_template(
        "record/changes.html",
        kind=kind,
        plural=plural,
        row=row,
        name=name_of(kind, row),
        changes=told(session(), changes[:SIZE]),
        older=changes[SIZE - 1].id if len(changes) > SIZE else None,
    )


def _before() -> int | None:
    text = request.args.get("before", "")
    if text and not (text.isdecimal() and len(text) < 19):
        abort(404)
    return int(text) if text else None
