"""One letter, e-mail or text message to many: written by jobs, looked through, dispatched or withdrawn."""

import secrets
from typing import Any

from sqlalchemy import select

from engine.communications import audiences, batch_lists, batches
from engine.communications.audiences import Ticked
from engine.communications.batch_wishes import Wish
from engine.errors import Invalid
from engine.permissions import visible_cases
from models.case import Case
from webapp.access import requires
from webapp.api.idempotency import idempotent, work_key
from webapp.api.paging import page
from webapp.api.preconditions import check_revision, may_match
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.batches import BatchFilter, BatchPage, BatchSchema, NewBatch
from webapp.auth import actor
from webapp.database import session

resource = Resource("batches", __name__, "Letters, e-mails and text messages to many at once.")
VERB = batches.VERB
ONE = f"/message-batches/<{ID}:number>"


@resource.get("/message-batches")
@requires(VERB)
@resource.arguments(BatchFilter, location=QUERY)
@resource.response(200, BatchPage)
def find(given: dict[str, Any]) -> Any:
    """List the batches that the caller began, the latest first; an administrator sees all."""
    found = batch_lists.batches(session(), by=actor(), cursor=given["cursor"], size=given["limit"])
    return page(found, [_told(row) for row in found.rows])


@resource.post("/message-batches")
@requires(VERB)
@idempotent
@resource.arguments(NewBatch)
@resource.response(202, BatchSchema)
def begin(given: dict[str, Any]) -> Any:
    """Have a message written to many; none leaves yet. Ask for the batch again until its status is ready."""
    named = {name: tuple(given[name]) for name in ("people", "homes", "tenancies", "accounts")}
    ticked = Ticked(**named, cases=tuple(_numbers(given["cases"])), patch=given["patch"])
    cases, people = audiences.meant(session(), ticked, by=actor())
    names = ("to", "template", "subject", "text", "purpose", "topic")
    wish = Wish(
        given["title"],
        given["channel"],
        (work_key() or secrets.token_urlsafe(18))[-60:].rjust(8, "-"),
        tuple(cases),
        tuple(people),
        **{name: given[name] for name in names},
    )
    return _one(batches.begin(session(), wish, by=actor()))


@resource.get(ONE)
@requires(VERB)
@resource.response(200, BatchSchema)
def one(number: int) -> Any:
    """Show how far a batch is, and what could not be written. Its messages: `GET /communications?batch=`."""
    return _one(number)


@resource.post(f"{ONE}/dispatch")
@requires(VERB)
@idempotent
@may_match
@resource.response(200, BatchSchema)
def dispatch(number: int) -> Any:
    """Let all of it leave that is safe; what is stopped waits for its own decision."""
    _check(number)
    batches.dispatch(session(), number, by=actor())
    return _one(number)


@resource.post(f"{ONE}/withdrawal")
@requires(VERB)
@idempotent
@may_match
@resource.response(200, BatchSchema)
def withdraw(number: int) -> Any:
    """Take it back before it was dispatched: nothing of it leaves."""
    _check(number)
    batches.withdraw(session(), number, by=actor())
    return _one(number)


def _numbers(references: list[str]) -> list[int]:
    """Return the numbers of cases that the caller may see. Raises Invalid, which names the first that is none."""
    found: dict[str, int] = {}
    wanted = [reference.strip().upper() for reference in references]
    for start in range(0, len(wanted), 500):
        rows = select(Case.reference, Case.id).where(visible_cases(actor()))
        some = session().execute(rows.where(Case.reference.in_(wanted[start : start + 500])))
        found |= {row.reference: row.id for row in some}
    lost = next((reference for reference in wanted if reference not in found), None)
    if lost is not None:
        raise Invalid("The request cannot be accepted.", errors={"cases": f"There is no case {lost} that you may see."})
    return [found[reference] for reference in wanted]


def _check(number: int) -> None:
    check_revision(batches.one(session(), number, by=actor()).revision, "batch")


def _one(number: int) -> dict[str, Any]:
    session().expire_all()  # it was changed by statements
    return _told(batches.one(session(), number, by=actor()))


def _told(row: Any) -> dict[str, Any]:
    names = ("id", "title", "channel", "template", "purpose", "status", "total", "done", "created_at", "dispatched_at")
    return {
        **{name: getattr(row, name) for name in (*names, "revision")},
        "messages": batch_lists.counts(session(), row.id),
        "errors": [
            {"kind": fault.kind, "id": fault.target, "name": fault.name, "reason": fault.reason}
            for fault in batch_lists.faults(row)
        ],
    }
