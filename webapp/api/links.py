"""The cases beside a case: links, children, merging two, reopening one."""

from typing import Any

from engine import case_page, merging_cases, related_cases, relating, reopening
from engine.errors import Invalid, NotFound
from engine.starting import Subject
from webapp.access import requires
from webapp.api.cases import header_of, whole
from webapp.api.idempotency import idempotent, work_key
from webapp.api.preconditions import check_case, may_match
from webapp.api.resource import Resource
from webapp.api.schemas.cases import (
    LinkListSchema,
    LinkSchema,
    NewChild,
    NewLink,
    NewMerger,
    NewReopening,
    WholeCaseSchema,
)
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("links", __name__, "The cases that belong to a case.")


@resource.get("/cases/<ref>/links")
@requires("see cases")
@resource.response(200, LinkListSchema)
def links(ref: str) -> Any:
    """List the cases that belong to a case and that you may see: its parent, its children, those linked by hand."""
    return {"items": related_cases.related(session(), header_of(ref).id, by=actor())}


@resource.post("/cases/<ref>/links")
@requires("link cases")
@idempotent
@resource.arguments(NewLink)
@resource.response(201, LinkSchema)
def link(given: dict[str, Any], ref: str) -> Any:
    """Link a case to another one."""
    case, other = header_of(ref), _named(given["reference"], "reference")
    link_id = relating.link(session(), case.id, other.id, role=given["role"], reason=given["reason"], by=actor())
    return next(one for one in related_cases.related(session(), case.id, by=actor()) if one.link_id == link_id)


@resource.delete("/cases/<ref>/links/<int:link_id>")
@requires("link cases")
@resource.response(204)
def detach(ref: str, link_id: int) -> None:
    """Detach a case from another one; that they were linked stays in the history of both."""
    relating.detach(session(), header_of(ref).id, link_id, by=actor())


@resource.get("/cases/<ref>/children")
@requires("see cases")
@resource.response(200, LinkListSchema)
def children(ref: str) -> Any:
    """List the cases that a case has started, with their state, deadline and what they wait for."""
    found = related_cases.related(session(), header_of(ref).id, by=actor())
    return {"items": [one for one in found if one.relation == "child"]}


@resource.post("/cases/<ref>/children")
@requires("start case")
@idempotent
@resource.arguments(NewChild)
@resource.response(201, WholeCaseSchema)
def start_child(given: dict[str, Any], ref: str) -> Any:
    """Start a case that belongs to another one, which is told of its end."""
    subjects = [Subject(one["type"], one["id"], one["role"]) for one in given["subjects"]]
    started = relating.start_under(
        session(),
        header_of(ref).id,
        given["category"],
        subjects=subjects,
        fields=given["fields_"],
        by=actor(),
        start_key=work_key(),
    )
    after_commit(started.job_keys)
    return whole(case_page.header(session(), started.reference, by=actor()))


@resource.post("/cases/<ref>/merger")
@requires("link cases")
@idempotent
@may_match
@resource.arguments(NewMerger)
@resource.response(200, WholeCaseSchema)
def merge(given: dict[str, Any], ref: str) -> Any:
    """Merge a case into another one of its category, which goes on for both; this one is closed and says so."""
    case, into = header_of(ref), _named(given["into"], "into")
    check_case(case.id)
    merging_cases.merge(session(), case.id, into.id, reason=given["reason"], by=actor())
    return whole(case_page.header(session(), into.reference, by=actor()))


@resource.post("/cases/<ref>/reopening")
@requires("reopen case")
@idempotent
@may_match
@resource.arguments(NewReopening)
@resource.response(200, WholeCaseSchema)
def reopen(given: dict[str, Any], ref: str) -> Any:
    """Open a closed or cancelled case again."""
    case = header_of(ref)
    check_case(case.id)
    after_commit(reopening.reopen(session(), case.id, reason=given["reason"], at=given["at"], by=actor()))
    return whole(case_page.header(session(), case.reference, by=actor()))


def _named(reference: str, field: str) -> case_page.Header:
    try:
        return header_of(reference)
    except NotFound as error:
        raise Invalid("There is no such case.", errors={field: "Name a case that you may see"}) from error
