"""What belongs to a case: its events, documents, tasks, and how it stood at any moment."""

from typing import Any

from sqlalchemy import select

from engine.case_page import Header
from engine.definitions.deploying import load
from engine.errors import Invalid
from engine.fields.hiding import events_without, without_changes
from engine.history import replaying
from engine.history.reading import events_of
from engine.paging import Order, read_page
from engine.related_cases import hidden_cases, without_hidden
from models.base import table
from models.case import CaseEvent
from models.database import from_json
from webapp.access import requires
from webapp.api import documents as all_documents
from webapp.api import tasks as all_tasks
from webapp.api.cases import header_of
from webapp.api.paging import page
from webapp.api.resource import QUERY, Resource
from webapp.api.schemas.base import Filter
from webapp.api.schemas.cases import EventFilter, EventPage
from webapp.api.schemas.documents import DocumentPage
from webapp.api.schemas.replay import Moment, ReplaySchema
from webapp.api.schemas.tasks import TaskPage
from webapp.auth import actor
from webapp.database import session

resource = Resource("case_parts", __name__, "What belongs to a case.")

EVENT = table(CaseEvent)
_PLAIN = (
    "reference", "sequence", "at", "category", "version_number", "status", "stage", "outcome", "owner_id", "finished",
    "values", "documents", "notes", "erased", "unreadable",
)  # fmt: skip


@resource.get("/cases/<ref>/events")
@requires("see cases")
@resource.arguments(EventFilter, location=QUERY)
@resource.response(200, EventPage)
def events(given: dict[str, Any], ref: str) -> Any:
    """List what happened in a case."""
    columns = (EVENT.c.sequence, EVENT.c.at, EVENT.c.type, EVENT.c.actor_id, EVENT.c.actor_name, EVENT.c.payload)
    order = Order(EVENT.c.sequence, EVENT.c.id, read=int, is_descending=given["order"] == "descending")
    case = header_of(ref)
    statement = select(*columns).where(EVENT.c.case_id == case.id)
    found = read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"])
    fields = hidden_fields(case)
    told = [{**one, "payload": without_changes(one["payload"], fields)} for one in map(_event, found.rows)]
    hidden = hidden_cases(session(), [one["payload"] for one in told], by=actor())
    return page(found, [{**one, "payload": without_hidden(one["payload"], hidden)} for one in told])


@resource.get("/cases/<ref>/documents")
@requires("see documents")
@resource.arguments(Filter, location=QUERY)
@resource.response(200, DocumentPage)
def documents(given: dict[str, Any], ref: str) -> Any:
    """List the documents of a case, the latest first."""
    return all_documents.listed(given, header_of(ref).id)


@resource.get("/cases/<ref>/tasks")
@requires("see cases")
@resource.arguments(Filter, location=QUERY)
@resource.response(200, TaskPage)
def tasks(given: dict[str, Any], ref: str) -> Any:
    """List the tasks of a case, open and done."""
    case = header_of(ref)
    everything = {"assignee": "any", "status": "any", "due_before": None, "q": "", "case": case.reference}
    return all_tasks.listed({**given, **everything})


@resource.get("/cases/<ref>/replay")
@requires("replay case")
@resource.arguments(Moment, location=QUERY)
@resource.response(200, ReplaySchema)
def replay(given: dict[str, Any], ref: str) -> Any:
    """Show a case as it stood at an instant or after an event: tokens, fields, tasks, clocks, documents.

    It is told by the events of the case alone.
    """
    case = header_of(ref)
    shown = events_without(events_of(session(), case.id), hidden_fields(case))
    state = replaying.replay(shown, at=given["at"], sequence=given["sequence"])
    if state.at is None:
        raise Invalid("The case had not begun then.", errors={"at": "Give a later instant"})
    parts = {name: list(getattr(state, name).values()) for name in ("tokens", "tasks", "clocks", "incidents")}
    return {name: getattr(state, name) for name in _PLAIN} | parts


def hidden_fields(case: Header) -> frozenset[str]:
    """Return the fields of a case whose values the caller may not see."""
    if not case.catalogue:
        return frozenset()
    return load(session(), case.version_id, catalogue=case.catalogue).hidden_from(actor())


def _event(row: Any) -> dict[str, Any]:
    payload = from_json(row.payload) if row.payload is not None else None
    return {**row._mapping, "actor": row.actor_name, "payload": payload}
