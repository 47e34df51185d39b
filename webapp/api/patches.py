"""Patches: list them, say who looks after one, put homes, blocks and estates into one."""

from typing import Any

from engine import patches
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import Resource
from webapp.api.schemas.patches import LookedAfter, MovedSchema, PatchesSchema, PatchSchema, Places
from webapp.auth import actor
from webapp.database import session

resource = Resource("patches", __name__, "Patches: which homes are in each, and who looks after it.")


@resource.get("/patches")
@requires("administer")
@resource.response(200, PatchesSchema)
def find() -> Any:
    """List the patches."""
    return {"items": [_shown(one) for one in patches.patches(session(), by=actor())]}


@resource.put("/patches/<path:name>")
@requires("administer")
@resource.arguments(LookedAfter)
@resource.response(200, PatchSchema)
def look_after(given: dict[str, Any], name: str) -> Any:
    """Have these members of staff and teams, by their ids, look after a patch, and no others."""
    patches.look_after(session(), name, staff=given["staff"], teams=given["teams"], by=actor())
    return _shown(patches.patch(session(), name, by=actor()))


@resource.post("/patches/<path:name>/homes")
@requires("administer")
@idempotent
@resource.arguments(Places)
@resource.response(200, MovedSchema)
def move(given: dict[str, Any], name: str) -> Any:
    """Put homes, blocks and estates into a patch, with all that lies in them."""
    return {"moved": patches.move(session(), name, given["references"], by=actor())}


def _shown(one: patches.Patch) -> dict[str, Any]:
    named = {word: [{"id": number, "name": name} for number, name in getattr(one, word)] for word in ("staff", "teams")}
    return {"name": one.name, "homes": one.homes, **named}
