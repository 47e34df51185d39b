"""Cases found by the value of a field of the catalogue."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_list, field_search
from engine.errors import Invalid, NotFound
from engine.fields import CATEGORY
from engine.fields.searching import WAYS
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import lists

blueprint = Blueprint("field_search", __name__)


@blueprint.get("/cases/by-field")
@requires("see cases")
def page() -> ResponseReturnValue:
    """Ask for a category, a field and its value; show the cases that have it."""
    kinds = [row for row in case_list.categories(session()) if row.catalogue]
    category = request.args.get("category", "") or (kinds[0].key if len(kinds) == 1 else "")
    fields = field_search.searchable(session(), f"{CATEGORY}{category}", by=actor()) if category else []
    found, errors = None, {}
    if request.args.get("field"):
        try:
            found = _found(category)
        except Invalid as error:
            errors = error.errors or {"value": error.message}
        except NotFound as error:
            errors = {"field": error.message}
    answer = render_template(
        "portal/field_search.html",
        kinds=kinds,
        category=category,
        fields=fields,
        ways=list(WAYS.items()),
        found=found,
        errors=errors,
        address=lists.address,
    )
    return answer, 422 if errors else 200


def _found(category: str) -> Any:
    asked = request.args
    way, text = asked.get("way", "is"), asked.get("value", "")[:300]
    sought = field_search.sought(session(), f"{CATEGORY}{category}", asked["field"], way=way, text=text, by=actor())
    return field_search.cases(session(), sought, by=actor(), cursor=asked.get("at", ""))
