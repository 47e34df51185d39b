"""The pages that tell programs and people what the interface can do."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template

from webapp.access import public
from webapp.api import openapi
from webapp.api.exchange import write_json
from webapp.api.resource import Resource


def pages(resources: Sequence[Resource]) -> Blueprint:
    """Return the two pages; they show nothing of any case, so everybody may read them."""
    blueprint = Blueprint("describing", __name__)

    @blueprint.get("/openapi.json")
    @public
    def description() -> Response:
        """Describe the interface for programs."""
        return write_json(openapi.document(resources))

    @blueprint.get("/docs")
    @public
    def docs() -> str:
        """Describe the interface for people."""
        described = openapi.document(resources)
        groups: dict[str, list[Any]] = {tag["name"]: [] for tag in described["tags"]}
        for path, method, operation in openapi.operations(described):
            groups[operation["tags"][0]].append((path, method, operation))
        return render_template("api/docs.html", described=described, groups=groups)

    return blueprint
