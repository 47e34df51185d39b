"""What came in by e-mail and post: the queue of those who file it, and what they do with it."""

from functools import partial
from typing import Any

from flask import Response

from engine.filing import places
from engine.filing.places import Place
from engine.filing.receiving import store
from engine.inbound import filing, handling, proposing, queue
from engine.inbound.filing import Wish
from engine.inbound.proposing import Proposed
from engine.inbound.queue import Wanted
from webapp import database, reads
from webapp.access import requires
from webapp.api.cases import header_of
from webapp.api.documents import CONTENT, safe_headers
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.preconditions import check_revision, may_match
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.inbound import (
    InboundFiledSchema,
    InboundFilter,
    InboundPage,
    NewInboundClaim,
    NewInboundFiling,
    NewInboundForwarding,
    NewInboundReason,
    NewInboundReturn,
    ProposalFilter,
    ProposalSchema,
    WholeInboundSchema,
)
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit, do_after_commit
from webapp.streaming import chunks

resource = Resource("inbound", __name__, "E-mails and scanned post that came in, and filing them.")
VERB = "file incoming"


@resource.get("/inbound")
@requires(VERB)
@resource.arguments(InboundFilter, location=QUERY)
@resource.response(200, InboundPage)
def find(given: dict[str, Any]) -> Any:
    """List what came in by what became of it: what waits with the oldest first, the rest with the newest."""
    wanted = Wanted(given["view"], given["channel"], given["team"], given["q"])
    found = queue.find(session(), wanted, by=actor(), cursor=given["cursor"], size=given["limit"])
    return page(found, [_line(row) for row in found.rows])


@resource.get(f"/inbound/<{ID}:item_id>")
@requires(VERB)
@resource.response(200, WholeInboundSchema)
def one(item_id: int) -> Any:
    """Show what came in, with what it says. Nothing in it is to be trusted."""
    return _whole(item_id)


@resource.get(f"/inbound/<{ID}:item_id>/files/<int:position>")
@requires(VERB)
@resource.doc(responses=CONTENT)
def content(item_id: int, position: int) -> Response:
    """Download a file of it."""
    part = queue.part(session(), item_id, min(position, 2**31 - 1), by=actor())
    reads.item(queue.one(session(), item_id, by=actor()).row)
    response = Response(chunks(store().open(part.sha256)), headers=safe_headers(part.content_type, part.file_name))
    response.content_length = part.size
    return response


@resource.get(f"/inbound/<{ID}:item_id>/proposals")
@requires(VERB)
@resource.arguments(ProposalFilter, location=QUERY)
@resource.response(200, ProposalSchema)
def proposals(given: dict[str, Any], item_id: int) -> Any:
    """Say where it could belong, of what you may see, and why."""
    opened = queue.one(session(), item_id, by=actor())
    found = proposing.propose(session(), opened.row, opened.parts, find=given["find"], by=actor())
    described = partial(_proposed, found.chosen)
    return {"cases": list(map(described, found.cases)), "records": list(map(described, found.records))}


@resource.post(f"/inbound/<{ID}:item_id>/claim")
@requires(VERB)
@idempotent
@resource.arguments(NewInboundClaim)
@resource.response(200, WholeInboundSchema)
def claim(given: dict[str, Any], item_id: int) -> Any:
    """Take it, so that nobody else files it meanwhile."""
    handling.claim(session(), item_id, takes_over=given["take_over"], by=actor())
    return _whole(item_id)


@resource.delete(f"/inbound/<{ID}:item_id>/claim")
@requires(VERB)
@resource.response(204)
def release(item_id: int) -> None:
    """Give it back."""
    handling.release(session(), item_id, by=actor())


@resource.post(f"/inbound/<{ID}:item_id>/filing")
@requires(VERB)
@idempotent
@may_match
@resource.arguments(NewInboundFiling)
@resource.response(200, InboundFiledSchema)
def file(given: dict[str, Any], item_id: int) -> Any:
    """File it on a case, and under people, homes, tenancies, accounts and organisations."""
    _check(item_id)
    case_id = header_of(given["case"]).id if given["case"] else None
    links = tuple(places.read_link(one) for one in given["about"])
    words = {"kind": given["kind"], "title": given["title"], "words": given["tags"]}
    filed = filing.file(session(), item_id, Wish(Place(case_id, links), files=given["files"], **words), by=actor())
    after_commit(filed.job_keys)
    return filed


@resource.delete(f"/inbound/<{ID}:item_id>/filing")
@requires(VERB)
@may_match
@resource.arguments(NewInboundReason, location=QUERY)
@resource.response(204)
def take_out(given: dict[str, Any], item_id: int) -> None:
    """Take back that it was filed: its documents end, and it waits again. What a diagram did since stays."""
    _check(item_id)
    filing.take_out(session(), item_id, reason=given["reason"], by=actor())


@resource.post(f"/inbound/<{ID}:item_id>/forwarding")
@requires(VERB)
@idempotent
@may_match
@resource.arguments(NewInboundForwarding)
@resource.response(200, WholeInboundSchema)
def forward(given: dict[str, Any], item_id: int) -> Any:
    """Give it to a team."""
    _check(item_id)
    handling.forward(session(), item_id, given["team"], note=given["note"], by=actor())
    return _whole(item_id)


@resource.post(f"/inbound/<{ID}:item_id>/setting-aside")
@requires(VERB)
@idempotent
@may_match
@resource.arguments(NewInboundReason)
@resource.response(200, WholeInboundSchema)
def set_aside(given: dict[str, Any], item_id: int) -> Any:
    """Put it away: nobody need file it."""
    _check(item_id)
    handling.set_aside(session(), item_id, reason=given["reason"], by=actor())
    return _whole(item_id)


@resource.post(f"/inbound/<{ID}:item_id>/return")
@requires(VERB)
@idempotent
@may_match
@resource.arguments(NewInboundReturn)
@resource.response(200, WholeInboundSchema)
def take_back(given: dict[str, Any], item_id: int) -> Any:
    """Take back that it was set aside."""
    _check(item_id)
    handling.take_back(session(), item_id, reason=given["reason"], by=actor())
    return _whole(item_id)


@resource.post(f"/inbound/<{ID}:item_id>/destruction")
@requires(VERB)
@idempotent
@may_match
@resource.arguments(NewInboundReason)
@resource.response(204)
def destroy(given: dict[str, Any], item_id: int) -> None:
    """Destroy what it says and its files for good; that it came, from whom and why it went is kept."""
    _check(item_id)
    gone = handling.destroy(session(), item_id, reason=given["reason"], by=actor())
    do_after_commit(partial(_forget, gone))


def _forget(digests: list[str]) -> None:
    with database.transaction(read_only=True) as own:
        handling.forget_bytes(own, digests)


def _check(item_id: int) -> None:
    check_revision(handling.lock(session(), item_id, by=actor()).revision, "item")


def _whole(item_id: int) -> dict[str, Any]:
    opened = queue.one(session(), item_id, by=actor())
    reads.item(opened.row)
    details = opened.row.details
    told = {name: details.get(name, []) for name in ("to", "cc")}
    return {
        **_line(opened.row),
        **told,
        "authentication": details.get("authentication", {}),
        "text": opened.row.text,
        "files": opened.parts,
        "events": opened.events,
    }


def _line(row: Any) -> dict[str, Any]:
    return {**row._mapping, "claimed_by": row.holder or "", "team": row.team or ""}


def _proposed(chosen: frozenset[str], one: Proposed) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in ("value", "name", "reference", "reasons")}
    return {**said, "is_chosen": one.value in chosen}
