"""What was changed about staff, roles and teams: who, when, from what to what."""

from flask import Blueprint, render_template, request

from engine import staff_history
from webapp.access import requires
from webapp.database import session

blueprint = Blueprint("changes", __name__)


@blueprint.get("/changes")
@requires("administer")
def page() -> str:
    """List the changes, the latest first."""
    found = staff_history.changes(session(), cursor=request.args.get("at", ""))
    return render_template("admin/changes.html", found=found, differences=_differences)


def _differences(before: dict[str, object], after: dict[str, object]) -> list[tuple[str, str, str]]:
    """Return (name, before, after) of each value that was changed; of lists, what went and what came."""
    told = []
    for name in {**before, **after}:
        was, became = before.get(name), after.get(name)
        if isinstance(was, list) and isinstance(became, list):
            was, became = [one for one in was if one not in became], [one for one in became if one not in was]
        told.append((name.replace("_", " "), _text(was), _text(became)))
    return told


def _text(value: object) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
