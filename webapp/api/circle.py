"""Restricted cases over REST: restrict one, its circle, breaking the glass."""

from typing import Any

from engine import breaking_glass, case_page, restricting
from engine.errors import NotFound
from webapp import database
from webapp.access import requires
from webapp.api.cases import header_of
from webapp.api.idempotency import idempotent
from webapp.api.resource import ID, Resource
from webapp.api.schemas.circle import (
    BrokenSchema,
    CircleReason,
    CircleSchema,
    NewBreaking,
    NewCircleMember,
    NewRestriction,
)
from webapp.auth import actor
from webapp.database import session

resource = Resource("circle", __name__, "Restricted cases: who may know of one.")


@resource.get("/cases/<ref>/circle")
@requires("see cases")
@resource.response(200, CircleSchema)
def show(ref: str) -> Any:
    """Say whether a case is restricted, and who is in its circle"""
    return _circle(header_of(ref).reference)


@resource.post("/cases/<ref>/restriction")
@requires("restrict case")
@idempotent
@resource.arguments(NewRestriction)
@resource.response(200, CircleSchema)
def restrict(given: dict[str, Any], ref: str) -> Any:
    """Restrict a case to its circle: its owner, you, and those whom you name"""
    case = header_of(ref)
    restricting.restrict(session(), case.id, reason=given["reason"], members=given["members"], by=actor())
    return _circle(case.reference)


@resource.post("/cases/<ref>/restriction/end")
@requires("restrict case")
@idempotent
@resource.arguments(CircleReason)
@resource.response(200, CircleSchema)
def lift(given: dict[str, Any], ref: str) -> Any:
    """Let everybody whose roles reach a case see it again"""
    case = header_of(ref)
    restricting.lift(session(), case.id, reason=given["reason"], by=actor())
    return _circle(case.reference)


@resource.post("/cases/<ref>/circle")
@requires("restrict case")
@idempotent
@resource.arguments(NewCircleMember)
@resource.response(200, CircleSchema)
def name(given: dict[str, Any], ref: str) -> Any:
    """Take somebody into the circle of a restricted case"""
    case = header_of(ref)
    restricting.name_member(session(), case.id, given["name"], reason=given["reason"], by=actor())
    return _circle(case.reference)


@resource.delete(f"/cases/<ref>/circle/<{ID}:member_id>")
@requires("see cases")
@resource.response(204)
def leave(ref: str, member_id: int) -> None:
    """Take somebody out of the circle, or leave it"""
    restricting.end_member(session(), header_of(ref).id, member_id, by=actor())


@resource.post("/glass")
@requires("break glass")
@idempotent
@resource.arguments(NewBreaking)
@resource.response(200, BrokenSchema)
def break_glass(given: dict[str, Any]) -> Any:
    """See a restricted case for a time, for a reason that its circle is told"""
    try:
        broken = breaking_glass.break_glass(
            session(), given["case"], reason=given["reason"], minutes=given["minutes"], by=actor()
        )
    except NotFound:
        database.roll_back()
        with database.transaction() as own:
            breaking_glass.note_try(own, given["case"], by=actor())
        raise
    return {"case": broken.reference, "until": broken.until_at}


def _circle(reference: str) -> Any:
    case = case_page.header(session(), reference, by=actor())
    members = [
        {
            "id": one.id, "user_id": one.user_id, "name": name, "kind": one.kind, "reason": one.reason,
            "since": one.from_at, "until": one.until_at, "named_by": named_by,
        }
        for one, name, named_by in restricting.members(session(), case.id)
    ]  # fmt: skip
    return {"restricted": case.restricted, "owner": case.owner, "members": members}
