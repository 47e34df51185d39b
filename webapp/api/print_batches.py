"""Letters that the house prints: what waits, putting it together as one PDF, and that it was posted."""

from functools import partial
from typing import Any

from engine.communications import print_batches
from engine.communications.print_batches import Batch, Options
from webapp import database
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.resource import ID, Resource
from webapp.api.schemas.print_batches import LettersToPrint, NewPrintBatch, PrintBatches, PrintBatchSchema
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import do_after_commit
from webapp.portal.post import settle

resource = Resource("print_batches", __name__, "Letters that the house prints, put together as one PDF.")


@resource.get("/letters-to-print")
@requires("post letters")
@resource.response(200, LettersToPrint)
def waiting() -> Any:
    """List the letters that wait to be printed."""
    found = print_batches.waiting(session(), by=actor())
    return {"items": found, "total": print_batches.count_waiting(session(), by=actor())}


@resource.get("/print-batches")
@requires("post letters")
@resource.response(200, PrintBatches)
def find() -> Any:
    """List the newest batches of which the caller may see every letter."""
    return {"items": [_told(one) for one in print_batches.batches(session(), by=actor())]}


@resource.post("/print-batches")
@requires("post letters")
@idempotent
@resource.arguments(NewPrintBatch)
@resource.response(202, PrintBatchSchema)
def begin(given: dict[str, Any]) -> Any:
    """Put letters together. Ask for the batch again until its status is ready."""
    letters = given.pop("letters")
    number, _ = print_batches.begin(session(), letters, Options(**given), by=actor())
    return _one(number)


@resource.get(f"/print-batches/<{ID}:number>")
@requires("post letters")
@resource.response(200, PrintBatchSchema)
def one(number: int) -> Any:
    """Show a batch."""
    return _one(number)


@resource.post(f"/print-batches/<{ID}:number>/posting")
@requires("post letters")
@idempotent
@resource.response(200, PrintBatchSchema)
def post(number: int) -> Any:
    """Take note that its letters were posted: each is sent then."""
    print_batches.post(session(), number, by=actor())
    do_after_commit(partial(settle, database.sessions()))
    session().expire_all()
    return _one(number)


@resource.post(f"/print-batches/<{ID}:number>/withdrawal")
@requires("post letters")
@idempotent
@resource.response(200, PrintBatchSchema)
def withdraw(number: int) -> Any:
    """Take a batch back that was not posted: its letters wait again."""
    print_batches.withdraw(session(), number, by=actor())
    session().expire_all()
    return _one(number)


def _one(number: int) -> dict[str, Any]:
    return _told(print_batches.find(session(), number, by=actor()))


def _told(found: Batch) -> dict[str, Any]:
    row = found.row
    names = ("id", "status", "reason", "letters", "done", "sheets", "created_at", "posted_at")
    faults = [{"letter": number, "fault": sentence} for number, sentence in found.faults]
    return {**{name: getattr(row, name) for name in names}, "faults": faults}
