"""Dead letters: work that was given up, trying it again, and discarding it."""

from datetime import datetime
from typing import Any

from engine import dead_letters
from engine.errors import NotFound
from engine.paging import Order, read_page
from webapp.access import requires
from webapp.api.idempotency import idempotent
from webapp.api.paging import page
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.work import DeadLetterFilter, DeadLetterPage, DeadLetterSchema, NewDiscard
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import after_commit

resource = Resource("dead_letters", __name__, "Work that was given up: jobs, messages, timers and starts of cases.")
_ORDER = Order(dead_letters.LETTER.c.at, dead_letters.LETTER.c.number, datetime.fromisoformat, is_descending=True)


@resource.get("/dead-letters")
@requires("administer")
@resource.arguments(DeadLetterFilter, location=QUERY)
@resource.response(200, DeadLetterPage)
def find(given: dict[str, Any]) -> Any:
    """List dead letters, the latest first."""
    wanted = dead_letters.lines(actor(), kind=given["kind"], reference=given["case"])
    found = read_page(session(), wanted, _ORDER, cursor=given["cursor"], size=given["limit"])
    return page(found, _described(found.rows))


@resource.get(f"/dead-letters/<{ID}:dead_letter_id>")
@requires("administer")
@resource.response(200, DeadLetterSchema)
def one(dead_letter_id: int) -> Any:
    """Show a dead letter."""
    found = dead_letters.lines(actor()).where(dead_letters.LETTER.c.number == dead_letter_id)
    rows = session().execute(found).all()
    if not rows:
        raise NotFound("There is no such dead letter: somebody may have seen to it already.")
    return _described(rows)[0]


@resource.post(f"/dead-letters/<{ID}:dead_letter_id>/retry")
@requires("administer")
@idempotent
@resource.response(204)
def retry(dead_letter_id: int) -> None:
    """Have it tried again; what fails once more is listed again, under another id."""
    after_commit(dead_letters.retry(session(), dead_letter_id, by=actor()))


@resource.post(f"/dead-letters/<{ID}:dead_letter_id>/discard")
@requires("administer")
@idempotent
@resource.arguments(NewDiscard)
@resource.response(204)
def discard(given: dict[str, Any], dead_letter_id: int) -> None:
    """Give it up for good; the reason stands in the history of its case.

    A step of a diagram that waited for it becomes an incident.
    """
    dead_letters.discard(session(), dead_letter_id, reason=given["reason"], by=actor())


def _described(rows: Any) -> list[dict[str, Any]]:
    said = dead_letters.described(session(), rows)
    return [{**row._mapping, "id": row.number, "work": said[row.number]} for row in rows]
