"""Many tasks at once over REST: each in a transaction of its own, and what could not be done told with its reason."""

from typing import Any

from engine import bulk_tasks
from engine.bulk_tasks import Wish
from webapp import database
from webapp.access import requires
from webapp.api.idempotency import PARAMETER, work_key
from webapp.api.resource import ID, Resource
from webapp.api.schemas.bulk import BulkChangeSchema, NewBulkChange
from webapp.auth import actor
from webapp.database import session

resource = Resource("bulk", __name__, "Many to-do items at once.")


@resource.post("/tasks/changes")
@requires("do task")
@resource.doc(parameters=[PARAMETER])
@resource.arguments(NewBulkChange)
@resource.response(200, BulkChangeSchema)
def change(given: dict[str, Any]) -> Any:
    """Reassign, share, claim, release or prioritise many tasks; each is done or refused by itself.

    The same Idempotency-Key again does nothing more, and answers with the report as it stands.
    """
    acting, key = actor(), work_key()
    wish = Wish(
        given["verb"], to=given["to"], team_id=given["team"], priority=given["priority"], reason=given["reason"]
    )
    database.roll_back()  # each task has its own transaction, which must not wait for this one
    change_id = bulk_tasks.change(database.sessions(), given["tasks"], wish, by=acting, key=key)
    return _report(change_id)


@resource.get(f"/tasks/changes/<{ID}:change_id>")
@requires("do task")
@resource.response(200, BulkChangeSchema)
def report(change_id: int) -> Any:
    """Show what became of each task of something that you did to many."""
    return _report(change_id)


@resource.delete(f"/tasks/changes/<{ID}:change_id>")
@requires("do task")
@resource.response(200, BulkChangeSchema)
def undo(change_id: int) -> Any:
    """Put it back, for an hour and once; what something else was done with since stays as it is."""
    acting = actor()
    database.roll_back()
    return _report(bulk_tasks.undo(database.sessions(), change_id, by=acting))


def _report(change_id: int) -> dict[str, Any]:
    found = bulk_tasks.read(session(), change_id, by=actor())
    refused = [{"name": None, "case": None, **dict(line)} for line in found.refused]  # type: ignore[call-overload]
    kept = {name: getattr(found, name) for name in ("id", "verb", "told", "at", "finished_at", "undone_at", "done")}
    return {**kept, "refused": refused}
