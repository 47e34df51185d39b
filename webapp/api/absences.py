"""Absences over REST: who is away, who stands in."""

from typing import Any

from engine import absences
from engine.errors import Invalid, NotFound
from engine.runtime import directory
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import ID, Resource
from webapp.api.schemas.bulk import AbsenceSchema, AbsencesSchema, NewAbsence
from webapp.auth import actor
from webapp.database import session

resource = Resource("absences", __name__, "Who is away, and who stands in for them.")


@resource.get("/absences")
@requires("do task")
@resource.response(200, AbsencesSchema)
def find() -> Any:
    """List the absences, not over yet, of yourself and of those whose absences you may enter."""
    return {"items": _entered()}


@resource.post("/absences")
@requires("do task")
@idempotent
@resource.arguments(NewAbsence)
@resource.response(201, AbsenceSchema)
def enter(given: dict[str, Any]) -> Any:
    """Enter an absence: your own, that of somebody in a team that you manage, or any as an administrator."""
    found = absences.enter(
        session(),
        _user(given["user"], "user") or actor().user_id or 0,
        from_on=given["from_on"],
        until_on=given["until_on"],
        stand_in_id=_user(given["stand_in"], "stand_in"),
        note=given["note"],
        by=actor(),
    )
    return _one(found.id)


@resource.delete(f"/absences/<{ID}:absence_id>")
@requires("do task")
@resource.response(204)
def end(absence_id: int) -> Any:
    """Take an absence back, or end it now."""
    absences.end(session(), absence_id, by=actor())


def _user(name: str, field: str) -> int | None:
    if not name:
        return None
    found = directory.user_id(session(), name)
    if found is None:
        raise Invalid("Nobody here has that name.", errors={field: "Give the name or e-mail address of somebody here"})
    return found


def _entered() -> list[Any]:
    mine = [actor().user_id or 0, *(row.id for row in absences.may_enter_for(session(), by=actor()))]
    rows = absences.entered(session(), user_ids=mine)
    return [{**row._mapping, "user": row.name} for row in rows]


def _one(absence_id: int) -> Any:
    found = next((row for row in _entered() if row["id"] == absence_id), None)
    if found is None:
        raise NotFound("There is no such absence.")
    return found
